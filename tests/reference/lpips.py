"""Writes a random AlexNet in torchvision's layout and prints LPIPS of two pictures by it, as its authors compute it.

usage: lpips.py BACKBONE_TO_WRITE HEADS WIDTH HEIGHT FIRST SECOND      pictures as raw RGB bytes
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(5)
shapes = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}
state = {}
for i, (out, into, size) in shapes.items():
    state[f"features.{i}.weight"] = torch.randn(out, into, size, size) / (into * size * size) ** 0.5
    state[f"features.{i}.bias"] = torch.randn(out) * 0.05
torch.save(state, sys.argv[1])
heads = torch.load(sys.argv[2], map_location="cpu")
width, height = int(sys.argv[3]), int(sys.argv[4])


def features(path):
    rgb = torch.from_numpy(np.fromfile(path, np.uint8).reshape(1, height, width, 3).copy()).permute(0, 3, 1, 2).float()
    x = rgb / 255 * 2 - 1
    x = (x - torch.tensor([-.030, -.088, -.188]).view(1, 3, 1, 1)) / torch.tensor([.458, .448, .450]).view(1, 3, 1, 1)
    for i in shapes:
        if i in (3, 6):
            x = F.max_pool2d(x, 3, 2)
        x = F.relu(F.conv2d(x, state[f"features.{i}.weight"], state[f"features.{i}.bias"], stride=4 if i == 0 else 1,
                            padding={0: 2, 3: 2}.get(i, 1)))
        yield x / (torch.sqrt((x ** 2).sum(1, keepdim=True)) + 1e-10)


total = sum(F.conv2d((a - b) ** 2, heads[f"lin{k}.model.1.weight"]).mean()
            for k, (a, b) in enumerate(zip(features(sys.argv[5]), features(sys.argv[6]))))
print(f"{total.item():.9g}")
