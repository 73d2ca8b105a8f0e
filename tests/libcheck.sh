#!/bin/sh
# Check is the library that our tests are written with (package "check").
#   tests/libcheck.sh            prints the options that compile with it (first
#                                line) and those that link with it (second)
#   tests/libcheck.sh install    installs it, if it is not there
set -u

# pkg-config knows, or a trial shows: some systems have Check as an archive,
# which needs the libraries that Check needs.
options() {
    { pkg-config --cflags check && pkg-config --libs check; } 2> /dev/null && return
    trial=$(mktemp) || exit 1
    for libs in -lcheck '-lcheck -lsubunit -lrt -lm -lpthread'; do
        # shellcheck disable=SC2086
        echo 'int main(void) { return srunner_ntests_run(0); }' |
            ${CC:-cc} -include check.h -x c - -o "$trial" $libs 2> /dev/null &&
            rm "$trial" && printf '\n%s\n' "$libs" && return
    done
    rm "$trial"
    return 1
}

has() {
    command -v "$1" > /dev/null
}

as_root() {
    if [ "$(id -u)" != 0 ] && has sudo; then set -- sudo "$@"; fi
    run "$@"
}

run() {
    echo "$*"
    "$@"
}

install() {
    if has apt-get; then
        as_root apt-get update && as_root apt-get install -y check
    elif has dnf; then
        as_root dnf install -y check-devel
    elif has pacman; then
        as_root pacman -S --needed --noconfirm check
    elif has apk; then
        as_root apk add check-dev
    elif has brew; then
        run brew install check pkg-config
    else
        echo "No package manager known here: install the package 'check'" >&2
        return 1
    fi
}

if [ "${1-}" != install ]; then
    options && exit
    echo "Check is not installed: run 'make deps'" \
        "(or install the package 'check')" >&2
    exit 1
elif options > /dev/null; then
    echo 'Check is there'
else
    install
fi
