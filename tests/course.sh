#!/bin/sh
# The rules of the course, held by a script.
#
#   tests/course.sh          checks them, and names each culprit
#   tests/course.sh carry    copies each file to the later lessons that have it
#
# A rule is a function that prints a line for each thing that breaks it.
set -u
cd "$(dirname "$0")/.." || exit 1
LC_ALL=C # the same sizes and the same order everywhere
export LC_ALL

LESSONS=$(ls -d [0-9][0-9]-*)

# ---- Copies: a file that several lessons have is the same in all of them ----

# Whether its lesson's README announces that it replaces this file.
replaces() {
    grep -qs "^changes: *\`*${1##*/}\`* *$" "${1%/*}/README.md"
}

# Prints "origin copy" for each file that a lesson has from an earlier one.
copies() {
    for file in [0-9][0-9]-*/*; do echo "${file##*/}"; done | sort -u |
        grep -v '^main\.c$\|^README.*\.md$' | while read -r name; do
        origin=
        for file in [0-9][0-9]-*/"$name"; do
            if [ -z "$origin" ] || replaces "$file"; then
                origin=$file
            else
                echo "$origin $file"
            fi
        done
    done
}

carry() {
    if ! git rev-parse > /dev/null 2>&1; then
        echo 'carry asks git which copies are as they were: here is no checkout'
        exit 1
    fi
    copies | while read -r origin copy; do
        if cmp -s "$origin" "$copy"; then
            continue
        elif git ls-files --error-unmatch "$copy" > /dev/null 2>&1 &&
            git diff --quiet HEAD -- "$copy"; then
            cp "$origin" "$copy" && echo "$origin -> $copy"
        else
            echo "$copy: not touched, it has changes that git does not have"
        fi
    done
}

rule_copies() {
    copies | while read -r origin copy; do
        cmp -s "$origin" "$copy" || echo "$copy: is not $origin"
    done
    # shellcheck disable=SC2016
    cat [0-9][0-9]-*/README.md 2> /dev/null |
        sed -n 's/^changes: *`*\([^` ]*\)`* *$/\1: replaced more than once/p' |
        sort | uniq -d
}

# ---- Words: nothing is named before the lesson that teaches it ----

words_of() {
    case $1 in
    2) echo 'long.?poll' ;;
    3) echo 'iframe' ;;
    4) echo 'event.?stream|event.?source|server.sent|(^|[^a-z])sse([^a-z]|$)' ;;
    5) echo 'web.?socket|rfc.?6455|opcode' ;;
    6) echo 'socket\.io|engine' ;;
    esac
}

rule_words() {
    for lesson in $LESSONS; do
        words=
        for later in 2 3 4 5 6; do
            [ "${lesson%%-*}" -ge $later ] || words="$words|$(words_of $later)"
        done
        [ -z "$words" ] || grep -niE "${words#?}" /dev/null "$lesson"/*.[ch] |
            sed 's/^[^:]*:[^:]*:/& too early: /'
    done
}

# ---- Sizes and shapes of the C files ----

rule_sizes() {
    find [0-9][0-9]-* tests -name "*.[ch]" | sort |
        xargs awk -v copies="$(copies | sed "s/.* //" | tr "\n" " ")" \
            -f tests/measure.awk
}

# ---- READMEs, and what they cite ----

# Prints "kind README what" for what stands in backquotes, in code and links.
citations() {
    awk '
    function commands(code,    n, i, word) {
        sub(/(^| )#.*/, "", code)
        while (match(code, /(^|[ ;&(])make /)) {
            code = substr(code, RSTART + RLENGTH)
            n = split(code, word, " ")
            for (i = 1; i <= n && word[i] ~ /^[A-Za-z0-9_-]+(=[^;]*)?$/; i++)
                if (word[i] !~ /=|^-/)
                    print "command", FILENAME, word[i]
        }
    }
    function quoted(code) {
        commands(code)
        if (code ~ /^[A-Za-z0-9_.\/-]+\.[a-z]+:[A-Za-z0-9_]+$/) {
            sub(/:/, " ", code)
            print "name", FILENAME, code
        } else if (code ~ /^[A-Za-z0-9_-]+\.[ch]$/ ||
                   code ~ /^(tests|www|[0-9][0-9]-[a-z-]+)\/[A-Za-z0-9_.\/-]*$/)
            print "file", FILENAME, code
    }
    FNR == 1 { fenced = 0 }
    /^ *```/ { fenced = !fenced; next }
    fenced { commands($0); next }
    {
        n_parts = split($0, part, "`")
        for (p = 2; p < n_parts; p += 2)
            quoted(part[p])
        while (match($0, /\]\([^)# ]+/)) {
            link = substr($0, RSTART + 2, RLENGTH - 2)
            $0 = substr($0, RSTART + RLENGTH)
            if (link !~ /^[a-z]+:/)
                print "link", FILENAME, link
        }
    }' README*.md [0-9][0-9]-*/README*.md 2> /dev/null | sort -u
}

# Prints the files that a README in folder $1 can mean by $2.
meant() {
    ls -d "$1/$2" "$2" "www/$2" 2> /dev/null
    [ "$1" != . ] || ls -d [0-9][0-9]-*/"$2" 2> /dev/null
}

contain() {
    while read -r file; do
        grep -E "(^|[^A-Za-z0-9_])$1([^A-Za-z0-9_]|\$)" "$file"
    done | grep -q .
}

# "make run-04" needs a rule for run-04 or run-%, and a lesson 04.
can_make() {
    case $1 in
    *-[0-9][0-9]) ls -d "${1##*-}"-*/ > /dev/null 2>&1 || return ;;
    esac
    targets=$(sed -n 's/^\([a-z][a-z% -]*\):.*/\1/p' Makefile tests/tests.mk)
    echo "$1" | grep -qx "$(echo "$targets" | tr ' ' '\n' | sed 's/%/.*/')"
}

rule_citations() {
    citations | while read -r kind readme what name; do
        folder=$(dirname "$readme")
        case $kind in
        command) can_make "$what" ;;
        link) [ -e "$folder/$what" ] ;;
        file) meant "$folder" "$what" | grep -q . ;;
        name) meant "$folder" "$what" | contain "$name" ;;
        esac || echo "$readme: no such $kind: $what $name"
    done
}

headings() {
    awk '/^ *```/ { fenced = !fenced }
        /^## / && !fenced { n++ }
        END { print n + 0 }' "$1"
}

rule_readmes() {
    for folder in . $LESSONS; do
        english=$folder/README.md chinese=$folder/README.zh-CN.md
        for readme in "$english" "$chinese"; do
            if [ ! -e "$readme" ]; then
                echo "$readme: is missing"
            elif [ "$folder" != . ] && [ "$(wc -l < "$readme")" -gt 120 ]; then
                echo "$readme: more than 120 lines"
            fi
        done
        [ ! -e "$english" ] || [ ! -e "$chinese" ] ||
            [ "$(headings "$english")" = "$(headings "$chinese")" ] ||
            echo "$chinese: other headings than $english"
    done
}

# ---- Pages, and the top level ----

rule_pages() {
    for page in www/[0-9][0-9]-*.html; do
        lines=$(awk '/<\/script>/ { inside = 0 }
            inside { n++ }
            /<script/ && !/<\/script>/ { inside = 1 }
            END { print n + 0 }' "$page")
        [ "$lines" -le 60 ] || echo "$page: $lines lines of script, at most 60"
    done
}

rule_lessons() {
    for lesson in $LESSONS; do
        for file in "$lesson/main.c" "www/$lesson.html" \
            "tests/lessons/${lesson%%-*}.c"; do
            [ -e "$file" ] || echo "$lesson: has no $file"
        done
        grep -qs "server_init(\"$lesson\"" "$lesson/main.c" ||
            echo "$lesson/main.c: server_init is told another name"
    done
}

# Hidden files are for git, editors and CI.
rule_top() {
    for name in *; do
        case $name in
        [0-9][0-9]-* | www | tests | Makefile) ;;
        README.md | README.zh-CN.md | LICENSE | build | mine) ;;
        *) echo "$name: does not belong to the top level" ;;
        esac
    done
}

check() {
    set -- copies words sizes citations readmes pages lessons top
    broken=$(for rule; do "rule_$rule"; done 2>&1)
    if [ -n "$broken" ]; then
        echo "$broken"
        exit 1
    fi
    rules=$#
    set -- [0-9][0-9]-*
    echo "course: $rules rules hold for $# lessons"
}

if [ "${1-}" = carry ]; then carry; else check; fi
