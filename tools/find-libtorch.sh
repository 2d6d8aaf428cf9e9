#!/bin/sh
# Prints the folder of TorchConfig.cmake to build against, or nothing for the distribution's libtorch.
set -u

if [ "${1:-}" = --help ]; then
    cat <<'END'
usage: tools/find-libtorch.sh

Prints the CMake folder of the libtorch to build against, or nothing where the distribution's own is meant:
1. LIBTORCH=DIR, an unpacked libtorch of pytorch.org, or the folder `torch` of an installed PyTorch;
2. on a machine with an NVIDIA GPU, the libtorch inside an installed PyTorch that has CUDA.
END
    exit 0
fi

if [ -n "${LIBTORCH:-}" ]; then
    for candidate in "$LIBTORCH/share/cmake/Torch" "$LIBTORCH/Torch" "$LIBTORCH"; do
        if [ -f "$candidate/TorchConfig.cmake" ]; then
            echo "setup: building against the libtorch of LIBTORCH=$LIBTORCH" >&2
            realpath "$candidate"
            exit 0
        fi
    done
    echo "LIBTORCH=$LIBTORCH holds no share/cmake/Torch/TorchConfig.cmake" > "${REASON:-/dev/stderr}"
    exit 1
fi

nvidia-smi -L >/dev/null 2>&1 || exit 0
found=$(python3 -c '
import torch
if torch.version.cuda:
    print(torch.utils.cmake_prefix_path + "/Torch")
' 2>/dev/null)
if [ -f "$found/TorchConfig.cmake" ]; then
    echo "setup: an NVIDIA GPU is here; building against the CUDA libtorch of the installed PyTorch ($found)" >&2
    echo "$found"
else
    echo "setup: an NVIDIA GPU is here, but no PyTorch with CUDA; set LIBTORCH=DIR to use the GPU" >&2
fi
