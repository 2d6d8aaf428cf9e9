"""Reads and writes what the other references share."""
import json
import os
import struct

import numpy as np
import torch
from PIL import Image


def load(path):
    """The tensors of a .npz, .pth or .safetensors file in float; a path without a file has .safetensors added."""
    if not os.path.exists(path):
        path += ".safetensors"
    if path.endswith(".npz"):
        return {k: torch.from_numpy(v).float() for k, v in np.load(path).items()}
    if path.endswith(".safetensors"):
        with open(path, "rb") as file:
            data = file.read()
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8:8 + length])
        header.pop("__metadata__", None)
        body, dtypes = memoryview(data)[8 + length:], {"F16": "<f2", "F32": "<f4"}
        return {
            k: torch.from_numpy(np.frombuffer(body[slice(*v["data_offsets"])], dtypes[v["dtype"]]).astype("<f4").reshape(v["shape"]))
            for k, v in header.items()
        }
    weights = torch.load(path, map_location="cpu")
    return {k: v.float() for k, v in weights.get("model", weights).items()}


def image(path, white=255):
    """An image as [1, 3, height, width]."""
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)[None].float() / (255 / white)


def save(x, path):
    """Writes [1, 3, height, width] as 16-bit floats, [height, width, 3]."""
    x[0].permute(1, 2, 0).contiguous().numpy().astype("<f2").tofile(path)
