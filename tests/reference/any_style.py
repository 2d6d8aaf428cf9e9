"""Paints an image in the style of another with a published network for arbitrary style transfer, in PyTorch's plain way, in float.

usage: any_style.py METHOD DATA CONTENT.png STYLE.png STRENGTH OUTPUT.f16
METHOD is adain, microast, sanet, swap, wct (the distilled network, five levels) or wct-vgg (relu3_1). DATA holds weights/,
models/ and sanet/. The content is mirrored at the right and bottom to what the network takes first, and the stylized image
cropped; the shorter side of the style image is brought to 512 pixels (swap: 384) as the tool does.
"""
import os
import sys

import torch
import torch.nn.functional as F

import tensors

method, data, content, style, strength, output = *sys.argv[1:5], float(sys.argv[5]), sys.argv[6]


def load(path):
    return tensors.load(os.path.join(data, path))


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


VGG_NUMBERS = ["2", "5", "v9", "12", "v16", "19", "22", "25", "v29", "32", "35", "38", "v42"]
DECODER_NUMBERS = ["1", "^5", "8", "11", "14", "^18", "21", "^25", "28"]


def paint_sanet(x, s):
    encoder, transform, decoder = (load(f"sanet/{name}.pth") for name in ("vgg_normalised", "transformer", "decoder"))

    def encode(y):
        y = chain(encoder, conv(encoder, y, "0"), VGG_NUMBERS[:9])
        return y, chain(encoder, y, VGG_NUMBERS[9:])

    def norm(y):
        mean, deviation = statistics(y)
        return (y - mean) / deviation

    def attend(name, content, style):
        f, g = conv(transform, norm(content), name + ".f").flatten(2), conv(transform, norm(style), name + ".g").flatten(2)
        h = conv(transform, style, name + ".h").flatten(2)
        weights = torch.softmax(torch.bmm(f.permute(0, 2, 1), g), -1)
        return conv(transform, torch.bmm(h, weights.permute(0, 2, 1)).view_as(content), name + ".out_conv") + content

    (c4, c5), (s4, s5) = encode(x), encode(s)
    merged = conv(transform, attend("sanet4_1", c4, s4) + F.interpolate(attend("sanet5_1", c5, s5), scale_factor=2, mode="nearest"), "merge_conv")
    return chain(decoder, strength * merged + (1 - strength) * c4, DECODER_NUMBERS, last_relu=False)


DECODER = ["block4_conv1", "^block3_conv1", "block3_conv2", "block3_conv3", "block3_conv4", "^block2_conv1", "block2_conv2", "^block1_conv1", "block1_conv2"]


def decode(features):
    decoder = load("models/adain/adain_decoder_relu4_1.npz")
    return chain(decoder, features, [n + "_decode" for n in DECODER], last_relu=False)


def paint_adain(x, s):
    return decode(adain(vgg(x, 9), vgg(s, 9)))


def paint_swap(x, s):
    x, s = vgg(x, 9), vgg(s, 9)
    patches = F.unfold(s, 3)[0].t().reshape(-1, s.shape[1], 3, 3)
    alike = F.conv2d(x, patches / patches.flatten(1).norm(dim=1).view(-1, 1, 1, 1))
    chosen = F.one_hot(alike.argmax(1), len(patches)).permute(0, 3, 1, 2).float()
    count = F.conv_transpose2d(torch.ones_like(alike[:, :1]), torch.ones(1, 1, 3, 3))
    return decode(strength * F.conv_transpose2d(chosen, patches) / count + (1 - strength) * x)


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


paint, stride = {"adain": (paint_adain, 8), "swap": (paint_swap, 8), "sanet": (paint_sanet, 16), "wct": (paint_wct, 16), "wct-vgg": (paint_wct_vgg, 4), "microast": (paint_microast, 4)}[method]
with torch.no_grad():
    x = tensors.image(content, white=1)
    height, width = x.shape[2:]
    x = F.pad(x, (0, -width % stride, 0, -height % stride), mode="reflect")
    s = tensors.image(style)
    factor = (384 if method == "swap" else 512) / min(s.shape[2:])
    size = [round(s.shape[2] * factor), round(s.shape[3] * factor)]
    s = F.interpolate(s, size=size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 255) / 255
    tensors.save(paint(x, s).clamp(0, 1)[:, :, :height, :width], output)
