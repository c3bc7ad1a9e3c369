"""A picture's way to a worker process: through memory both share, not through the pipe.

A letter's two megabytes would be pickled, written, read and copied again, some milliseconds on both sides. The memory
has no name: it ends with the processes that hold it, however they end.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import dataclass
from multiprocessing.reduction import DupFd
from typing import Any

import numpy as np

from mlocr.mail.image import ImageLift

SIZE = 32 * 1024 * 1024  # bytes; pages never written take no memory. A larger picture goes through the pipe


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture that lies in the slot: all of the lift but its pixels."""

    shape: tuple[int, int]
    dpi: float
    source: str


class PictureSlot:
    """Room for one picture, shared with one worker; pickles to a process that is being spawned, and nowhere else.

    The station puts a picture in, tells the worker, and puts in no other before the worker has answered.
    """

    def __init__(self) -> None:
        self._file = _nameless()
        os.ftruncate(self._file, SIZE)
        self._room = mmap.mmap(self._file, SIZE)

    def put(self, lift: ImageLift) -> Placed | ImageLift:
        """What to send through the pipe for `lift`: word of where it lies, or itself when it is too large."""
        pixels = lift.pixels
        if pixels.nbytes > SIZE:
            return lift
        np.frombuffer(self._room, np.uint8, pixels.size).reshape(pixels.shape)[:] = pixels
        return Placed((pixels.shape[0], pixels.shape[1]), lift.dpi, lift.source)

    def get(self, sent: Placed | ImageLift) -> ImageLift:
        """The picture that was put in; its pixels change when the next one is."""
        if isinstance(sent, ImageLift):
            return sent
        pixels = np.frombuffer(self._room, np.uint8, sent.shape[0] * sent.shape[1]).reshape(sent.shape)
        pixels.flags.writeable = False
        return ImageLift(pixels, sent.dpi, sent.source)

    def close(self) -> None:
        """Give the memory back; safe to call twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __getstate__(self) -> dict[str, Any]:
        return {"file": DupFd(self._file)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._file = state["file"].detach()
        self._room = mmap.mmap(self._file, SIZE)


def _nameless() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("mlocr-picture")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
