"""The upper right corner: permit indicia, meter imprint, stamp with its cancellation, facing identification mark."""

from __future__ import annotations

import cv2
import numpy as np

from mlocr.decks.faces import Setting, print_lines
from mlocr.decks.names import INDICIA, TOWNS
from mlocr.decks.sheet import Grey, Place, Sheet


def put_postage(sheet: Sheet, severity: int) -> None:
    """One kind of postage, upper right."""
    rng = sheet.rng
    kind = rng.choices(("indicia", "meter", "stamp", "none"), (5, 3, 3, 0.4))[0]
    if kind == "indicia":
        _indicia(sheet)
    elif kind == "meter":
        _meter(sheet)
    elif kind == "stamp":
        _stamp(sheet)
    if kind in ("meter", "stamp") and rng.random() < 0.2:
        _fim(sheet)


def _corner(sheet: Sheet, ink: Grey, darkness: float) -> Place:
    """Print in the upper right corner."""
    x = sheet.width - ink.shape[1] - sheet.px(sheet.rng.uniform(0.2, 0.45))
    y = sheet.px(sheet.rng.uniform(0.15, 0.35))
    place = sheet.put(ink, x, y, darkness)
    sheet.taken.append(place)
    return place


def _indicia(sheet: Sheet) -> None:
    rng = sheet.rng
    name, state, _, _ = rng.choice(TOWNS[:46])
    lines = [t.format(city=name, state=state, n=rng.randrange(10, 9999)) for t in rng.choice(INDICIA)]
    family = rng.choice(("sans", "sans bold", "condensed", "serif"))
    text = print_lines(lines, Setting(family, rng.uniform(6.5, 8.5), 1.1, align="centre"), sheet.dpi)
    framed = cv2.copyMakeBorder(text.ink, 10, 4, 14, 14, cv2.BORDER_CONSTANT, value=0.0)
    if rng.random() < 0.7:
        cv2.rectangle(framed, (1, 1), (framed.shape[1] - 2, framed.shape[0] - 2), 1.0, 2)
    _corner(sheet, np.asarray(framed, dtype=np.float32), rng.uniform(0.7, 0.95))


def _meter(sheet: Sheet) -> None:
    """A meter imprint: value, date, serial and a two-dimensional code of random cells."""
    rng = sheet.rng
    cells = (sheet.noise.random((22, 22)) < 0.5).astype(np.float32)
    cells[:, 0] = cells[-1, :] = 1
    code = cv2.resize(cells, (22 * 5, 22 * 5), interpolation=cv2.INTER_NEAREST)
    lines = ("US POSTAGE", f"$0{rng.randrange(40, 499) / 100:05.2f}")
    text = print_lines(lines, Setting("sans bold", 13, 1.15), sheet.dpi)
    small = print_lines(
        (f"ZIP {rng.randrange(10000, 99999)}", f"0{rng.randrange(10**9):09d}", "NOV 02 2026"),
        Setting("sans", 6.5, 1.1),
        sheet.dpi,
    )
    width = code.shape[1] + 20 + max(text.ink.shape[1], small.ink.shape[1])
    ink = np.zeros((max(code.shape[0], text.ink.shape[0] + small.ink.shape[0]), width), dtype=np.float32)
    ink[: code.shape[0], : code.shape[1]] = code
    left = code.shape[1] + 20
    ink[: text.ink.shape[0], left : left + text.ink.shape[1]] = text.ink
    top = text.ink.shape[0]
    ink[top : top + small.ink.shape[0], left : left + small.ink.shape[1]] = small.ink
    _corner(sheet, ink, rng.uniform(0.45, 0.8))


def _stamp(sheet: Sheet) -> None:
    """A stamp with perforated edge and a picture of its own, then usually a postmark over it."""
    rng = sheet.rng
    wide, high = sheet.px(rng.uniform(0.8, 1.0)), sheet.px(rng.uniform(0.9, 1.2))
    if rng.random() < 0.4:
        wide, high = high, wide
    ink = np.full((high, wide), 0.12, dtype=np.float32)
    picture = np.zeros((high - 24, wide - 24), dtype=np.float32)
    for _ in range(14):
        centre = (rng.randrange(wide - 24), rng.randrange(high - 24))
        cv2.ellipse(
            picture,
            centre,
            (rng.randrange(8, 60), rng.randrange(6, 40)),
            rng.randrange(180),
            0,
            360,
            rng.uniform(0.1, 0.8),
            -1,
        )
    ink[12:-12, 12:-12] = cv2.GaussianBlur(picture, (0, 0), 1.2) * 0.8 + 0.1
    for at in range(0, max(wide, high), 14):
        for centre in ((at, 0), (at, high - 1), (0, at), (wide - 1, at)):
            cv2.circle(ink, centre, 4, 0.0, -1)
    place = _corner(sheet, ink, 0.9)
    if rng.random() < 0.75:
        _postmark(sheet, place)


def _postmark(sheet: Sheet, stamp: Place) -> None:
    """A round date stamp left of the stamp and wavy bars over it."""
    rng = sheet.rng
    radius = sheet.px(0.42)
    ink = np.zeros((radius * 2 + 12, radius * 2 + sheet.px(rng.uniform(1.4, 2.2))), dtype=np.float32)
    centre = (radius + 4, radius + 4)
    cv2.circle(ink, centre, radius, 1.0, 2, cv2.LINE_AA)
    cv2.circle(ink, centre, int(radius * 0.62), 1.0, 1, cv2.LINE_AA)
    text = print_lines(("NOV 02", "PM", "2026"), Setting("sans", 6.5, 1.1, align="centre"), sheet.dpi).ink
    y, x = centre[1] - text.shape[0] // 2 + 6, centre[0] - text.shape[1] // 2
    ink[y : y + text.shape[0], x : x + text.shape[1]] = np.maximum(
        ink[y : y + text.shape[0], x : x + text.shape[1]], text
    )
    along = np.arange(radius * 2 + 16, ink.shape[1])
    for row in range(5):
        wave = (radius * 0.35 + row * radius * 0.35 + 5 * np.sin(along / 22.0)).astype(np.int32)
        points = np.stack([along, wave], axis=1).reshape(-1, 1, 2)
        cv2.polylines(ink, [points], isClosed=False, color=1.0, thickness=3, lineType=cv2.LINE_AA)
    patchy = np.clip(0.8 + 0.35 * sheet.noise.standard_normal(ink.shape, dtype=np.float32), 0, 1)
    x = stamp[2] - ink.shape[1] - rng.randrange(sheet.px(0.3))
    place = sheet.put(ink * patchy, x, stamp[1] + rng.randrange(-10, 40), rng.uniform(0.35, 0.75))
    sheet.taken.append(place)


def _fim(sheet: Sheet) -> None:
    """Facing identification mark A or C (DMM 708 9.3): bars 5/8 in high, at the top, right-most 2 in from the right."""
    right = sheet.width - sheet.px(2.0)
    pattern = sheet.rng.choice(("110010011", "110101011"))
    box = (right - sheet.px(0.5), 0, right + sheet.px(0.05), sheet.px(0.65))
    if not sheet.free(box, 4):
        return
    for at, bar in enumerate(pattern):
        if bar == "1":
            x = right - sheet.px(0.0625 * (8 - at))
            sheet.fill((x, sheet.px(0.02), x + sheet.px(0.031), sheet.px(0.64)), 0.15)
    sheet.taken.append(box)
