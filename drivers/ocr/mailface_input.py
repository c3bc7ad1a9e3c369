"""What the small recogniser takes and says: its characters, and a line as it sees it. Training uses this file too."""

import cv2
import numpy as np
from numpy.typing import NDArray

UNREADABLE = "\ufffd"
"""Says that a character stands here which nobody can read: blotted over, scraped off."""

# Class 0 is the CTC blank, class i is CHARACTERS[i - 1]; small letters are read as capitals.
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/#&()%+@$=*!?\".,:;'_" + UNREADABLE + " "
HEIGHT = 32
STEP = 4  # pixels of width to one row of posteriors
LONGEST = 2000  # pixels at that height: no address line is longer
FAINTEST = 200.0  # grey level beyond which print is not darkened further *ours*


def as_plane(cut: NDArray[np.uint8], squeeze: float) -> NDArray[np.uint8]:
    """A line cut from a flattened block (255 paper) as grey levels (HEIGHT, width), `squeeze` of its natural width.

    Faint print is darkened as far as to make its darkest hundredth black, at most to 4.6 times its contrast.
    """
    high, wide = cut.shape
    across = int(np.clip(round(wide * HEIGHT / high * squeeze), 16, LONGEST))
    method = cv2.INTER_AREA if high > HEIGHT else cv2.INTER_LINEAR
    scaled = cv2.resize(cut, (across, HEIGHT), interpolation=method)
    # The paper goes on so that no character stands at the very end.
    padded = cv2.copyMakeBorder(scaled, 0, 0, 4, 4 + -(across + 8) % STEP, cv2.BORDER_REPLICATE)
    darkest = min(float(np.percentile(padded, 1)), FAINTEST)
    spread = np.clip((padded.astype(np.float32) - darkest) * (255.0 / (255.0 - darkest)), 0, 255)
    return np.asarray(spread, dtype=np.uint8)


def as_ink(plane: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The plane as the network's input: (1, 1, HEIGHT, width) float32, 0 paper to 1 ink."""
    return np.asarray((255 - plane.astype(np.float32)) / 255, dtype=np.float32)[None, None]
