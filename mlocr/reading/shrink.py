"""Pictures made smaller by area, so that thin strokes keep their weight."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def shrunk(grey: NDArray[np.uint8], step: float) -> NDArray[np.uint8]:
    """`grey` shrunk `step` times (1 and less: as it is).

    First by whole halves, and by whole numbers exactly: there OpenCV averages squares, which is many times faster than
    weighing every pixel.
    """
    while step >= 4:
        grey, step = (
            np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8),
            step / 2,
        )
    if abs(step - round(step)) < 1e-6:
        step = round(step)
    if step <= 1:
        return grey
    return np.asarray(cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA), np.uint8)
