"""Finds lines of print on a whole letter: the PP-OCRv6 small detector, where image work finds no address.

A network that says of each pixel how surely it lies in the middle of a line; what it marks is grown to the line's size
(differentiable binarization, arXiv 1911.08947; the limits are those the wheel's own settings give). It takes a
tenth of a second, so it never comes first.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.ocr.runtime import onnxruntime, single_threaded
from drivers.ocr.weights import read_model
from mlocr.mail.image import Box

MODEL = "PP-OCRv6_det_small.onnx"
MODEL_SHA256 = "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"

LONGEST = 512  # pixels of the longer side: two thirds of the time of 640, and the lines that matter here *ours*
STEP = 32  # both sides are whole multiples
MIDDLE = 0.3  # from here a pixel lies in a line
SURE = 0.5  # least mean over a box
GROWTH = 1.6  # area by perimeter times this is what a marked middle lacks on each side
LEAST = 3  # pixels of a marked middle


class PaddleDetector:
    """Finds lines on one page at a time. The model is loaded when it is first asked for: most letters never do."""

    def __init__(self) -> None:
        self._session: onnxruntime.InferenceSession | None = None

    def close(self) -> None:
        """Release the model; safe to call twice."""
        self._session = None

    def find_lines(self, page: NDArray[np.uint8]) -> tuple[Box, ...]:
        """See `FindsText.find_lines`. Raises ConfigurationError where the weights are missing or others."""
        if self._session is None:
            self._session = single_threaded(read_model(MODEL, MODEL_SHA256), keeps_memory=False)
        answer = self._session.run(None, {"x": as_input(page)})[0]
        return boxes_of(np.asarray(answer, dtype=np.float32)[0, 0], page.shape)


def as_input(page: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A page as the network takes it: (1, 3, height, width) float32 in -1..1, its sides multiples of 32."""
    height, width = page.shape
    scale = LONGEST / max(height, width)
    size = [max(STEP, round(side * scale / STEP) * STEP) for side in (width, height)]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    plane = cv2.resize(page, (size[0], size[1]), interpolation=method).astype(np.float32) / 127.5 - 1
    return np.repeat(plane[None, None], 3, axis=1)


def boxes_of(marked: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[Box, ...]:
    """The lines that the network marked, in pixels of a page of `shape` (height, width)."""
    lit = cv2.dilate((marked > MIDDLE).astype(np.uint8), np.ones((2, 2), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(lit, connectivity=8)
    down, across = shape[0] / marked.shape[0], shape[1] / marked.shape[1]
    found = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if min(width, height) < LEAST or marked[y : y + height, x : x + width].mean() < SURE:
            continue
        rim = width * height * GROWTH / (2 * (width + height))
        x0, y0 = max(0, round((x - rim) * across)), max(0, round((y - rim) * down))
        x1, y1 = round((x + width + rim) * across), round((y + height + rim) * down)
        found.append(Box(x0, y0, min(shape[1], x1), min(shape[0], y1)))
    return tuple(found)
