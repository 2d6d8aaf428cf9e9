#!/bin/sh
# Runs one step of the build and leaves the reason where `make` says it last, should the step fail.
if [ "$#" -lt 2 ] || [ "$1" = --help ]; then
    echo "usage: tools/step.sh REASON COMMAND [ARGUMENT]..."
    echo "Runs COMMAND; when it fails, writes REASON into the file \$REASON, or to stderr."
    [ "$1" = --help ] && exit 0 || exit 2
fi

reason=$1
shift
"$@" && exit 0
code=$?
if [ "$code" -eq 127 ]; then
    reason="$1: command not found."
fi
printf '%s\n' "${reason%.}" > "${REASON:-/dev/stderr}"
exit "$code"
