#!/bin/sh
# Builds the native library into artifacts/native.
set -u
cd "$(dirname "$0")/.." || exit 1

if [ "${1:-}" = --help ]; then
    cat <<'END'
usage: tools/build-native.sh [CMAKE_OPTION]...

Builds src/native with CMake into artifacts/native/libvideostyle_{native,torch}.so. Options are handed to CMake, as in
  tools/build-native.sh -DVS_TORCH=OFF      a library without libtorch: `measure` still works
LIBTORCH=DIR names another libtorch than the distribution's (tools/find-libtorch.sh --help).
END
    exit 0
fi

torch_dir=$(tools/find-libtorch.sh) || exit 1
build=artifacts/native-build
# CMake remembers where it found libtorch; asked for another one, it starts afresh.
if [ "$(cat "$build/torch-dir" 2>/dev/null)" != "$torch_dir" ]; then
    rm -rf "$build"
fi
mkdir -p "$build" && echo "$torch_dir" > "$build/torch-dir"

tools/step.sh "CMake cannot configure the native library; its message is above." \
    cmake -S src/native -B "$build" -G Ninja --log-level=STATUS \
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$PWD/artifacts/native" ${torch_dir:+-DTorch_DIR="$torch_dir"} "$@" > "$build/configure.log" ||
    { cat "$build/configure.log"; exit 1; }
# A library without a unit is still a library; that it lacks one must not go unnoticed.
sed -n 's/^-- \(.*not found: .*\)/warning: \1/p' "$build/configure.log" >&2
# Ninja before 1.11 (Debian 11, Ubuntu 22.04) has no --quiet: its lines of progress are left out here.
tools/step.sh "The native library does not build; the compiler's messages are above." cmake --build "$build" > "$build/build.log" 2>&1
status=$?
sed '/^\[[0-9]*\/[0-9]*\] /d; /^ninja: no work to do/d' "$build/build.log" >&2
exit "$status"
