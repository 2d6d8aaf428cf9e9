"""Prints SSIM (Wang et al. 2004, no reduction) and Sobel gradient energy of two grey pictures given as raw bytes.

usage: quality.py WIDTH HEIGHT FIRST SECOND
"""
import sys

import numpy as np

width, height = int(sys.argv[1]), int(sys.argv[2])
a, b = (np.fromfile(path, np.uint8).reshape(height, width).astype(np.float64) for path in sys.argv[3:5])

taps = np.exp(-np.arange(-5, 6) ** 2 / (2 * 1.5 ** 2))
window = np.outer(taps, taps) / taps.sum() ** 2


def smooth(image):
    return (np.lib.stride_tricks.sliding_window_view(image, (11, 11)) * window).sum((2, 3))


ma, mb = smooth(a), smooth(b)
va, vb, vab = smooth(a * a) - ma ** 2, smooth(b * b) - mb ** 2, smooth(a * b) - ma * mb
c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
ssim = ((2 * ma * mb + c1) * (2 * vab + c2) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2))).mean()

views = np.lib.stride_tricks.sliding_window_view(a, (3, 3))
kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
energy = ((views * kernel).sum((2, 3)) ** 2 + (views * kernel.T).sum((2, 3)) ** 2).mean()
print(f"{ssim:.12g} {energy:.12g}")
