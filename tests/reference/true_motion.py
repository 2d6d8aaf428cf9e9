"""Paints the fixture clip of known motion by arithmetic, and computes what `measure` says by true motion.

usage: true_motion.py CLIPDIR          writes per-frame.mkv, output.mkv and expected.json beside clip.mkv

The definitions are those of `src/VideoStyle.Metrics` (metrics `rim`, `moving-sharpness` and `ghost`, profile `truth`), in double precision.
Needs python3-numpy, python3-opencv and ffmpeg.
"""
import json
import pathlib
import subprocess
import sys

import cv2
import numpy as np

LAGS = (1, 10)


def read(path):
    width, height = (int(n) for n in subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", path], capture_output=True, text=True, check=True).stdout.split(",")[:2])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def write(path, frames):
    height, width = frames.shape[1:3]
    command = f"-f rawvideo -pix_fmt rgb24 -s {width}x{height} -r 24 -i - -c:v ffv1 -threads 1 -pix_fmt bgr0 -fflags +bitexact -flags:v +bitexact"
    subprocess.run(["ffmpeg", "-v", "error", "-y", *command.split(), path], input=frames.tobytes(), check=True)


def paint(frames):
    """Eight levels a color with strokes of their own in each frame; and the same, held by averaging without motion."""
    random = np.random.default_rng(5)
    strokes = np.kron(random.normal(0, 20, (len(frames), frames.shape[1] // 4, frames.shape[2] // 4, 3)), np.ones((1, 4, 4, 1)))
    painted = np.clip(np.round(frames / 36.0) * 36 + strokes, 0, 255)
    held = [painted[0]]
    for frame in painted[1:]:
        held.append(0.6 * held[-1] + 0.4 * frame)
    return painted.round().astype(np.uint8), np.round(held).astype(np.uint8)


def flow(folder, lag, t):
    data = (folder / f"flow{lag}" / f"{t:04}.flo").read_bytes()
    width, height = np.frombuffer(data, "<i4", 2, 4)
    return np.frombuffer(data, "<f4", offset=12).reshape(height, width, 2).astype(float)


def mask(folder, name, t):
    return cv2.imread(str(folder / name / f"{t:04}.png"), cv2.IMREAD_GRAYSCALE)


def inner(folder, lag, t):
    window, layers = np.ones((5, 5), np.uint8), mask(folder, "layers", t)
    return (cv2.erode(mask(folder, f"valid{lag}", t), window) > 0) & (cv2.dilate(layers, window) == cv2.erode(layers, window))


def warped(frame, way):
    height, width = frame.shape[:2]
    y, x = np.mgrid[:height, :width]
    x, y = np.clip(x + way[..., 0], 0, width - 1), np.clip(y + way[..., 1], 0, height - 1)
    left, top = np.minimum(x.astype(int), width - 2), np.minimum(y.astype(int), height - 2)
    a, b = (x - left)[..., None], (y - top)[..., None]
    upper, lower = ((1 - a) * frame[row, left] + a * frame[row, left + 1] for row in (top, top + 1))
    return (1 - b) * upper + b * lower


def error(frames, folder, lag, chosen):
    means = []
    for t in range(len(frames) - lag):
        where = chosen(t)
        if where.any():
            means.append(np.square(warped(frames[t + lag] / 255.0, flow(folder, lag, t)) - frames[t] / 255.0)[where].mean())
    return np.mean(means)


def gradients(frames):
    """The squared Sobel gradient of each pixel, summed over colors."""
    return np.array([sum(np.square(cv2.Sobel(f.astype(float), cv2.CV_64F, dx, 1 - dx)).sum(2) for dx in (0, 1)) for f in frames])


def moving(folder, t):
    way = flow(folder, 1, t)
    return np.hypot(*np.moveaxis(way - np.median(way, (0, 1)), 2, 0)) > 1.5


def figures(frames, base, folder):
    rim = lambda t: (mask(folder, "valid1", t) > 0) & ~inner(folder, 1, t)
    own, other = gradients(frames), gradients(base)
    own_moving, other_moving = (sum(g[t][moving(folder, t)].sum() for t in range(len(frames) - 1)) for g in (own, other))
    per_frame = np.sort(own.sum((1, 2)) / other.sum((1, 2)))
    difference = np.abs(frames.astype(float) - base).mean(3)
    new = np.array([mask(folder, "new", t) > 0 for t in range(1, len(frames))])
    errors = {f"error{lag}": error(frames, folder, lag, lambda t, lag=lag: inner(folder, lag, t)) for lag in LAGS}
    return errors | {f"ratio{lag}": errors[f"error{lag}"] / error(base, folder, lag, lambda t, lag=lag: inner(folder, lag, t)) for lag in LAGS} | {
        "rim": error(frames, folder, 1, rim) / error(base, folder, 1, rim),
        "sharp": own.sum() / other.sum(),
        "sharpMoving": own_moving / other_moving,
        "sharpWorst": per_frame[: -(-len(per_frame) // 10)].mean(),
        "ghost": difference[1:][new].mean(),
        "rest": difference[1:][~new].mean(),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    source = read(folder / "clip.mkv")
    base, output = paint(source)
    write(folder / "per-frame.mkv", base)
    write(folder / "output.mkv", output)
    (folder / "expected.json").write_text(json.dumps({key: float(value) for key, value in figures(output, base, folder).items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
