"""Writes a checkpoint as ONNX: `python -m training.export CHECKPOINT OUT.onnx --temperature 1.2`.

The averaged weights, norms folded into the convolutions, the temperature folded into the head, softmax at the end.
Input `ink` (1, 1, 32, width) float32, output `posteriors` (1, width / 4, classes). Prints the file's size and SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from drivers.ocr.mailface_input import CHARACTERS
from training.network import MailFaceNet


class Reader(nn.Module):
    """The network with its softmax: posteriors in rows of time."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, ink: Tensor) -> Tensor:
        """Posteriors (1, time, classes)."""
        logits: Tensor = self.net(ink)
        return logits.transpose(1, 2).softmax(2)


def folded(net: nn.Module) -> nn.Module:
    """The network with every batch norm inside the convolution before it."""
    for module in list(net.modules()):
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                one, two = module[i], module[i + 1]
                if isinstance(one, nn.Conv2d) and isinstance(two, nn.BatchNorm2d):
                    module[i], module[i + 1] = fuse_conv_bn_eval(one, two), nn.Identity()
    return net


def loaded(checkpoint: Path) -> MailFaceNet:
    """The averaged network of a checkpoint, ready to read."""
    net = MailFaceNet(len(CHARACTERS) + 1)
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["mean"])
    return net.eval()


def write_onnx(net: MailFaceNet, out: Path, temperature: float = 1.0) -> str:
    """Write the file; its SHA-256."""
    with torch.no_grad():
        net.head.weight /= temperature
        if net.head.bias is not None:
            net.head.bias /= temperature
    torch.onnx.export(
        Reader(folded(net)).eval(),
        (torch.zeros(1, 1, 32, 400),),
        str(out),
        input_names=["ink"],
        output_names=["posteriors"],
        dynamic_axes={"ink": {3: "width"}, "posteriors": {1: "time"}},
        dynamo=False,
        opset_version=17,
    )
    return hashlib.sha256(out.read_bytes()).hexdigest()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write a checkpoint as ONNX.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    asked = parser.parse_args()
    digest = write_onnx(loaded(asked.checkpoint), asked.out, asked.temperature)
    print(f"{asked.out} {asked.out.stat().st_size} bytes, SHA-256 {digest}")  # noqa: T201


if __name__ == "__main__":
    main()
