"""Paints one picture with a checkpoint of PyTorch's fast_neural_style example, in plain NCHW float operations.

usage: johnson.py CHECKPOINT PHOTO WIDTH HEIGHT PICTURE.rgb PAINTING.f32

Cuts WIDTH x HEIGHT pixels out of the middle of PHOTO and writes them as RGB bytes, and the painting of them as floats of
the same shape, 0..1. The picture is mirrored at the right and bottom to multiples of 4 first, and the painting cropped.
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

checkpoint, photo, width, height = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
picture, painting = sys.argv[5], sys.argv[6]
weights = {k: v.float() for k, v in torch.load(checkpoint, map_location="cpu").items()}


def conv(x, name, stride=1):
    weight = weights[name + ".conv2d.weight"]
    x = F.pad(x, (weight.shape[2] // 2,) * 4, mode="reflect")
    return F.conv2d(x, weight, weights[name + ".conv2d.bias"], stride)


def norm(x, name):
    return F.instance_norm(x, weight=weights[name + ".weight"], bias=weights[name + ".bias"], eps=1e-5)


def up(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


with torch.no_grad():
    image = Image.open(photo).convert("RGB")
    left, top = (image.width - width) // 2, (image.height - height) // 2
    rgb = np.array(image.crop((left, top, left + width, top + height)))
    rgb.tofile(picture)
    x = torch.from_numpy(rgb).permute(2, 0, 1)[None].float()
    x = F.pad(x, (0, -width % 4, 0, -height % 4), mode="reflect")
    for i in (1, 2, 3):
        x = F.relu(norm(conv(x, f"conv{i}", 1 if i == 1 else 2), f"in{i}"))
    for i in range(1, 6):
        y = F.relu(norm(conv(x, f"res{i}.conv1"), f"res{i}.in1"))
        x = x + norm(conv(y, f"res{i}.conv2"), f"res{i}.in2")
    x = F.relu(norm(conv(up(x), "deconv1"), "in4"))
    x = F.relu(norm(conv(up(x), "deconv2"), "in5"))
    x = (conv(x, "deconv3") / 255).clamp(0, 1)[0, :, :height, :width]
    x.permute(1, 2, 0).contiguous().numpy().astype("<f4").tofile(painting)
