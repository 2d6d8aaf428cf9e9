"""The training step of `videostyle train` in PyTorch: the same network, losses, sizes and precision.

usage: training_step.py VGG.npz STYLE_IMAGE CONTENT_FOLDER STEPS [SIZE [BATCH [STYLE_SIZE]]]

Prints the seconds of a step (the first five left out) and the peak memory in MiB. Written for speed as one would in
PyTorch: channels-last, the loss network in bfloat16, Gram matrices and reflected borders with gradients by hand.
"""
import os
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

vgg_path, style_path, content_folder, steps = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
size, batch, style_size = (int(a) for a in (sys.argv[5:8] + ["256", "2", "600"][len(sys.argv) - 5:]))
torch.set_num_threads(os.cpu_count())
torch.manual_seed(0)
rng = np.random.RandomState(0)
LAST = torch.channels_last


class Reflect(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        n, c, h, w = x.shape
        y = torch.empty((n, c, h + 2, w + 2), memory_format=LAST)
        y[:, :, 1:-1, 1:-1] = x
        y[:, :, 0, 1:-1], y[:, :, -1, 1:-1] = x[:, :, 1], x[:, :, -2]
        y[..., 0], y[..., -1] = y[..., 2], y[..., -3]
        return y

    @staticmethod
    def backward(ctx, g):
        g = g.contiguous(memory_format=LAST)
        d = g[..., 1:-1].contiguous(memory_format=LAST)
        d[..., 1] += g[..., 0]
        d[..., -2] += g[..., -1]
        r = d[:, :, 1:-1].contiguous(memory_format=LAST)
        r[:, :, 1] += d[:, :, 0]
        r[:, :, -2] += d[:, :, -1]
        return r


class Gram(torch.autograd.Function):
    @staticmethod
    def forward(ctx, f):
        b, c, h, w = f.shape
        m = f.permute(0, 2, 3, 1).reshape(b, h * w, c)
        ctx.save_for_backward(m)
        ctx.shape = f.shape
        return torch.stack([(k.t() @ k).float() for k in m]) / (h * w)

    @staticmethod
    def backward(ctx, g):
        (m,) = ctx.saved_tensors
        b, c, h, w = ctx.shape
        g = (g + g.transpose(1, 2)) / (h * w)
        scale = g.abs().amax().clamp_min(1e-30)
        g = (g / scale).to(m.dtype)
        d = torch.stack([k @ q for k, q in zip(m, g)]) * scale.to(m.dtype)
        return d.reshape(b, h, w, c).permute(0, 3, 1, 2)


def conv_norm(x, layer, stride=1, relu=True):
    weight, scale, bias = layer
    x = F.group_norm(F.conv2d(Reflect.apply(x), weight, None, stride), weight.shape[0], scale, bias)
    return F.relu(x) if relu else x


def up(x):
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def parameter(*shape):
    bound = 1 / np.sqrt(np.prod(shape[1:]))
    weight = torch.empty(shape).uniform_(-bound, bound).contiguous(memory_format=LAST)
    return weight.requires_grad_()


def layer(inputs, outputs):
    return parameter(outputs, inputs, 3, 3), torch.ones(outputs, requires_grad=True), torch.zeros(outputs, requires_grad=True)


widths = [(12, 16), (16, 32), (32, 64)] + [(64, 64)] * 10 + [(64, 32), (32, 16)]
layers = [layer(*w) for w in widths]
head, head_bias = parameter(12, 16, 3, 3), torch.zeros(12, requires_grad=True)
parameters = [p for one in layers for p in one] + [head, head_bias]
mean_parameters = [p.detach().clone() for p in parameters]


def network(x):
    x = F.pixel_unshuffle(x, 2).contiguous(memory_format=LAST)
    for i, stride in enumerate((1, 2, 2)):
        x = conv_norm(x, layers[i], stride)
    for i in range(5):
        x = x + conv_norm(conv_norm(x, layers[3 + 2 * i]), layers[4 + 2 * i], relu=False)
    x = conv_norm(up(x), layers[13])
    x = conv_norm(up(x), layers[14])
    return torch.sigmoid(F.pixel_shuffle(F.conv2d(Reflect.apply(x), head, head_bias), 2))


names = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1"]
taps = ["1_1", "2_1", "3_1", "4_1"]
archive = np.load(vgg_path)
vgg = {
    n: (
        torch.from_numpy(archive[f"conv{n}.weight"]).bfloat16().contiguous(memory_format=LAST),
        torch.from_numpy(archive[f"conv{n}.bias"]).bfloat16(),
    )
    for n in names
}
centre = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)


def features(x, stop):
    x = (x.flip(1) * 255 - centre).bfloat16().contiguous(memory_format=LAST)
    found = {}
    for n in names:
        if n in ("2_1", "3_1", "4_1"):
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, *vgg[n], padding=1), inplace=True)
        if n in taps:
            found[n] = x
        if n == stop:
            return found


def read(path, shorter):
    image = Image.open(path).convert("RGB")
    scale = shorter / min(image.size)
    image = image.resize([round(s * scale) for s in image.size], Image.BICUBIC)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 255


def crop(path):
    image = Image.open(path).convert("RGB")
    side = min(image.size)
    left, top = (rng.randint(0, s - side + 1) for s in image.size)
    image = image.resize((size, size), Image.BICUBIC, box=(left, top, left + side, top + side))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255


with torch.no_grad():
    targets = {}
    for n, f in features(read(style_path, style_size), "4_1").items():
        m = f.float().mean((2, 3))
        c = Gram.apply(f) - m[:, :, None] * m[:, None, :]
        targets[n] = (m, c, (c**2).sum(), c.diagonal(dim1=1, dim2=2).sum())


def style_loss(f, target):
    m, c, square, trace = target
    y = f.float().mean((2, 3))
    s = Gram.apply(f) - y[:, :, None] * m[:, None, :] - m[:, :, None] * y[:, None, :] + m[:, :, None] * m[:, None, :]
    return ((s - c) ** 2).sum() / square / batch + 0.5 * ((y - m) ** 2).sum() / trace / batch


optimizer = torch.optim.Adam(parameters, 1e-3, betas=(0.9, 0.99), foreach=True)
photos = sorted(os.path.join(content_folder, f) for f in os.listdir(content_folder))


def step():
    x = torch.stack([crop(photos[rng.randint(len(photos))]) for _ in range(batch)])
    theta = torch.tensor([[[1.0, 0.02, 0.01], [-0.02, 1.0, 0.02]]]).repeat(batch, 1, 1)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    mask = (grid.abs() < 0.97).all(-1).float()[:, None]
    moved = F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
    moved = (moved * 1.02 + 0.01 + 0.02 * torch.randn_like(moved)).clamp(0, 1)
    y, second = network(torch.cat([x, moved])).split(batch)
    warped = F.grid_sample(y.contiguous(), grid, padding_mode="reflection", align_corners=False)
    loss = 80 * ((second - warped) ** 2 * mask).sum() / (3 * mask.sum())
    painted = features(y, "4_1")
    for n, weight in zip(taps, (3, 2, 1, 1)):
        loss = loss + weight * style_loss(painted[n], targets[n])
    with torch.no_grad():
        original = features(x, "3_1")["3_1"].float()
    loss = loss + 1.5 * ((painted["3_1"].float() - original) ** 2).mean() / (original**2).mean()
    loss = loss + 0.2 * ((y[..., 1:] - y[..., :-1]).abs().mean() + (y[..., 1:, :] - y[..., :-1, :]).abs().mean())
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 5.0)
    optimizer.step()
    with torch.no_grad():
        for p, q in zip(mean_parameters, parameters):
            p.lerp_(q, 0.005)
    return loss.item()


for _ in range(5):
    step()
start = time.perf_counter()
for _ in range(steps):
    step()
seconds = (time.perf_counter() - start) / steps
print(f"{seconds:.4f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}")
