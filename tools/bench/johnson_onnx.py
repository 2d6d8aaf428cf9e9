"""The classic style network as a plain PyTorch module, and as an ONNX file of a fixed size."""
import warnings

import torch
import torch.nn.functional as F
from torch import nn


class ConvLayer(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.border = kernel // 2
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, x):
        return self.conv2d(F.pad(x, (self.border,) * 4, mode="reflect"))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)
        self.conv2, self.in2 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)

    def forward(self, x):
        return x + self.in2(self.conv2(F.relu(self.in1(self.conv1(x)))))


class Johnson(nn.Module):
    """Johnson et al. 2016 in the form of PyTorch's fast_neural_style example; RGB 0-255, sides multiples of 4."""

    def __init__(self, checkpoint):
        super().__init__()
        widths = [3, 32, 64, 128]
        for i in range(3):
            setattr(self, f"conv{i + 1}", ConvLayer(widths[i], widths[i + 1], 9 if i == 0 else 3, 1 if i == 0 else 2))
            setattr(self, f"in{i + 1}", nn.InstanceNorm2d(widths[i + 1], affine=True))
        for i in range(1, 6):
            setattr(self, f"res{i}", Residual(128))
        self.deconv1, self.in4 = ConvLayer(128, 64, 3), nn.InstanceNorm2d(64, affine=True)
        self.deconv2, self.in5 = ConvLayer(64, 32, 3), nn.InstanceNorm2d(32, affine=True)
        self.deconv3 = ConvLayer(32, 3, 9)
        weights = {k: v.float() for k, v in torch.load(checkpoint, map_location="cpu").items() if "running_" not in k}
        self.load_state_dict(weights)
        self.eval()

    def forward(self, x):
        for i in (1, 2, 3):
            x = F.relu(getattr(self, f"in{i}")(getattr(self, f"conv{i}")(x)))
        for i in range(1, 6):
            x = getattr(self, f"res{i}")(x)
        x = F.relu(self.in4(self.deconv1(F.interpolate(x, scale_factor=2.0, mode="nearest"))))
        x = F.relu(self.in5(self.deconv2(F.interpolate(x, scale_factor=2.0, mode="nearest"))))
        return self.deconv3(x)


def export(checkpoint, width, height, path):
    """Writes the network for pictures of one size; `input` and `output` are [1, 3, height, width], 0-255."""
    warnings.simplefilter("ignore")  # the exporter's remarks on padding by slices
    torch.onnx.export(Johnson(checkpoint), torch.zeros(1, 3, height, width), path, opset_version=11, input_names=["input"],
                      output_names=["output"], training=torch.onnx.TrainingMode.EVAL, do_constant_folding=True)
