"""The network: a small convolutional CTC recogniser, 32 pixels high, one step to every four pixels of width.

Plain convolutions where there are few channels (they are cheaper there than separable ones on a processor), separable
ones along the line once the height is used up. Only convolution, batch norm and ReLU: at export the norms are folded.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def conv(
    inside: int, outside: int, size: tuple[int, int], stride: tuple[int, int] = (1, 1), groups: int = 1
) -> nn.Sequential:
    """Convolution and batch norm, same size but for the stride."""
    pad = (size[0] // 2, size[1] // 2)
    return nn.Sequential(
        nn.Conv2d(inside, outside, size, stride, pad, groups=groups, bias=False), nn.BatchNorm2d(outside, momentum=0.05)
    )


class Same(nn.Module):
    """A residual of one or two convolutions."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """What comes in and what the layers make of it."""
        return torch.relu(x + self.layers(x))


class MailFaceNet(nn.Module):
    """(batch, 1, 32, width) ink 0..1 to (batch, classes, width / 4) logits; class 0 is the CTC blank."""

    def __init__(
        self, classes: int, first: int = 32, second: int = 64, along: int = 192, reach: int = 7, depth: int = 4
    ) -> None:
        super().__init__()
        self.pixels = nn.Sequential(
            conv(1, 16, (3, 3), (2, 2)), nn.ReLU(inplace=True),
            conv(16, first, (3, 3), (2, 2)), nn.ReLU(inplace=True),
            Same(conv(first, first, (3, 3))),
            conv(first, second, (3, 3), (2, 1)), nn.ReLU(inplace=True),
            Same(conv(second, second, (3, 3))),
            nn.Conv2d(second, along, (4, 1), bias=False), nn.BatchNorm2d(along, momentum=0.05), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.line = nn.Sequential(
            *(
                Same(conv(along, along, (1, reach), groups=along), nn.ReLU(inplace=True), conv(along, along, (1, 1)))
                for _ in range(depth)
            )
        )
        self.head = nn.Conv2d(along, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of every step."""
        logits: Tensor = self.head(self.line(self.pixels(x)))
        return logits.squeeze(2)
