"""What lies in the barcode clear zone: nothing, a barcode, or other print.

The zone reaches from the letter's right edge to 4-3/4 inches from it and from the bottom edge up to 5/8 inch
(Publication 28 appendix A). It is looked at in the letter's own frame, upright as read.
"""

from __future__ import annotations

import cv2
import numpy as np

from mlocr.mail.image import ClearZone, ImageLift, LetterFrame
from mlocr.reading.combs import is_barcode
from mlocr.reading.ink import Grey, flatten, print_mask
from mlocr.reading.page import sample, to_inches
from mlocr.reading.segments import character_ink, without_rules

ZONE = (4.75, 0.625)  # inches from the right edge, from the bottom edge (Publication 28 appendix A)
DPI = 150.0
RIM = 0.07  # inches along the letter's edges that do not count: shadow and rough cut *ours*
CHARACTER = (0.02, 0.045)  # inches: the narrowest and lowest component that counts as one *ours*
PATCH_LEVEL, PATCH_SHARE = 0.6, 0.02  # of the paper's level; of the zone *ours*


def clear_zone(lift: ImageLift, letter: LetterFrame) -> ClearZone:
    """The state of the zone of a letter whose frame is upright as read."""
    if letter.width < 2 * RIM + CHARACTER[0] or letter.height < ZONE[1] + RIM:
        return ClearZone.CLEAR
    grey, shade = _zone(lift, letter)
    ink = print_mask(shade, DPI)
    if _has_barcode(shade, ink):
        return ClearZone.BARCODE
    return ClearZone.PRINT if _has_characters(ink) or _has_patch(grey) else ClearZone.CLEAR


def _zone(lift: ImageLift, letter: LetterFrame) -> tuple[Grey, Grey]:
    """The zone without the rim, as it is and flattened with what lies above it."""
    round_it = 0.25
    whole = to_inches(lift.dpi, letter, DPI, 0.0)
    width = min(ZONE[0], letter.width)
    left = round((letter.width - width) * DPI)
    top = round((letter.height - ZONE[1] - round_it) * DPI)
    cut = whole.copy()
    cut[:, 2] = whole[:, :2] @ np.array([left, top]) + whole[:, 2]
    size = (round((width - RIM) * DPI), round((ZONE[1] + round_it - RIM) * DPI))
    grey = sample(lift, cut, size)
    start = round(round_it * DPI)
    return grey[start:], flatten(grey, DPI)[start:]


def _has_barcode(shade: Grey, ink: Grey) -> bool:
    """Whether some run of ink of a barcode's height is many bars at one pitch."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(0.07 * DPI)), np.uint8), borderValue=0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, np.uint8), connectivity=8)
    return any(
        bool(w > 0.7 * DPI and 0.08 * DPI < h < 0.4 * DPI and is_barcode(shade[y : y + h, x : x + w], DPI))
        for x, y, w, h, _ in stats[1:].tolist()
    )


def _has_characters(ink: Grey) -> bool:
    """Whether components of character size lie in the zone. Hairlines, folds, specks and fibres are none."""
    upright = np.ascontiguousarray(without_rules(np.ascontiguousarray(ink.T), round(0.25 * DPI), round(0.035 * DPI)).T)
    _, _, stats, _ = cv2.connectedComponentsWithStats(character_ink(upright, DPI), connectivity=8)
    sizes = ((w / DPI, h / DPI) for _, _, w, h, _ in stats[1:].tolist())
    return len([1 for w, h in sizes if w >= CHARACTER[0] and h >= CHARACTER[1]]) >= 2


def _has_patch(grey: Grey) -> bool:
    """Whether a dark patch lies in the zone: a picture or a solid bar, on which no mark would be read."""
    dark = (grey < PATCH_LEVEL * float(np.median(grey))).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((round(0.06 * DPI),) * 2, np.uint8))
    return bool(np.mean(solid) > PATCH_SHARE)
