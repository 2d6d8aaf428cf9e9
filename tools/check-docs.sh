#!/bin/sh
# Says whether the manual page is what the tool prints and every relative link in a README leads to a file.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ $# -ne 1 ] || [ "$1" = --help ]; then
    echo "usage: tools/check-docs.sh TOOL"
    echo "Compares src/VideoStyle.Cli/videostyle.1 with what TOOL prints, and looks for dead links in the Markdown files."
    [ "${1:-}" = --help ] && exit 0 || exit 2
fi

fail() {
    printf '%s\n' "${1%.}" > "${REASON:-/dev/stderr}"
    exit 1
}

"$1" man | cmp -s - src/VideoStyle.Cli/videostyle.1 ||
    fail "The manual page is out of date; run: artifacts/videostyle man > src/VideoStyle.Cli/videostyle.1"

dead=$(find ./*.md src tests sample-videos -name '*.md' | while read -r page; do
    sed -n 's/](\([^)#:]*\)[^):]*)/\n&\n/gp' "$page" | sed -n 's/^](\([^)#:]*\)[^):]*)$/\1/p' | while read -r link; do
        [ -z "$link" ] || [ -e "$(dirname "$page")/$link" ] || printf '%s: %s; ' "$page" "$link"
    done
done)
[ -z "$dead" ] || fail "Links that lead nowhere: $dead"
