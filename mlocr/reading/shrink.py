"""Pictures made smaller by area, so that thin strokes keep their weight."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def shrunk(grey: NDArray[np.uint8], step: float) -> NDArray[np.uint8]:
    """`grey` shrunk `step` times (1 and less: as it is).

    A step within a hair of a whole number is that number: there OpenCV averages squares, many times faster than
    weighing every pixel.
    """
    if abs(step - round(step)) < 1e-6:
        step = round(step)
    if step <= 1:
        return grey
    return np.asarray(cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA), np.uint8)
