"""Paints one image with a `lite` network, in plain NCHW float operations.

usage: lite.py CHECKPOINT CONTENT.png OUTPUT.f16

CONTENT has a multiple of 8 rows and columns.
"""
import sys

import torch
import torch.nn.functional as F

from tensors import image, load, save

checkpoint, content, output = sys.argv[1:4]
weights = load(checkpoint)


def conv(x, name, stride=1):
    return F.conv2d(F.pad(x, (1,) * 4, mode="reflect"), weights[name + ".conv.weight"], weights.get(name + ".conv.bias"), stride)


def conv_norm(x, name, stride=1):
    return F.instance_norm(conv(x, name, stride), weight=weights[name + ".norm.weight"], bias=weights[name + ".norm.bias"], eps=1e-5)


with torch.no_grad():
    x = F.pixel_unshuffle(image(content, white=1), 2)
    for i, stride in enumerate((1, 2, 2)):
        x = F.relu(conv_norm(x, f"down.{i}", stride))
    for i in range(5):
        x = x + conv_norm(F.relu(conv_norm(x, f"res.{i}.a")), f"res.{i}.b")
    for i in range(2):
        x = F.relu(conv_norm(F.interpolate(x, scale_factor=2.0, mode="nearest"), f"up.{i}"))
    save(torch.sigmoid(F.pixel_shuffle(conv(x, "head"), 2)), output)
