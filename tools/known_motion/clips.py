"""Makes clips: draws scenes, degrades them, checks the true flow by warping, and writes everything."""

import json
import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy as np

from .scenes import SCENES, build
from .surfaces import draw, follow, frontmost

LAGS = (1, 10)
SHUTTER = 8  # moments that are averaged while the shutter is open, for half the time between two frames


def grain(sigma):
    def add(frames, random):
        return [f + sigma * (0.8 * random.standard_normal(f.shape[:2])[..., None] + 0.6 * random.standard_normal(f.shape)) for f in frames]

    return add


def exposure(frames, _):
    """The camera adjusts: a swing of 12 %, blue against red by 2 %."""
    wave = lambda t, size: 1 - size * np.cos(2 * np.pi * t / 24)
    return [f * (wave(t, 0.06) * np.array([wave(t + 6, 0.01), 1, wave(t + 6, -0.01)])) for t, f in enumerate(frames)]


def compression(frames, _):
    height, width = frames[0].shape[:2]
    with tempfile.NamedTemporaryFile(suffix=".mkv") as file:
        encode(file.name, to_bytes(frames), "-c:v libx264 -crf 30 -preset veryfast -threads 1 -pix_fmt yuv420p")
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", file.name, "-f", "rawvideo", "-pix_fmt", "bgr24", "-"], check=True, stdout=subprocess.PIPE).stdout
    return list(np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3).astype(np.float32))


# Kind: its scene, whether the shutter stays open, and what is done to its frames.
KINDS = {name: (name, name == "crossing", None) for name in SCENES} | {
    "blank-floor": ("blank-floor", False, grain(1.5)),
    "grain": ("slow-pan", False, grain(6)),
    "exposure": ("slow-pan", False, exposure),
    "motion-blur": ("fast-pan", True, None),
    "compressed": ("many-objects", False, compression),
}


def make(scene, kinds, photos, given):
    """Draws a scene once and writes each kind that shows it; yields what about.json says."""
    size, moments = given.size, range(given.frames)
    stage = build(scene, given.seed, photos, size, given.frames)
    pixels = np.meshgrid(np.arange(size[0]) * 1.0, np.arange(size[1]) * 1.0)
    seen = [frontmost(stage.surfaces, *pixels, t) for t in moments]
    numbers, flows, valids = [number for number, _ in seen], {}, {}
    for lag in LAGS:
        pairs = [follow(stage.surfaces, *seen[t], t, lag) for t in moments[: max(0, given.frames - lag)]]
        flows[lag], valids[lag] = [flow for flow, _ in pairs], [valid for _, valid in pairs]
    new = [~follow(stage.surfaces, *seen[t], t, -1)[1] for t in moments[1:]]
    lengths = np.concatenate([np.hypot(flow[..., 0], flow[..., 1]).ravel() for flow in flows[1]])
    sharp = [draw(stage.surfaces, size, t) for t in moments]
    check = agreement(to_bytes(sharp), flows, valids, numbers)
    for kind in kinds:
        _, blurred, degrade = KINDS[kind]
        frames = [np.mean([draw(stage.surfaces, size, t + (i + 0.5) / SHUTTER / 2 - 0.25) for i in range(SHUTTER)], 0) for t in moments] if blurred else sharp
        frames = to_bytes(degrade(frames, np.random.default_rng([given.seed, zlib.crc32(kind.encode())])) if degrade else frames)
        about = {
            "kind": kind, "scene": scene, "seed": given.seed, "size": list(size), "frames": given.frames, "photos": [Path(p).name for p in stage.used],
            "motion": {"mean": round(float(lengths.mean()), 3), "p95": round(float(np.percentile(lengths, 95)), 3)},
            "psnr": {"clean": check, "clip": agreement(frames, flows, valids, numbers)},
        }
        write(Path(given.out) / kind, frames, flows, valids, new, numbers, about)
        yield about


def agreement(frames, flows, valids, numbers):
    """How well frame t + k, warped back by the true flow, is frame t, in dB: where valid, and away from borders at lags 1 and 10."""
    inner = {lag: [away(valid, number) for valid, number in zip(valids[lag], numbers)] for lag in LAGS}
    return {"valid": psnr(frames, flows[1], valids[1], 1), "inner": psnr(frames, flows[1], inner[1], 1), "lag10": psnr(frames, flows[10], inner[10], 10)}


def away(valid, number):
    """Valid pixels at least 2 px from what is hidden and from the borders of surfaces."""
    window = np.ones((5, 5), np.uint8)
    return (cv2.erode(valid.astype(np.uint8), window) > 0) & (cv2.dilate(number, window) == cv2.erode(number, window))


def psnr(frames, flows, masks, lag):
    total = count = 0
    for t, (flow, mask) in enumerate(zip(flows, masks)):
        y, x = np.nonzero(mask)
        back = cubic(frames[t + lag], x + flow[mask][:, 0], y + flow[mask][:, 1])
        total, count = total + np.square(back - frames[t][mask]).sum(), count + 3 * len(x)
    return round(float(10 * np.log10(255 ** 2 * count / max(total, 1e-9))), 2) if count else None


def cubic(frame, x, y):
    """Keys's cubic convolution, a = -0.5, in double precision: OpenCV's rounds places to 1/32 px."""
    height, width = frame.shape[:2]
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros((len(x), 3))
    across, down = [[kernel(place - corner - i) for i in range(-1, 3)] for place, corner in ((x, left), (y, top))]
    for j in range(4):
        row = np.clip(top + j - 1, 0, height - 1)
        total += down[j][:, None] * sum(across[i][:, None] * frame[row, np.clip(left + i - 1, 0, width - 1)] for i in range(4))
    return np.clip(total, 0, 255)


def kernel(at):
    at = np.abs(at)
    return np.where(at < 1, (1.5 * at - 2.5) * at * at + 1, np.where(at < 2, ((2.5 - 0.5 * at) * at - 4) * at + 2, 0))


def to_bytes(frames):
    return [np.clip(np.round(frame), 0, 255).astype(np.uint8) for frame in frames]


def encode(path, frames, codec):
    height, width = frames[0].shape[:2]
    source = f"-f rawvideo -pix_fmt bgr24 -s {width}x{height} -r 24 -i -"
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source.split(), *codec.split(), "-fflags", "+bitexact", "-flags:v", "+bitexact", str(path)], input=b"".join(f.tobytes() for f in frames), check=True)


def write(folder, frames, flows, valids, new, numbers, about):
    for name in ("flow1", "flow10", "valid1", "valid10", "new", "layers"):
        shutil.rmtree(folder / name, ignore_errors=True)  # of a longer clip
        (folder / name).mkdir(parents=True)
    encode(folder / "clip.mkv", frames, "-c:v ffv1 -threads 1 -pix_fmt bgr0")
    for t, number in enumerate(numbers):
        cv2.imwrite(str(folder / "layers" / f"{t:04}.png"), number)
    for t, mask in enumerate(new, 1):
        cv2.imwrite(str(folder / "new" / f"{t:04}.png"), mask * np.uint8(255))
    for lag in LAGS:
        for t, (flow, valid) in enumerate(zip(flows[lag], valids[lag])):
            header = np.float32(202021.25).tobytes() + np.int32(flow.shape[1::-1]).tobytes()
            (folder / f"flow{lag}" / f"{t:04}.flo").write_bytes(header + flow.astype("<f4").tobytes())
            cv2.imwrite(str(folder / f"valid{lag}" / f"{t:04}.png"), valid * np.uint8(255))
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")
