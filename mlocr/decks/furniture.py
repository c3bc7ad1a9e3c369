"""The rest of a letter's face: sender, endorsements, keylines, advertising, decoys, barcodes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mlocr.decks.faces import Setting, print_lines
from mlocr.decks.letters import Piece
from mlocr.decks.names import ENDORSEMENTS, TEASERS
from mlocr.decks.sheet import Grey, Place, Sheet, show_through
from mlocr.marking import imb, postnet

HEADLINES = ("sans bold", "grotesque bold", "book", "condensed", "script", "courier bold")


def put_sender(sheet: Sheet, piece: Piece) -> None:
    """The return address, upper left, with a logo now and then."""
    rng = sheet.rng
    if not piece.sender or rng.random() < 0.07:
        return
    x, y = sheet.px(rng.uniform(0.2, 0.45)), sheet.px(rng.uniform(0.15, 0.4))
    if rng.random() < 0.35:
        logo = _logo(sheet, sheet.px(rng.uniform(0.3, 0.55)))
        sheet.taken.append(sheet.put(logo, x, y, rng.uniform(0.5, 0.9)))
        x += logo.shape[1] + sheet.px(0.12)
    family = rng.choice(("sans", "serif", "grotesque", "humanist", "condensed", "book", "courier"))
    setting = Setting(family, rng.uniform(6.5, 9.5), rng.uniform(1.05, 1.25))
    lines = list(piece.sender)
    if rng.random() < 0.12:
        lines.append(rng.choice(ENDORSEMENTS))
    text = print_lines(lines, setting, sheet.dpi)
    place = (x, y, x + text.ink.shape[1], y + text.ink.shape[0])
    if sheet.free(place, 0):
        sheet.put(text.ink, x, y, rng.uniform(0.6, 0.9))
        sheet.taken.append(place)


def _logo(sheet: Sheet, size: int) -> Grey:
    """A firm's mark: circle, bars or a diamond with an initial."""
    rng = sheet.rng
    ink = np.zeros((size, size), dtype=np.float32)
    kind = rng.randrange(4)
    if kind == 0:
        cv2.circle(ink, (size // 2, size // 2), size // 2 - 2, 1.0, -1, cv2.LINE_AA)
        cv2.circle(ink, (size // 2 + size // 6, size // 2), size // 4, 0.0, -1, cv2.LINE_AA)
    elif kind == 1:
        for at in range(0, size - 6, max(8, size // 5)):
            ink[at // 2 :, at : at + max(4, size // 9)] = 1.0
    elif kind == 2:
        points = np.array(
            [[size // 2, 0], [size - 1, size // 2], [size // 2, size - 1], [0, size // 2]], dtype=np.int32
        )
        cv2.fillPoly(ink, [points], 0.8)
    else:
        letter = print_lines(
            (rng.choice("ABDGHKMNRS"),), Setting("grotesque bold", size * 72 / sheet.dpi * 0.9, 0.1), sheet.dpi
        ).ink
        high, wide = min(size, letter.shape[0]), min(size, letter.shape[1])
        ink[:high, :wide] = letter[letter.shape[0] - high :, :wide]
    return ink


def above_address(sheet: Sheet, piece: Piece, severity: int) -> list[str]:
    """Lines a presort program prints over the name: endorsement, optional endorsement line, keyline (DMM 708 7)."""
    rng = sheet.rng
    zip5 = piece.expect.zip5 or "12345"
    lines = []
    if rng.random() < 0.12 + 0.06 * severity:
        levels = (
            f"AUTO**5-DIGIT {zip5}",
            f"ECRLOT**C-{rng.randrange(1, 60):03d}",
            f"AUTO**3-DIGIT {zip5[:3]}",
            f"SCH 5-DIGIT {zip5}",
            f"**AUTO**MIXED AADC {zip5[:3]}",
        )
        lines.append("*" * rng.randrange(6, 18) + rng.choice(levels))
    if rng.random() < 0.12:
        key = f"#BWN{rng.choice('HKJT')}{rng.choice('GLMS')}L"
        lines.append(f"{key} {rng.randrange(10**8):08d} {rng.randrange(10)} {rng.choice('ABT')}")
    if not lines and rng.random() < 0.14:
        lines.append(rng.choice(ENDORSEMENTS))
    return lines


def advertise(sheet: Sheet, piece: Piece, severity: int) -> None:
    """Teasers, bands, pictures and decoy addresses where there is room; closer to the address on hard letters."""
    rng = sheet.rng
    gap = sheet.px((0.4, 0.25, 0.12)[severity])
    area = (sheet.px(0.15), sheet.px(0.15), sheet.width - sheet.px(0.15), sheet.height - sheet.px(0.1))
    if piece.decoy:
        _decoy(sheet, piece.decoy, area, gap)
    for _ in range(rng.choices((0, 1, 2), (5, 3 + severity, 0.5 + severity))[0]):
        kind = rng.choices(("teaser", "band", "picture", "rule"), (6, 1, 1.5, 1))[0]
        if kind == "teaser":
            words = [rng.choice(TEASERS)] + ([rng.choice(TEASERS)] if rng.random() < 0.2 else [])
            text = print_lines(words, Setting(rng.choice(HEADLINES), rng.uniform(9, 20), 1.15), sheet.dpi)
            ink = 1 - text.ink if rng.random() < 0.12 else text.ink
            sheet.put_free(np.asarray(ink, dtype=np.float32), area, gap, rng.uniform(0.45, 0.9))
        elif kind == "band":
            ink = np.ones((sheet.px(rng.uniform(0.08, 0.3)), sheet.px(rng.uniform(1.5, 4))), dtype=np.float32)
            sheet.put_free(ink, area, gap, rng.uniform(0.2, 0.7))
        elif kind == "picture":
            sheet.put_free(_picture(sheet), area, gap, rng.uniform(0.3, 0.8))
        else:
            ink = np.ones((2, sheet.px(rng.uniform(1, 4))), dtype=np.float32)
            sheet.put_free(ink, area, gap, 0.7)
    if severity and rng.random() < 0.1 + 0.15 * severity:
        setting = Setting("serif", 10, 1.3)
        lines = ["Thank you for your recent payment of the amount shown", *piece.sender, "Please return this part"] * 2
        show_through(sheet, print_lines(lines, setting, sheet.dpi).ink)


def _decoy(sheet: Sheet, lines: Sequence[str], area: Place, gap: int) -> None:
    """A complete address that is not the delivery address: a store to visit, an office to write to."""
    rng = sheet.rng
    head = rng.choice(("Visit our new store at", "Write to us:", "Now open at", "Mail payments to"))
    text = print_lines(
        (head, *lines), Setting(rng.choice(("sans", "serif", "humanist")), rng.uniform(7.5, 10)), sheet.dpi
    )
    sheet.put_free(text.ink, area, gap, rng.uniform(0.6, 0.85))


def _picture(sheet: Sheet) -> Grey:
    """A printed picture of sorts."""
    rng = sheet.rng
    high, wide = sheet.px(rng.uniform(0.5, 1.2)), sheet.px(rng.uniform(0.6, 1.6))
    ink = np.full((high, wide), rng.uniform(0.0, 0.4), dtype=np.float32)
    for _ in range(9):
        centre = (rng.randrange(wide), rng.randrange(high))
        size = (rng.randrange(8, wide // 2), rng.randrange(6, high // 2))
        cv2.ellipse(ink, centre, size, rng.randrange(180), 0, 360, rng.uniform(0, 1), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), dtype=np.float32)


# --- barcodes and the clear zone ------------------------------------------------------------------------------------


def bars_ink(sheet: Sheet, bars: str) -> Grey:
    """A printed barcode as ink: POSTNET (1, 0) or Intelligent Mail (F A D T), 22 bars per inch (DMM 708 4.2)."""
    rng = sheet.rng
    pitch = sheet.dpi / rng.uniform(21.2, 22.6)
    top, middle, low, bottom = (0, 9, 19, 28) if bars[0] in "FADT" else (0, 15, 25, 25)
    ink = np.zeros((bottom + 2, round(pitch * len(bars)) + 6), dtype=np.float32)
    for at, bar in enumerate(bars):
        x = round(at * pitch)
        y0 = top if bar in "FA1" else middle
        y1 = bottom if bar in "FD1" else low
        ink[y0:y1, x : x + 4] = 1.0
    return ink


def barcode_bars(sheet: Sheet, digits: str) -> str:
    """Some mailer's barcode."""
    rng = sheet.rng
    if rng.random() < 0.4:
        return postnet.encode(digits or f"{rng.randrange(10**11):011d}").bars
    tracking = f"00{rng.choice(('300', '040', '271'))}{rng.randrange(100000, 899999)}{rng.randrange(10**9):09d}"
    return imb.encode(tracking, digits or f"{rng.randrange(10**11):011d}").bars


def clear_zone(sheet: Sheet, piece: Piece) -> None:
    """A barcode that is already there, or print where none may stand."""
    rng = sheet.rng
    base = sheet.height - sheet.px(0.25)
    if piece.flaw == "barcode":
        ink = bars_ink(sheet, barcode_bars(sheet, ""))
        x = sheet.width - sheet.px(rng.uniform(3.5, 4.25))
        sheet.put(ink, max(sheet.px(0.3), x), base - ink.shape[0] + rng.randint(-6, 6), rng.uniform(0.7, 0.9))
    elif piece.flaw == "clear_zone":
        words = rng.choice(
            ("www.example.com/renew  1-800-555-0142", "ACCOUNT NO. 00412-8873", "Printed on recycled paper")
        )
        text = print_lines(
            (words,), Setting(rng.choice(("sans bold", "serif", "courier")), rng.uniform(9, 12)), sheet.dpi
        )
        x = sheet.width - sheet.px(rng.uniform(0.4, 1.2)) - text.ink.shape[1]
        sheet.put(text.ink, max(sheet.px(0.3), x), base - sheet.px(rng.uniform(0.2, 0.3)), rng.uniform(0.7, 0.9))
