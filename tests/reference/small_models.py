"""Writes small tensors in every format that models come in, for the tests that damage them.

usage: small_models.py FOLDER
"""
import os
import sys

import numpy as np
import torch

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(3)
state = {f"layer{i}.{name}": torch.randn(*shape) for i in range(3) for name, shape in (("weight", (4, 3, 3, 3)), ("bias", (4,)))}
torch.save(state, os.path.join(folder, "zip.pth"))
torch.save({"epoch": 7, "model": {k: v.half() for k, v in state.items()}}, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
np.savez(os.path.join(folder, "arrays.npz"), **{k: v.numpy() for k, v in state.items()})
np.savez_compressed(os.path.join(folder, "compressed.npz"), **{k: v.numpy() for k, v in state.items()})
np.save(os.path.join(folder, "array.npy"), state["layer0.weight"].numpy())
