"""Paints one image with a checkpoint of PyTorch's fast_neural_style example, in plain NCHW float operations.

usage: johnson.py CHECKPOINT CONTENT.png OUTPUT.f16

The image is mirrored at the right and bottom to multiples of 4 first, and the stylized image cropped.
"""
import sys

import torch
import torch.nn.functional as F

from tensors import image, load, save

checkpoint, content, output = sys.argv[1:4]
weights = load(checkpoint)


def conv(x, name, stride=1):
    weight = weights[name + ".conv2d.weight"]
    x = F.pad(x, (weight.shape[2] // 2,) * 4, mode="reflect")
    return F.conv2d(x, weight, weights[name + ".conv2d.bias"], stride)


def norm(x, name):
    return F.instance_norm(x, weight=weights[name + ".weight"], bias=weights[name + ".bias"], eps=1e-5)


def up(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


with torch.no_grad():
    x = image(content)
    height, width = x.shape[2:]
    x = F.pad(x, (0, -width % 4, 0, -height % 4), mode="reflect")
    for i in (1, 2, 3):
        x = F.relu(norm(conv(x, f"conv{i}", 1 if i == 1 else 2), f"in{i}"))
    for i in range(1, 6):
        y = F.relu(norm(conv(x, f"res{i}.conv1"), f"res{i}.in1"))
        x = x + norm(conv(y, f"res{i}.conv2"), f"res{i}.in2")
    x = F.relu(norm(conv(up(x), "deconv1"), "in4"))
    x = F.relu(norm(conv(up(x), "deconv2"), "in5"))
    save((conv(x, "deconv3") / 255).clamp(0, 1)[:, :, :height, :width], output)
