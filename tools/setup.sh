#!/bin/sh
# Installs with apt what a build (and with --tests, the test suite) needs and this machine lacks.
set -u
cd "$(dirname "$0")/.." || exit 1

usage() {
    cat <<'END'
usage: tools/setup.sh [--tests] [--dry-run]

Installs what a build needs and this machine lacks, with apt, through sudo where the user is not root.
  --tests     also what a full test run requires
  --dry-run   only say what would be installed
END
}

fail() {
    printf '%s\n' "${1%.}" > "${REASON:-/dev/stderr}"
    exit 1
}

# Those of the packages that are not installed, on one line.
missing() {
    # shellcheck disable=SC2016 # the fields are dpkg's
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p')
    for package; do
        printf '%s\n' "$installed" | grep -qx "$package" || printf '%s ' "$package"
    done
}

# Installs packages; the reason of a failure is apt's own last line.
install() {
    if [ "$(id -u)" -eq 0 ]; then
        root=
    elif command -v sudo >/dev/null; then
        root='sudo -E'
    else
        why="no root rights and no sudo here; as root, run: apt-get install --no-install-recommends $*"
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp) || return 1
    if $root apt-get update -qq >"$log" 2>&1 &&
        $root apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    why=$(grep -E '^E:' "$log" | tail -n 1)
    why=${why:-$(tail -n 1 "$log")}
    rm -f "$log"
    return 1
}

tests= dry=
for argument; do
    case $argument in
    --tests) tests=1 ;;
    --dry-run) dry=1 ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
done

command -v dotnet >/dev/null || fail "The .NET 10 SDK is not on the PATH; get it from https://dot.net/download."
dotnet --version >/dev/null 2>&1 || fail "The .NET 10 SDK is not installed; get it from https://dot.net/download."

build='g++ cmake ninja-build pkg-config libopencv-core-dev libopencv-imgproc-dev libopencv-video-dev libavcodec-dev
    libavformat-dev libavutil-dev libavfilter-dev libswscale-dev libswresample-dev'

if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is no Debian or Ubuntu, so nothing is installed; a build needs what these packages hold:" $build
    exit 0
fi

# shellcheck disable=SC2086 # lists of words
{
    needed=$(missing $build)
    wanted=
    [ -z "$tests" ] || wanted=$(missing ffmpeg python3-numpy chromium xvfb)
}
if [ -z "$needed$wanted" ]; then
    echo "setup: nothing to install."
    exit 0
fi
echo "setup: installing $needed$wanted"
[ -z "$dry" ] || exit 0

# shellcheck disable=SC2086
if [ -n "$needed" ] && ! install $needed; then
    fail "Packages could not be installed: $why"
fi
# shellcheck disable=SC2086
if [ -n "$wanted" ] && ! install $wanted; then
    # One that cannot be had must not keep the others away.
    for package in $wanted; do
        install "$package" || echo "setup: without $package the tests that compare with it fail ($why)"
    done
fi
