"""Prints LPIPS of two images, as its authors compute it, by an AlexNet in torchvision's layout.

usage: lpips.py BACKBONE HEADS WIDTH HEIGHT FIRST SECOND      images as raw RGB bytes
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F

from tensors import load

LAYERS = (0, 3, 6, 8, 10)
state = load(sys.argv[1])
heads = load(sys.argv[2])
width, height = int(sys.argv[3]), int(sys.argv[4])


def features(path):
    rgb = torch.from_numpy(np.fromfile(path, np.uint8).reshape(1, height, width, 3).copy()).permute(0, 3, 1, 2).float()
    x = rgb / 255 * 2 - 1
    x = (x - torch.tensor([-.030, -.088, -.188]).view(1, 3, 1, 1)) / torch.tensor([.458, .448, .450]).view(1, 3, 1, 1)
    for i in LAYERS:
        if i in (3, 6):
            x = F.max_pool2d(x, 3, 2)
        x = F.relu(F.conv2d(x, state[f"features.{i}.weight"], state[f"features.{i}.bias"], stride=4 if i == 0 else 1,
                            padding={0: 2, 3: 2}.get(i, 1)))
        yield x / (torch.sqrt((x ** 2).sum(1, keepdim=True)) + 1e-10)


total = sum(F.conv2d((a - b) ** 2, heads[f"lin{k}.model.1.weight"]).mean()
            for k, (a, b) in enumerate(zip(features(sys.argv[5]), features(sys.argv[6]))))
print(f"{total.item():.9g}")
