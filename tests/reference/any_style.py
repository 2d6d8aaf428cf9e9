"""Paints a photo after a picture with a published network for any style, in PyTorch's plain way, in float.

usage: any_style.py METHOD DATA PHOTO STYLE WIDTH HEIGHT STRENGTH FOLDER
METHOD is adain, microast, wct (the distilled network, five levels) or wct-vgg (relu3_1). DATA holds weights/ and models/.
Writes into FOLDER the cropped photo (in.rgb, bytes), the style picture (style.png) and the painting (out.f32), both
[HEIGHT, WIDTH, 3]. The photo is mirrored at the right and bottom to what the network takes first, and the painting cropped;
the style picture's shorter side is brought to 512 pixels.
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

method, data, photo, style_path = sys.argv[1:5]
width, height, strength, folder = int(sys.argv[5]), int(sys.argv[6]), float(sys.argv[7]), sys.argv[8]


def load(path):
    path = os.path.join(data, path)
    if path.endswith(".npz"):
        return {k: torch.from_numpy(v).float() for k, v in np.load(path).items()}
    weights = torch.load(path, map_location="cpu")
    return {k: v.float() for k, v in weights.get("model", weights).items()}


def conv(weights, x, name, stride=1):
    w = weights[name + ".weight"]
    pad = w.shape[2] // 2
    if pad:
        x = F.pad(x, (pad,) * 4, mode="reflect")
    return F.conv2d(x, w, weights[name + ".bias"], stride, groups=x.shape[1] // w.shape[1])


def chain(weights, x, names, last_relu=True):
    for i, name in enumerate(names):
        if name[0] == "v":
            x = F.max_pool2d(x, 2)
        if name[0] == "^":
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = conv(weights, x, name.lstrip("v^"))
        if last_relu or i < len(names) - 1:
            x = F.relu(x)
    return x


VGG = ["conv1_1", "conv1_2", "vconv2_1", "conv2_2", "vconv3_1", "conv3_2", "conv3_3", "conv3_4", "vconv4_1"]
MEAN = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)


def vgg(rgb, layers):
    return chain(load("weights/vgg19/vgg19_normalised_relu4_1.npz"), rgb.flip(1) * 255 - MEAN, VGG[:layers])


def statistics(x):
    flat = x.flatten(2)
    return flat.mean(2)[..., None, None], (flat.var(2) + 1e-5).sqrt()[..., None, None]


def adain(x, s):
    (m, d), (sm, sd) = statistics(x), statistics(s)
    return strength * ((x - m) / d * sd + sm) + (1 - strength) * x


def paint_adain(x, s):
    names = ["block4_conv1", "^block3_conv1", "block3_conv2", "block3_conv3", "block3_conv4", "^block2_conv1", "block2_conv2", "^block1_conv1", "block1_conv2"]
    decoder = load("models/adain/adain_decoder_relu4_1.npz")
    return chain(decoder, adain(vgg(x, 9), vgg(s, 9)), [n + "_decode" for n in names], last_relu=False)


def wct(x, s):
    def whiten(f):
        flat = f[0].flatten(1).double()
        mean = flat.mean(1, keepdim=True)
        values, vectors = torch.linalg.eigh((flat - mean) @ (flat - mean).t() / (flat.shape[1] - 1))
        kept = values >= 1e-5
        return flat, mean, values[kept], vectors[:, kept]

    flat, mean, values, vectors = whiten(x)
    _, style_mean, style_values, style_vectors = whiten(s)
    white = vectors @ torch.diag(values**-0.5) @ vectors.t() @ (flat - mean)
    coloured = style_vectors @ torch.diag(style_values**0.5) @ style_vectors.t() @ white + style_mean
    return (strength * coloured + (1 - strength) * flat).float().view_as(x)


def paint_wct(x, s):
    names = ["conv11", "conv12", "vconv21", "conv22", "vconv31", "conv32", "conv33", "conv34", "vconv41", "conv42", "conv43", "conv44", "vconv51"]
    for level, length in ((5, 13), (4, 9), (3, 5), (2, 3), (1, 1)):
        encoder, decoder = (load(f"weights/vgg19_pruned16x/S{k}{level}.pth") for k in "ED")
        down = names[:length]
        up, double = [], False
        for name in reversed(down):
            up.append(("^" if double else "") + name.lstrip("v"))
            double = name[0] == "v"
        features = [chain(encoder, conv(encoder, y, "conv0"), down) for y in (x, s)]
        x = chain(decoder, wct(*features), up, last_relu=False)
    return x


def paint_wct_vgg(x, s):
    names = ["block3_conv1", "^block2_conv1", "block2_conv2", "^block1_conv1", "block1_conv2"]
    return chain(load("models/wct/decoder_relu3_1.npz"), wct(vgg(x, 5), vgg(s, 5)), names, last_relu=False)


def paint_microast(x, s):
    def part(name):
        return {k.replace(".conv_layer", ""): v for k, v in load(f"models/microast/{name}_iter_160000.pth.tar").items()}

    def encode(weights, y):
        for name, stride in (("enc1.0", 1), ("enc1.2", 2), ("enc1.4", 1), ("enc1.6", 2), ("enc1.8", 1)):
            y = F.relu(conv(weights, y, name, stride))
        first = y + conv(weights, F.relu(conv(weights, y, "enc1.10.conv1")), "enc1.10.conv2")
        return first, first + conv(weights, F.relu(conv(weights, first, "enc2.0.conv1")), "enc2.0.conv2")

    modulator, decoder = part("modulator"), part("decoder")
    styles = encode(part("style_encoder"), s)
    y = encode(part("content_encoder"), x)[1]
    for block, level in (("dec1", 1), ("dec2", 0)):
        weight, bias = (conv(modulator, styles[level], f"{kind}{level + 1}.0").mean((2, 3), keepdim=True) for kind in ("weight", "bias"))
        y = adain(y, styles[level])
        inner = F.relu(weight * conv(decoder, y, block + ".conv1") + bias * y)
        y = y + weight * conv(decoder, inner, block + ".conv2") + bias * inner
    for names in (("dec3.1", "dec3.3"), ("dec3.6", "dec3.8")):
        y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)
        for name in names:
            y = F.relu(conv(decoder, y, name))
    return conv(decoder, y, "dec3.10")


paint, stride = {"adain": (paint_adain, 8), "wct": (paint_wct, 16), "wct-vgg": (paint_wct_vgg, 4), "microast": (paint_microast, 4)}[method]
with torch.no_grad():
    image = Image.open(photo).convert("RGB")
    left, top = (image.width - width) // 2, (image.height - height) // 2
    rgb = np.array(image.crop((left, top, left + width, top + height)))
    rgb.tofile(os.path.join(folder, "in.rgb"))
    picture = Image.open(style_path).convert("RGB")
    picture.save(os.path.join(folder, "style.png"))
    x = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255
    x = F.pad(x, (0, -width % stride, 0, -height % stride), mode="reflect")
    s = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float()
    factor = 512 / min(s.shape[2:])
    size = [round(s.shape[2] * factor), round(s.shape[3] * factor)]
    s = F.interpolate(s, size=size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 255) / 255
    y = paint(x, s).clamp(0, 1)[0, :, :height, :width]
    y.permute(1, 2, 0).contiguous().numpy().astype("<f4").tofile(os.path.join(folder, "out.f32"))
