#!/usr/bin/python3
"""Compares `videostyle paint` with a plain PyTorch L-BFGS run of the same losses, by turns in one run.

usage: tools/bench-paint.py VGG.npz CONTENT STYLE [SIZE [ITERATIONS [ROUNDS [lbfgs|lbfgs-search [shifted|plain]]]]]

Both paint the same picture of SIZE pixels (256) in ITERATIONS steps (20) in float on all cores, and are timed from
measuring the style to the last step; PyTorch judges the pictures that both wrote. The table gives each round's losses and
times (with the processor's time of the whole process, which a busy machine troubles less), and the medians' ratio. Needs python3-torch, python3-pil and a build (make build).
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

from PIL import Image

if len(sys.argv) < 4:
    sys.exit(__doc__)
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
vgg, content, style = (os.path.abspath(a) for a in sys.argv[1:4])
size, iterations, rounds, optimizer, gram = sys.argv[4:9] + ["256", "20", "3", "lbfgs", "shifted"][len(sys.argv) - 4:]
size, rounds = int(size), int(rounds)


def resized(path, target, side):
    """Resized once, so that both begin with the same bytes; a style without the frame that videostyle would cut off."""
    image = Image.open(path).convert("RGB")
    if side != "longer":
        image = image.crop([round(s * f) for f in (0.06, 0.94) for s in image.size])
    scale = size / max(image.size) if side == "longer" else side / min(image.size)
    image = image.resize([round(s * scale) for s in image.size], Image.BICUBIC)
    image.save(target)
    return min(image.size)


def ours(folder):
    tool = os.environ.get("VIDEOSTYLE", os.path.join(root, "artifacts", "videostyle"))
    command = [tool, "paint", *(os.path.join(folder, f) for f in ("content.png", "style.png", "ours.png")), "--force", "--json"]
    command += ["--size", str(size), "--levels", "1", "-n", iterations, "--precision", "f32", "--optimizer", optimizer, "--gram", gram]
    process = subprocess.Popen(command, env={**os.environ, "VIDEOSTYLE_WEIGHTS": vgg}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    last = json.loads(process.stdout.read().splitlines()[-1])
    _, status, usage = os.wait4(process.pid, 0)
    if status or last["type"] != "done":
        sys.exit(f"videostyle paint failed: {last}")
    return theirs(folder, "ours.png", 0)[0], last["seconds"], last["peakMiB"], usage.ru_utime + usage.ru_stime


def theirs(folder, name="theirs.png", iterations=iterations):
    files = (os.path.join(folder, f) for f in ("content.png", "style.png", name))
    command = ["/usr/bin/python3", os.path.join(root, "tests", "reference", "paint.py"), vgg, *files, str(iterations), optimizer, gram]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    loss, seconds, memory = process.stdout.read().split()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("tests/reference/paint.py failed")
    return float(loss), float(seconds), int(memory), usage.ru_utime + usage.ru_stime


table = []
with tempfile.TemporaryDirectory() as folder:
    shorter = resized(content, os.path.join(folder, "content.png"), "longer")
    resized(style, os.path.join(folder, "style.png"), shorter)
    for i in range(rounds):
        table.append((ours(folder), theirs(folder)))
        (a, s, _, u), (b, t, _, v) = table[-1]
        print(f"round {i + 1}: videostyle loss {a:.5f} in {s:.2f} s (processor {u:.1f} s), PyTorch {b:.5f} in {t:.2f} s ({v:.1f} s); loss ratio {a / b:.4f}, time ratio {s / t:.2f}", flush=True)
mine, other = (statistics.median(pair[i][1] for pair in table) for i in (0, 1))
best, rival = (min(pair[i][1] for pair in table) for i in (0, 1))
print(f"median time: videostyle {mine:.2f} s, PyTorch {other:.2f} s, ratio {mine / other:.2f}; best of each: {best:.2f} s, {rival:.2f} s, ratio {best / rival:.2f}")
print(f"peak memory: videostyle {max(p[0][2] for p in table)} MiB, PyTorch {max(p[1][2] for p in table)} MiB")
