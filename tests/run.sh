#!/bin/sh
# Runs test programs all at once, for they mostly wait, shows in order what
# each says, and at the end once more what failed. Fails if one of them fails.
#   [AGAIN=1] tests/run.sh PROGRAM...
# AGAIN=1: one that fails beside all others may be right alone. It says so.
CK_TIMEOUT_MULTIPLIER=${CK_TIMEOUT_MULTIPLIER-4} # they share the machine
CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT-10} # s; 4 is too little for that
export CK_TIMEOUT_MULTIPLIER CK_DEFAULT_TIMEOUT
pids=
trap 'kill $pids 2> /dev/null; exit 130' INT TERM
for program; do
    "$program" > "$program.log" 2>&1 &
    pids="$pids $!"
done
failed=
for pid in $pids; do
    wait "$pid" || failed="$failed $1"
    cat "$1.log"
    shift
done
pids=
names=
for program in $failed; do
    echo
    echo "In ${program##*/}:"
    grep ':[FE]:' "$program.log" || tail -n 3 "$program.log"
    if [ -n "$AGAIN" ]; then
        echo "Again, alone: ${program##*/}"
        "$program" && continue
    fi
    names="$names ${program##*/}"
done
[ -z "$names" ] || echo "Failed:$names"
[ -z "$names" ]
