#!/bin/sh
# Runs test programs all at once, for they mostly wait, and shows in order
# what each says. Fails if one of them fails.
#   tests/run.sh PROGRAM...
CK_TIMEOUT_MULTIPLIER=${CK_TIMEOUT_MULTIPLIER-4} # they share the machine
export CK_TIMEOUT_MULTIPLIER
pids=
trap 'kill $pids 2> /dev/null; exit 130' INT TERM
for program; do
    "$program" > "$program.log" 2>&1 &
    pids="$pids $!"
done
failed=
for pid in $pids; do
    wait "$pid" || failed="$failed ${1##*/}"
    cat "$1.log"
    shift
done
[ -z "$failed" ] || echo "Failed:$failed"
[ -z "$failed" ]
