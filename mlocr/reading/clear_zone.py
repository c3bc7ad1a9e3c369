"""What lies in the barcode clear zone: nothing, a barcode, or other print.

The zone reaches from the letter's right edge to 4-3/4 inches from it and from the bottom edge up to 5/8 inch
(Publication 28 appendix A). It is looked at in the letter's own frame, upright as read. Anywhere in it characters
and patches count; in the strip where the bars and their quiet zones go, any ink does: a rule or a pen stroke through
the bars spoils them as well as print does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mlocr.mail.image import ClearZone, ImageLift, LetterFrame
from mlocr.reading.combs import is_barcode
from mlocr.reading.ink import Grey, flatten, print_mask
from mlocr.reading.middles import grey_counts, middle_of_counts, share_of_counts
from mlocr.reading.page import sample, to_inches
from mlocr.reading.segments import character_ink, components, without_rules
from mlocr.reading.streaks import without_streaks

ZONE = (4.75, 0.625)  # inches from the right edge, from the bottom edge (Publication 28 appendix A)
DPI = 150.0
RIM = 0.07  # inches along the letter's edges that do not count: shadow and rough cut *ours*
CHARACTER = (0.02, 0.045)  # inches: the narrowest and lowest component that counts as one *ours*
# The strip counts from a contrast of 15 percent against the paper, which show-through and dark fibres may reach
# (DMM 708 4.4). How large a spot must be is ours: specks and fibres are smaller.
PRINT_CONTRAST = 0.15
STROKE_CONTRAST = 0.12  # a thin stroke's edges, which blur takes from it *ours*
CORE = 0.0003  # square inches of a spot beyond the first *ours*
GRAIN = 5.0  # standard deviations of the paper's grain *ours*
SPOT = (0.045, 0.0006)  # inches the longer way, square inches *ours*
HAIRLINE = 0.014  # inches; thinner and through the whole strip is a fold or a scratch *ours*
ABOVE = 0.25  # inches above the zone that show its paper *ours*
PAPER_REACH = 0.6  # inches: paper is looked for within that *ours*
PATCH_LEVEL, PATCH_SHARE = 0.6, 0.02  # of the paper's level; of the zone *ours*


@dataclass(frozen=True, slots=True)
class BarStrip:
    """Where the bars and their quiet zones go: inches from the letter's right edge and above its bottom edge.

    The defaults hold a POSTNET or an Intelligent Mail barcode whose left-most bar stands 3-7/8 inches from the right
    edge and whose baseline is 1/4 inch up (DMM 202.5), 1/8 inch clear at both ends, and what a letter moves. *ours*
    """

    left: float = 4.05
    right: float = 0.85
    low: float = 0.15
    high: float = 0.48


BARS = BarStrip()


def clear_zone(lift: ImageLift, letter: LetterFrame, strip: BarStrip = BARS) -> ClearZone:
    """The state of the zone of a letter whose frame is upright as read; `strip` must be free of any ink.

    What the camera put there, not the mailer, is none (`streaks`).
    """
    if letter.width < 2 * RIM + CHARACTER[0] or letter.height < ZONE[1] + RIM:
        return ClearZone.CLEAR
    found = _state(lift, letter, strip)
    if found is not ClearZone.PRINT:
        return found
    clean = without_streaks(lift.pixels, lift.dpi)
    return found if clean is lift.pixels else _state(replace(lift, pixels=clean), letter, strip)


def _state(lift: ImageLift, letter: LetterFrame, strip: BarStrip) -> ClearZone:
    corner = _corner(lift, letter, strip)
    grey, shade = _zone(corner, letter)
    ink = print_mask(shade, DPI)
    if _has_barcode(shade, ink):
        return ClearZone.BARCODE
    occupied = _has_characters(ink) or _has_patch(grey) or _has_ink(corner, strip)
    return ClearZone.PRINT if occupied else ClearZone.CLEAR


def _zone(corner: Grey, letter: LetterFrame) -> tuple[Grey, Grey]:
    """The zone without the rim, as it is and flattened with what lies above it."""
    width, height = round((min(ZONE[0], letter.width) - RIM) * DPI), round((ZONE[1] + ABOVE - RIM) * DPI)
    grey = np.ascontiguousarray(corner[-height:, -width:])
    start = round(ABOVE * DPI)
    return grey[start:], flatten(grey, DPI)[start:]


def _corner(lift: ImageLift, letter: LetterFrame, strip: BarStrip) -> Grey:
    """The lower right of the letter without the rim: the zone, the strip, and the paper around both."""
    across = min(max(ZONE[0], strip.left + PAPER_REACH), letter.width)
    up = min(max(ZONE[1] + ABOVE, strip.high + PAPER_REACH), letter.height)
    whole = to_inches(lift.dpi, letter, DPI, 0.0)
    left, top = round((letter.width - across) * DPI), round((letter.height - up) * DPI)
    cut = whole.copy()
    cut[:, 2] = whole[:, :2] @ np.array([left, top]) + whole[:, 2]
    return sample(lift, cut, (round((across - RIM) * DPI), round((up - RIM) * DPI)))


def _has_barcode(shade: Grey, ink: Grey) -> bool:
    """Whether some run of ink of a barcode's height is many bars at one pitch."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(0.07 * DPI)), np.uint8), borderValue=0)
    _, _, stats, _ = components(np.asarray(joined, np.uint8))
    return any(
        bool(w > 0.7 * DPI and 0.08 * DPI < h < 0.4 * DPI and is_barcode(shade[y : y + h, x : x + w], DPI))
        for x, y, w, h, _ in stats[1:].tolist()
    )


def _has_characters(ink: Grey) -> bool:
    """Whether components of character size lie in the zone. Hairlines, folds, specks and fibres are none."""
    upright = np.ascontiguousarray(without_rules(np.ascontiguousarray(ink.T), round(0.25 * DPI), round(0.035 * DPI)).T)
    _, _, stats, _ = components(character_ink(upright, DPI))
    sizes = ((w / DPI, h / DPI) for _, _, w, h, _ in stats[1:].tolist())
    return len([1 for w, h in sizes if w >= CHARACTER[0] and h >= CHARACTER[1]]) >= 2


def _has_patch(grey: Grey) -> bool:
    """Whether a dark patch lies in the zone: a picture or a solid bar, on which no mark would be read."""
    dark = (grey < PATCH_LEVEL * middle_of_counts(grey_counts(grey))).astype(np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((round(0.06 * DPI),) * 2, np.uint8))
    return bool(np.mean(solid) > PATCH_SHARE)


def _has_ink(grey: Grey, strip: BarStrip) -> bool:
    """Whether anything darker than the paper around it lies where the bars and their quiet zones go."""
    height, width = grey.shape
    x0, x1 = width - round((strip.left - RIM) * DPI), width - round((strip.right - RIM) * DPI)
    y0, y1 = height - round((strip.high - RIM) * DPI), height - round((strip.low - RIM) * DPI)
    place = (slice(max(y0, 0), max(y1, 0)), slice(max(x0, 0), max(x1, 0)))
    there = 1.0 - cv2.GaussianBlur(grey, (3, 3), 0.5)[place] / _paper(grey, place)
    if there.size == 0:
        return False
    grain = 1.05 * float(np.median(np.abs(there[:, 2:] - there[:, :-2])))
    least = max(PRINT_CONTRAST, GRAIN * grain)
    dark = (there > max(STROKE_CONTRAST, GRAIN * grain)).astype(np.uint8)
    dark = _without_hairlines(_without_hairlines(dark).T).T
    _, labels, stats, _ = components(np.ascontiguousarray(dark))
    core = np.bincount(labels[there > least], minlength=len(stats))
    size, area = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1), stats[:, cv2.CC_STAT_AREA]
    spoils = (size >= SPOT[0] * DPI) & (area >= SPOT[1] * DPI * DPI) & (core >= CORE * DPI * DPI)
    return bool(spoils[1:].any())


def _without_hairlines(dark: Grey) -> Grey:
    """Without folds and scratches: hairlines from end to end, beyond both. A printed rule is thicker."""
    across = np.ones((3, round(0.2 * DPI) | 1), np.uint8)
    joined = cv2.dilate(np.ascontiguousarray(dark), across)
    _, labels, stats, _ = components(np.asarray(joined, np.uint8))
    kept = np.array(dark)
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_WIDTH] >= 0.93 * dark.shape[1]).tolist():
        line = (labels == label) & (dark > 0)
        if label and np.median(line.sum(axis=0)) <= HAIRLINE * DPI:
            kept[line] = 0
    return kept


def _paper(grey: Grey, place: tuple[slice, slice]) -> NDArray[np.float32]:
    """The local level of the paper in `place`: print does not move it, uneven light does.

    A white label close by is no level for the paper beside it.
    """
    shrink = 6
    small = cv2.resize(grey, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    size = round(2 * PAPER_REACH * DPI / shrink) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    level = cv2.resize(cv2.blur(closed, (5, 5)), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)[place]
    usual = share_of_counts(grey_counts(np.ascontiguousarray(grey[place])), 0.7) if level.size else 255.0
    return np.asarray(np.clip(level, 8, max(1.03 * usual, 9)), np.float32)
