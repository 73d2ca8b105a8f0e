#!/bin/sh
# Check is the library that our tests are written with (package "check").
#   tests/libcheck.sh            prints the options that compile with it (first
#                                line) and those that link with it (second)
#   tests/libcheck.sh install    installs it, if it is not there
set -u

# Tries to build with these options; prints them if that works.
try() {
    # shellcheck disable=SC2086
    echo 'int main(void) { return srunner_ntests_run(0); }' |
        ${CC:-cc} $1 -include check.h -x c - -o "$trial" $2 2> /dev/null &&
        printf '%s\n%s\n' "$1" "$2"
}

# pkg-config knows; but for which compiler? Some systems have Check as an
# archive, which needs the libraries that Check needs.
options() {
    trial=$(mktemp) || exit 1
    trap 'rm -f "$trial"' EXIT
    try "$(pkg-config --cflags check 2> /dev/null)" \
        "$(pkg-config --libs check 2> /dev/null)" || try '' -lcheck ||
        try '' '-lcheck -lsubunit -lrt -lm -lpthread'
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
    echo "Check is not installed for ${CC:-cc}: run 'make deps'" \
        "(or install the package 'check')" >&2
    exit 1
elif options > /dev/null; then
    echo 'Check is there'
else
    install
fi
