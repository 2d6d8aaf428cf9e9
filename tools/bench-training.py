#!/usr/bin/python3
"""Times a training step of `videostyle train` beside the same step in PyTorch, by turns in one run.

usage: tools/bench-training.py VGG.npz STYLE_IMAGE CONTENT_FOLDER [ROUNDS]

Each round runs 50 steps of each (lite, two crops of 256 pixels, all losses) on all cores; the table gives every round,
the medians, their ratio and the peak memory. Needs python3-torch and a build (make build).
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

if len(sys.argv) < 4:
    sys.exit(__doc__)
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
vgg, style, content = (os.path.abspath(a) for a in sys.argv[1:4])
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
STEPS = 50


def ours(folder):
    tool = os.environ.get("VIDEOSTYLE", os.path.join(root, "artifacts", "videostyle"))
    command = [tool, "train", style, os.path.join(folder, "bench.safetensors")]
    command += ["--content", content, "--steps", str(STEPS), "--force", "--json"]
    process = subprocess.Popen(command, env={**os.environ, "VIDEOSTYLE_WEIGHTS": vgg}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"videostyle train failed: {lines[-1:] or 'no output'}")
    progress = [e for e in map(json.loads, lines) if e["type"] == "progress"]
    return progress[-1]["secondsPerStep"], usage.ru_maxrss >> 10


def theirs():
    script = os.path.join(root, "tests", "reference", "training_step.py")
    out = subprocess.run(["/usr/bin/python3", script, vgg, style, content, str(STEPS)], check=True, capture_output=True, text=True).stdout
    seconds, memory = out.split()
    return float(seconds), int(memory)


table = []
with tempfile.TemporaryDirectory() as folder:
    for i in range(rounds):
        table.append((ours(folder), theirs()))
        (a, _), (b, _) = table[-1]
        print(f"round {i + 1}: videostyle {a:.3f} s, PyTorch {b:.3f} s a step, ratio {a / b:.2f}", flush=True)
mine, other = (statistics.median(pair[i][0] for pair in table) for i in (0, 1))
print(f"median: videostyle {mine:.3f} s, PyTorch {other:.3f} s, ratio {mine / other:.2f}")
print(f"peak memory: videostyle {max(p[0][1] for p in table)} MiB, PyTorch {max(p[1][1] for p in table)} MiB")
