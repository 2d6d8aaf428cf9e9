#!/usr/bin/env python3
"""Computes the lai18 warping error by itself, to check `videostyle measure` against.

usage: tools/check_lai18.py FRAMES FLOW

FRAMES  a folder of 24-bit .bmp pictures of the clip to judge, in order of their names
FLOW    a folder with the flow of the source clip: T-U.flo from frame T to frame U, for all neighbours, both directions

Prints the error of each pair and then their mean. Everything is done as in evaluate_WarpError.py, utils.py and
Resample2d of Lai et al., "Learning Blind Video Temporal Consistency", ECCV 2018; only numpy is needed. A pair in which
no pixel is valid has no error and is not in the mean (there, it counts as 0).
"""
import os
import sys

import numpy as np


def read_bmp(path):
    """Returns float32 [height, width, 3] in 0..1."""
    with open(path, "rb") as file:
        data = file.read()
    offset, = np.frombuffer(data, "<u4", 1, 10)
    width, height = np.frombuffer(data, "<i4", 2, 18)
    planes, bits, = np.frombuffer(data, "<u2", 2, 26)
    if data[:2] != b"BM" or (planes, bits) != (1, 24):
        sys.exit(f"{path}: is no .bmp of 24 bits")
    stride = (3 * width + 3) // 4 * 4
    rows = np.frombuffer(data, np.uint8, stride * abs(height), offset).reshape(abs(height), stride)
    pixels = rows[:, :3 * width].reshape(abs(height), width, 3)[..., ::-1]  # blue, green, red
    pixels = pixels[::-1] if height > 0 else pixels  # from below, unless the height is negative
    return pixels.astype(np.float32) / np.float32(255)


def read_flo(path):
    """Returns float32 [height, width, 2]."""
    tag = np.fromfile(path, np.float32, 1)
    if tag.size != 1 or tag[0] != np.float32(202021.25):
        sys.exit(f"{path}: is no .flo file")
    width, height = np.fromfile(path, np.int32, 2, offset=4)
    return np.fromfile(path, np.float32, 2 * width * height, offset=12).reshape(height, width, 2)


def warp(image, flow):
    """Samples image at p + flow(p), bilinearly; indices outside are moved to the border, as Resample2d does."""
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = x + flow[..., 0], y + flow[..., 1]
    floor_x, floor_y = np.floor(x), np.floor(y)
    alpha, beta = (x - floor_x)[..., None], (y - floor_y)[..., None]
    left, right = (np.clip(floor_x + i, 0, width - 1).astype(int) for i in (0, 1))
    top, bottom = (np.clip(floor_y + i, 0, height - 1).astype(int) for i in (0, 1))
    return ((1 - alpha) * (1 - beta) * image[top, left] + alpha * (1 - beta) * image[top, right]
            + (1 - alpha) * beta * image[bottom, left] + alpha * beta * image[bottom, right])


def valid(flow, opposite):
    """True where a pixel is neither occluded nor on a motion boundary."""
    def square(v):
        return v[..., 0] ** 2 + v[..., 1] ** 2

    back = warp(opposite, flow)
    occluded = square(back + flow) > 0.01 * (square(back) + square(flow)) + 0.5
    gradient = np.zeros(flow.shape[:2])
    gradient_v = np.zeros(flow.shape[:2])
    for channel, total in ((0, gradient), (1, gradient_v)):
        difference = np.zeros(flow.shape[:2])
        difference[:, :-1] = flow[:, :-1, channel] - flow[:, 1:, channel]
        total += difference ** 2
        difference = np.zeros(flow.shape[:2])
        difference[:-1] = flow[:-1, :, channel] - flow[1:, :, channel]
        total += difference ** 2
    return ~(occluded | (gradient + gradient_v > 0.01 * square(flow) + 0.002))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    frames = sorted(f for f in os.listdir(sys.argv[1]) if f.endswith(".bmp"))
    errors = []
    for t in range(len(frames) - 1):
        earlier, later = (read_bmp(os.path.join(sys.argv[1], frames[i])) for i in (t, t + 1))
        forward, backward = (read_flo(os.path.join(sys.argv[2], f"{a}-{b}.flo")) for a, b in ((t, t + 1), (t + 1, t)))
        mask = valid(forward, backward)
        if not mask.any():
            print(f"{t} none")
            continue
        difference = (warp(later, forward).astype(np.float64) - earlier) * mask[..., None]
        errors.append((difference ** 2).sum() / (3 * mask.sum()))
        print(f"{t} {errors[-1]:.12g}")
    print(f"mean {np.mean(errors):.12g}")


main()
