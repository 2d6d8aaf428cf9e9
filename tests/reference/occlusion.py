"""Computes the occlusion masks of two .flo files as their authors define them; prints the bytes of the mask in hex.

usage: occlusion.py lai18|ruder16|ruder18|hiddenonly FLOW OPPOSITE
"""
import sys

import numpy as np

f32 = np.float32


def read_flo(path):
    width, height = np.fromfile(path, np.int32, 2, offset=4)
    return np.fromfile(path, np.float32, 2 * width * height, offset=12).reshape(height, width, 2)


def lai18(flow, opposite):
    height, width = flow.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            u, v = flow[y, x]
            fx, fy = f32(x) + u, f32(y) + v
            x0, y0 = np.floor(fx), np.floor(fy)
            a, b = fx - x0, fy - y0
            xs = [int(min(max(x0 + i, 0), width - 1)) for i in (0, 1)]
            ys = [int(min(max(y0 + i, 0), height - 1)) for i in (0, 1)]
            one = f32(1)
            back = ((one - a) * (one - b) * opposite[ys[0], xs[0]] + a * (one - b) * opposite[ys[0], xs[1]]
                    + (one - a) * b * opposite[ys[1], xs[0]] + a * b * opposite[ys[1], xs[1]])
            total = back + flow[y, x]
            square = lambda w: w[0] * w[0] + w[1] * w[1]
            occluded = square(total) > f32(0.01) * (square(back) + square(flow[y, x])) + f32(0.5)
            right = flow[y, x] - flow[y, x + 1] if x < width - 1 else np.zeros(2, f32)
            down = flow[y, x] - flow[y + 1, x] if y < height - 1 else np.zeros(2, f32)
            gradient = sum(float(d) ** 2 for d in (*right, *down))
            edge = gradient > f32(0.01) * square(flow[y, x]) + f32(0.002)
            mask[y, x] = 0 if occluded or edge else 255
    return mask


def ruder_raw(flow, opposite, hidden, boundary):
    height, width = flow.shape[:2]
    raw = np.full((height, width), 255, f32)
    padded = np.pad(flow, ((1, 1), (1, 1), (0, 0)), mode="symmetric")
    half = f32(0.5)
    dx = half * padded[1:-1, 2:] - half * padded[1:-1, :-2]
    dy = half * padded[2:, 1:-1] - half * padded[:-2, 1:-1]
    edge = dx[..., 0] ** 2 + dx[..., 1] ** 2 + dy[..., 0] ** 2 + dy[..., 1] ** 2
    for y in range(height):
        for x in range(width):
            u2, v2 = flow[y, x]
            bx, by = f32(x) + u2, f32(y) + v2
            x1, y1 = int(np.floor(bx)), int(np.floor(by))
            if x1 < 0 or x1 + 1 >= width or y1 < 0 or y1 + 1 >= height:
                raw[y, x] = 0
                continue
            ax, ay = bx - f32(x1), by - f32(y1)
            mix = lambda p, q, w: f32((1.0 - float(w)) * float(p) + float(w * q))
            u, v = (mix(mix(opposite[y1, x1, c], opposite[y1, x1 + 1, c], ax),
                        mix(opposite[y1 + 1, x1, c], opposite[y1 + 1, x1 + 1, c], ax), ay) for c in (0, 1))
            ex, ey = bx + u - f32(x), by + v - f32(y)
            if float(ex * ex + ey * ey) >= 0.01 * float(u2 * u2 + v2 * v2 + u * u + v * v) + 0.5:
                raw[y, x] = hidden
            elif float(edge[y, x]) > 0.01 * float(u2 * u2 + v2 * v2) + float(f32(0.002)):
                raw[y, x] = boundary
    return raw


def ruder16(flow, opposite):
    raw = ruder_raw(flow, opposite, -255, 0)
    taps = np.exp(-np.arange(-2, 3) ** 2 / (2 * 0.8 ** 2))
    taps /= taps.sum()
    for axis in (1, 0):
        padded = np.pad(raw, [(2, 2) if i == axis else (0, 0) for i in (0, 1)], mode="symmetric")
        raw = sum(t * (padded[:, i:i + raw.shape[1]] if axis else padded[i:i + raw.shape[0]]) for i, t in enumerate(taps))
    return np.clip(raw + 1e-3, 0, 255).astype(np.uint8)  # whole values must not fall to the one below by rounding


def hidden_only(flow, opposite):
    return ruder_raw(flow, opposite, 0, 255).astype(np.uint8)


def ruder18(flow, opposite):
    mask = np.pad(hidden_only(flow, opposite), 3, constant_values=255)
    return np.min([mask[i:mask.shape[0] - 6 + i, j:mask.shape[1] - 6 + j] for i in range(7) for j in range(7)], axis=0)


profiles = {"lai18": lai18, "ruder16": ruder16, "ruder18": ruder18, "hiddenonly": hidden_only}
print(profiles[sys.argv[1]](read_flo(sys.argv[2]), read_flo(sys.argv[3])).tobytes().hex())
