"""Everything on a letter but its address: sender, postage, endorsements, advertising, windows, labels, barcodes."""

from __future__ import annotations

from mlocr.decks.faces import Setting, print_lines
from mlocr.decks.letters import Piece
from mlocr.decks.names import ENDORSEMENTS, INDICIA
from mlocr.decks.sheet import Sheet
from mlocr.marking import postnet

Place = tuple[int, int, int, int]


def dress(sheet: Sheet, piece: Piece, severity: int, card: bool) -> None:
    """Sender and postage."""
    rng = sheet.rng
    sender = print_lines(
        piece.sender, Setting(rng.choice(("sans", "serif", "grotesque")), rng.uniform(7, 9)), sheet.dpi
    )
    sheet.put(sender.ink, sheet.px(0.3), sheet.px(0.25), 0.8)
    lines = [t.format(city="HARBURY", state="ME", n=rng.randrange(10, 999)) for t in rng.choice(INDICIA)]
    indicia = print_lines(lines, Setting("sans", 7, 1.1, align="centre"), sheet.dpi)
    x, y = sheet.width - indicia.ink.shape[1] - sheet.px(0.35), sheet.px(0.25)
    sheet.put(indicia.ink, x, y, 0.85)


def carrier(sheet: Sheet, kind: str, place: Place, severity: int) -> None:
    """The label or the window the address stands on."""
    return


def above_address(sheet: Sheet, place: Place, severity: int) -> None:
    """Endorsement, keyline or carrier route line above the address."""
    rng = sheet.rng
    if rng.random() < 0.25:
        text = print_lines((rng.choice(ENDORSEMENTS),), Setting("sans", 8), sheet.dpi)
        sheet.put(text.ink, place[0] - 4, place[1] - sheet.px(0.3), 0.8)


def over_window(sheet: Sheet, kind: str, place: Place, severity: int) -> None:
    """Haze and glare in front of a window address."""
    return


def clear_zone(sheet: Sheet, piece: Piece) -> None:
    """A barcode that is already there, or print where none may stand."""
    rng = sheet.rng
    base = sheet.height - sheet.px(0.25)
    if piece.flaw == "barcode":
        digits = f"{rng.randrange(10**11):011d}"
        x = sheet.width - sheet.px(3.87)
        for number, bar in enumerate(postnet.encode(digits).bars):
            left = x + round(number * sheet.dpi / 21.8)
            sheet.line(left, base - sheet.px(0.125 if bar == "1" else 0.05), left + sheet.px(0.02), base, 0.15)
    elif piece.flaw == "clear_zone":
        text = print_lines(("www.example.com/renew  1-800-555-0142",), Setting("sans bold", 11), sheet.dpi)
        sheet.put(text.ink, sheet.width - sheet.px(0.5) - text.ink.shape[1], base - sheet.px(0.28), 0.85)
