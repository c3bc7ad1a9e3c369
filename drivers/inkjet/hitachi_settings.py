"""How a Hitachi printer is set up and waited for: settings of the configuration, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers.inkjet.hitachi_text import MOST_ITEMS, PATTERNS, SIZES, Size
from mlocr.errors import ConfigurationError
from mlocr.mail.code import SprayImage

_NEAR = 0.05  # inches; *ours*


@dataclass(frozen=True, slots=True)
class PrinterTerms:
    """How the printer is set up (on its own panel) and waited for; seconds and inches.

    `items` print items of `per_item` characters of `size` stand side by side in its format. `offset` is where its
    print start delay puts the mark's right end behind the leading edge. `answer`: longest wait for an answer beyond the
    bytes' own time; `look`: between two questions whether it has printed; `printed`: when a letter must have come.
    """

    name: str
    dpi: float
    dots: int
    offset: float
    size: Size = SIZES["24x32"]
    items: int = 5
    per_item: int = 10
    reverse: bool = True
    baud: int = 4800
    parity: str = "N"
    answer: float = 2.0
    look: float = 0.2
    printed: float = 8.0

    @property
    def most_columns(self) -> int:
        """The longest mark, in columns."""
        return min(self.items * self.per_item, PATTERNS) * self.size.across


SETTINGS: dict[str, Any] = {
    "port": "",
    "baud": 4800,
    "parity": "N",
    "dpi": 0.0,
    "dots": 0,
    "epoch_floor": 0,
    "offset_in": -1.0,
    "size": "24x32",
    "items": 5,
    "per_item": 10,
    "reverse": True,
    "answer_s": 2.0,
    "look_s": 0.2,
    "printed_s": 8.0,
}
_NOT_NUMBERS = frozenset({"port", "parity", "size", "reverse"})


def terms_of(settings: Mapping[str, object]) -> tuple[str, PrinterTerms, int]:
    """Port, terms and the journal's highest epoch. Raises ConfigurationError for what is unknown or cannot be."""
    for name in settings:
        if name not in SETTINGS:
            known = ", ".join(sorted(SETTINGS))
            raise ConfigurationError(f"the hitachi inkjet has no setting {name!r}; its settings are {known}")
    given: dict[str, Any] = {**SETTINGS, **settings}
    for name, usual in SETTINGS.items():
        kinds = (int, float) if isinstance(usual, float) else type(usual)
        if not isinstance(given[name], kinds) or (isinstance(given[name], bool) and not isinstance(usual, bool)):
            raise ConfigurationError(f"{name} of the hitachi inkjet cannot be {given[name]!r}; see docs/drivers.md")
    size = SIZES.get(given["size"])
    if size is None or given["parity"] not in ("N", "E", "O"):
        raise ConfigurationError(f"size of the hitachi inkjet is one of {', '.join(SIZES)}, and parity N, E or O")
    number = {name: float(given[name]) for name in SETTINGS if name not in _NOT_NUMBERS}
    problem = _problem(given["port"], size, number)
    if problem:
        raise ConfigurationError(problem)
    terms = PrinterTerms(
        name=f"the printer on port {given['port']}",
        dpi=number["dpi"],
        dots=int(number["dots"]),
        offset=number["offset_in"],
        size=size,
        items=int(number["items"]),
        per_item=int(number["per_item"]),
        reverse=given["reverse"],
        baud=int(number["baud"]),
        parity=given["parity"],
        answer=number["answer_s"],
        look=number["look_s"],
        printed=number["printed_s"],
    )
    return given["port"], terms, int(number["epoch_floor"])


def _problem(port: str, size: Size, number: Mapping[str, float]) -> str:
    if not port:
        return 'the hitachi inkjet needs a port; write inkjet.driver = "hitachi:/dev/ttyUSB0"'
    if number["offset_in"] < 0:
        return (
            "offset_in of the hitachi inkjet must be given: the inches behind the letter's leading edge at which the"
            " printer's own print start delay puts the mark's right end"
        )
    if not 0 < number["dots"] <= size.up or number["dpi"] <= 0:
        return (
            f"a head of {number['dots']:g} dots at {number['dpi']:g} dpi does not fit characters of {size.up} dots;"
            " set mark.head_dpi and mark.head_swath_in, or size in [inkjet.settings]"
        )
    if not (1 <= number["items"] <= MOST_ITEMS and 1 <= number["per_item"] <= PATTERNS):
        return f"items (1 to {MOST_ITEMS}) or per_item (1 to {PATTERNS}) of the hitachi inkjet cannot be; correct them"
    if min(number["baud"], number["answer_s"], number["look_s"], number["printed_s"]) <= 0:
        return "baud, answer_s, look_s and printed_s of the hitachi inkjet are above 0; correct them"
    return ""


def unfit(image: SprayImage, terms: PrinterTerms) -> str:
    """Why a mark cannot be printed as the printer is set up; empty where it can."""
    if abs(image.dpi - terms.dpi) > 0.0005 or image.dots != terms.dots:
        return "bad_raster: the mark is not made for this head"
    if not 0 < len(image.columns) <= terms.most_columns or any(c < 0 or c >> terms.dots for c in image.columns):
        return f"too_large: the printer's items hold {terms.most_columns} columns of {terms.dots} dots"
    if abs(image.offset - terms.offset) > _NEAR:
        return f"bad_offset: the mark's place is {image.offset:.2f} in behind the edge, not {terms.offset:.2f}"
    return ""
