"""The optimisation of Gatys, Ecker and Bethge in plain PyTorch, with the losses of `videostyle paint`.

usage: paint.py VGG.npz CONTENT STYLE OUTPUT ITERATIONS [lbfgs|lbfgs-search [shifted|plain]]

Content and style are taken at their own sizes. Prints the loss of the picture it wrote, the seconds from measuring the
style to the last step, and the peak memory in MiB. With 0 iterations it prints the loss of the picture that OUTPUT holds.
torch.optim.LBFGS with its defaults, in float, as one writes it.
"""
import os
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from tensors import load

vgg_path, content_path, style_path, output, iterations = sys.argv[1:5] + [int(sys.argv[5])]
optimizer_name, gram_form = sys.argv[6:8] + ["lbfgs", "shifted"][len(sys.argv) - 6:]
torch.set_num_threads(os.cpu_count())
CONTENT, STYLE, TV, BORDER = 0.4, (1, 1, 1, 1), 0.1, 16
TAPS = ("1_1", "2_1", "3_1", "4_1")
names = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1"]
archive = load(vgg_path)
vgg = {n: (archive[f"conv{n}.weight"], archive[f"conv{n}.bias"]) for n in names}
mean = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)


def read(path):
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)[None].contiguous().float() / 255


def features(x):
    x, found = x.flip(1) * 255 - mean, []
    for n in names:
        if n in ("2_1", "3_1", "4_1"):
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, *vgg[n], padding=1))
        if n in TAPS:
            found.append(x)
    return found


def bordered(x):
    """Features of a picture with a mirrored border, without the border's own."""
    height, width = x.shape[2:]
    return [
        f[:, :, (BORDER >> i):(BORDER >> i) + (height >> i), (BORDER >> i):(BORDER >> i) + (width >> i)]
        for i, f in enumerate(features(F.pad(x, (BORDER,) * 4, mode="reflect")))
    ]


def gram(f):
    m = f.flatten(2)[0]
    return m @ m.t() / m.shape[1]


content, style = read(content_path), read(style_path)
start = time.perf_counter()
with torch.no_grad():
    goal = bordered(content)[2]
    goal_square = (goal**2).sum()
    targets = []
    for f in bordered(style):
        m = f.mean((2, 3)).view(1, -1, 1, 1)
        c = gram(f - m)
        targets.append((m, c, gram(f)))


def style_loss(f, target):
    m, c, g = target
    if gram_form == "plain":
        return ((gram(f) - g) ** 2).sum() / (g**2).sum()
    d = f - m
    return ((gram(d) - c) ** 2).sum() / (c**2).sum() + 0.5 * (d.mean((2, 3)) ** 2).sum() / c.diagonal().sum()


def loss(x):
    painted = bordered(x)
    total = sum(w * style_loss(f, t) for w, f, t in zip(STYLE, painted, targets))
    total = total + CONTENT * ((painted[2] - goal) ** 2).sum() / goal_square
    return total + TV * ((x[..., 1:] - x[..., :-1]).abs().mean() + (x[..., 1:, :] - x[..., :-1, :]).abs().mean())


x = content.clone().requires_grad_()
optimizer = torch.optim.LBFGS(
    [x], max_iter=iterations, max_eval=10**9, line_search_fn="strong_wolfe" if optimizer_name == "lbfgs-search" else None
)


def closure():
    optimizer.zero_grad()
    value = loss(x) * x.numel()
    value.backward()
    return value


if iterations:
    optimizer.step(closure)
seconds = time.perf_counter() - start
if iterations:
    Image.fromarray((x.detach()[0].clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).numpy()).save(output)
with torch.no_grad():
    final = loss(read(output)).item()
print(f"{final:.6f} {seconds:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}")
