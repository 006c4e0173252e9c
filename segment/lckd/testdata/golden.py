"""Made golden.safetensors, which the tests read; not needed for anything else. NET = the folder of the reference net.py:

    PYTHONPATH=NET python3 golden.py golden.safetensors

The tiny network with random weights (stored as float16) on an image made by arithmetic (image() here and in golden_test.go), for all 15
subsets, computed in float64: SUBSET/logit = every third, fourth, fifth value along D, H, W, and SUBSET/bottleneck = output of `bott`.
"""
import json
import struct
import sys

import numpy as np
import torch
from net import TINY, Net

D, H, W = 16, 32, 48


def image():
    """[4,D,H,W]: waves of different length and some fine grain, an ellipsoid of it, zero outside."""
    m, i, j, k = np.meshgrid(np.arange(4), np.arange(D), np.arange(H), np.arange(W), indexing="ij")
    wave = ((i * (m + 1)) % 16 - 8) + ((j * (4 - m)) % 32 - 16) / 2 + ((k * 3 + m * 7) % 48 - 24) / 4
    grain = (i * 7919 + j * 104729 + k * 1299709 + m * 15485863) % 251 - 125
    inside = (2 * i - 15) ** 2 * 36 + (2 * j - 31) ** 2 * 9 + (2 * k - 47) ** 2 * 4 < 9216
    return (wave / 8 + grain / 64) * inside


torch.manual_seed(3)
net = Net(TINY)
with torch.no_grad():
    for name, p in net.named_parameters():
        if ".norm." in name or (".bias" in name and "head" not in name):
            p.add_(torch.randn(p.shape) * 0.2)
        p.copy_(p.half().float())
out = {name: v.half().numpy() for name, v in net.state_dict().items()}
net = net.double()
x = torch.tensor(image(), dtype=torch.float64)
keep = {}
net.bott.register_forward_hook(lambda m, i, o: keep.update(b=o[0]))
with torch.no_grad():
    for bits in range(1, 16):
        av = [m for m in range(4) if bits >> m & 1]
        logit, _ = net(x, av)
        name = "-".join(map(str, av))
        out[name + "/logit"] = logit[0, :, ::3, ::4, ::5].float().numpy()
        out[name + "/bottleneck"] = keep["b"].float().numpy()

header, data = {}, b""
for name, v in out.items():
    raw = np.ascontiguousarray(v).tobytes()
    header[name] = {"dtype": {"float16": "F16", "float32": "F32"}[str(v.dtype)], "shape": list(v.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":")).encode()
with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
