"""Loads a weight file into torchvision's network of that architecture by the tensors' names, and compares its logits with ours.

    python3 load_by_name.py efficientnet_b0 best.safetensors input.safetensors logits.safetensors

The files are those of `efficientnet train` (or `convert`) and of `efficientnet run`. Wants torch and torchvision 0.12 or later; safetensors is read here, because
it is a length, a JSON header and bytes. Ends with 0 where every name and shape is the library's own and the logits agree, else with an error.
"""
import json
import sys

import torch
import torchvision

# Float32 sums in another order; the tests' own limit against PyTorch's published logits.
TOLERANCE = 3e-4


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{path}: {name} is {entry['dtype']}: expected F32"
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=begin).reshape(entry["shape"]).clone()
    return tensors, metadata


architecture, weights, images, logits = sys.argv[1:]
tensors, metadata = read(weights)
labels = json.loads(metadata["efficientnet.labels"])
preprocessing = json.loads(metadata["efficientnet.preprocessing"])
network = getattr(torchvision.models, architecture)(num_classes=len(labels))
network.load_state_dict(tensors, strict=True)
network.eval()
with torch.inference_mode():
    theirs = network(read(images)[0]["input"])
ours = read(logits)[0]["logits"]
assert ours.shape == theirs.shape, f"our logits are {list(ours.shape)}, theirs {list(theirs.shape)}"
scale = max(1.0, theirs.abs().max().item())
difference = (ours - theirs).abs().max().item()
print(json.dumps({
    "torch": torch.__version__, "torchvision": torchvision.__version__, "tensors": len(tensors), "labels": labels, "preprocessing": preprocessing,
    "largest logit": theirs.abs().max().item(), "spread": (theirs.max() - theirs.min()).item(), "largest difference": difference,
}))
sys.exit(0 if difference <= TOLERANCE * scale else f"logits differ by {difference}")
