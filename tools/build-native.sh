#!/bin/sh
# Builds the native library into artifacts/native.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ "${1:-}" = --help ]; then
    cat <<'TEXT'
usage: tools/build-native.sh [CMAKE_OPTION]...

Builds src/native with CMake into artifacts/native/libvideostyle_native.so. Options are handed to CMake, as in
  tools/build-native.sh -DVS_VISION=OFF     a library without OpenCV: `convert --coherence off` still works
TEXT
    exit 0
fi

build=artifacts/native-build
mkdir -p "$build"
tools/step.sh "CMake cannot configure the native library; its message is above." \
    cmake -S src/native -B "$build" -G Ninja --log-level=STATUS \
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$PWD/artifacts/native" "$@" > "$build/configure.log" ||
    { cat "$build/configure.log"; exit 1; }
# A library without a unit is still a library; that it lacks one must not go unnoticed.
sed -n 's/^-- \(.*not found: .*\)/warning: \1/p' "$build/configure.log" >&2
tools/step.sh "The native library does not build; the compiler's messages are above." cmake --build "$build" -- --quiet
