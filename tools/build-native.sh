#!/bin/sh
# Builds the native library into artifacts/native.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ "${1:-}" = --help ]; then
    cat <<'TEXT'
usage: tools/build-native.sh [--strict] [CMAKE_OPTION]...

Builds src/native with CMake into artifacts/native/libvideostyle_native.so. Options are passed to CMake, as in
  tools/build-native.sh -DVS_VISION=OFF     a library without OpenCV: `convert --coherence off` still works
  --strict   a separate build in artifacts/native-strict, which fails at the first warning
TEXT
    exit 0
fi

build=artifacts/native-build
libraries=artifacts/native
if [ "${1:-}" = --strict ]; then
    shift
    build=artifacts/native-strict
    libraries=$build
    # CMAKE_COMPILE_WARNING_AS_ERROR needs CMake 3.24; Debian 11 and Ubuntu 22.04 have older ones.
    set -- -DCMAKE_CXX_FLAGS=-Werror "$@"
fi
mkdir -p "$build"
tools/step.sh "CMake cannot configure the native library; its message is above." \
    cmake -S src/native -B "$build" -G Ninja --log-level=STATUS \
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$PWD/$libraries" "$@" > "$build/configure.log" ||
    { cat "$build/configure.log"; exit 1; }
# A library without a unit is still a library; that it lacks one must not go unnoticed.
sed -n 's/^-- \(.*not found: .*\)/warning: \1/p' "$build/configure.log" >&2
# Ninja before 1.11 (Debian 11, Ubuntu 22.04) has no --quiet: its lines of progress are left out here.
tools/step.sh "The native library does not build; the compiler's messages are above." cmake --build "$build" > "$build/build.log" 2>&1
status=$?
sed '/^\[[0-9]*\/[0-9]*\] /d; /^ninja: no work to do/d' "$build/build.log" >&2
exit "$status"
