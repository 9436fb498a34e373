"""A training step of digits in PyTorch, as torchvision builds the network: 64 images, 2 threads. Prints the version and the median milliseconds of the faster layout."""
import time

import torch
from torchvision.models.efficientnet import EfficientNet, MBConvConfig

# expansion, kernel, stride, input channels, output channels, repeats: specs/digits.efficientnet.json
STAGES = [(1, 3, 1, 16, 16, 1), (4, 3, 2, 16, 24, 2), (4, 5, 2, 24, 40, 2), (4, 3, 1, 40, 80, 2)]
PARAMETERS = 166326
WARM, STEPS = 10, 50

torch.set_num_threads(2)
blocks = [MBConvConfig(*stage, width_mult=1.0, depth_mult=1.0) for stage in STAGES]
network = EfficientNet(blocks, 0.2, stochastic_depth_prob=0.2, num_classes=10).train()
assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS
images, labels = torch.rand(64, 3, 32, 32), torch.randint(0, 10, (64,))
medians = []
for layout in (torch.contiguous_format, torch.channels_last):
    network, images = network.to(memory_format=layout), images.to(memory_format=layout)
    optimizer = torch.optim.RMSprop(network.parameters(), lr=2e-3, alpha=0.9, eps=1e-3, momentum=0.9)
    times = []
    for _ in range(WARM + STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    medians.append(sorted(times[WARM:])[STEPS // 2])
print(torch.__version__, f"{min(medians):.1f}")
