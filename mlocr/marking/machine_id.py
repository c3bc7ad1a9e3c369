"""The dot-matrix face of the identifier line: seven rows of five dots, drawn by hand below.

Its size follows a genuine spray (capitals about 0.09 in high, about 9.5 characters per inch). The Postal Service
publishes no face, height or place for the identifier, so size and pitch are configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from mlocr.errors import ConfigurationError

ROWS = 7
COLUMNS = 5
CELLS = COLUMNS + 2  # two blank dot columns between characters: ours, as the genuine spray looks

# One band of characters a block: the characters, then seven rows of dots, five columns each, one blank between.
# fmt: off
_FACE = """
A     B     C     D     E     F     G     H     I     J
.###. ####. .###. ####. ##### ##### .###. #...# .###. ..###
#...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#.
#...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#.
##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#.
#...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#.
#...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#.
#...# ####. .###. ####. ##### #.... .###. #...# .###. .##..

K     L     M     N     O     P     Q     R     S     T
#...# #.... #...# #...# .###. ####. .###. ####. .#### #####
#..#. #.... ##.## ##..# #...# #...# #...# #...# #.... ..#..
#.#.. #.... #.#.# #.#.# #...# #...# #...# #...# #.... ..#..
##... #.... #.#.# #.#.# #...# ####. #...# ####. .###. ..#..
#.#.. #.... #...# #..## #...# #.... #.#.# #.#.. ....# ..#..
#..#. #.... #...# #...# #...# #.... #..#. #..#. ....# ..#..
#...# ##### #...# #...# .###. #.... .##.# #...# ####. ..#..

U     V     W     X     Y     Z     0     1     2     3
#...# #...# #...# #...# #...# ##### .###. ..#.. .###. #####
#...# #...# #...# #...# #...# ....# #...# .##.. #...# ...#.
#...# #...# #...# .#.#. .#.#. ...#. #..## ..#.. ....# ..#..
#...# #...# #.#.# ..#.. ..#.. ..#.. #.#.# ..#.. ...#. ...#.
#...# #...# #.#.# .#.#. ..#.. .#... ##..# ..#.. ..#.. ....#
#...# .#.#. ##.## #...# ..#.. #.... #...# ..#.. .#... #...#
.###. ..#.. #...# #...# ..#.. ##### .###. .###. ##### .###.

4     5     6     7     8     9     -     .     /     #
...#. ##### ..##. ##### .###. .###. ..... ..... ..... .#.#.
..##. #.... .#... ....# #...# #...# ..... ..... ....# .#.#.
.#.#. ####. #.... ...#. #...# #...# ..... ..... ...#. #####
#..#. ....# ####. ..#.. .###. .#### ##### ..... ..#.. .#.#.
##### ....# #...# .#... #...# ....# ..... ..... .#... #####
...#. #...# #...# .#... #...# ...#. ..... .##.. #.... .#.#.
...#. .###. .###. .#... .###. .##.. ..... .##.. ..... .#.#.

*     ,     :     +     &     (     )     =     $     %
..... ..... ..... ..... .##.. ...#. .#... ..... ..#.. ##..#
..#.. ..... .##.. ..#.. #..#. ..#.. ..#.. ..... .#### ##..#
#.#.# ..... .##.. ..#.. #.#.. .#... ...#. ##### #.#.. ...#.
.###. ..... ..... ##### .#... .#... ...#. ..... .###. ..#..
#.#.# .##.. .##.. ..#.. #.#.# .#... ...#. ##### ..#.# .#...
..#.. ..#.. .##.. ..#.. #..#. ..#.. ..#.. ..... ####. #..##
..... .#... ..... ..... .##.# ...#. .#... ..... ..#.. #..##
"""
# fmt: on


@cache
def face() -> dict[str, tuple[str, ...]]:
    """Every character of the face as seven rows of five dots, `#` for ink. Never changed once made."""
    glyphs = {" ": ("." * COLUMNS,) * ROWS}
    for block in _FACE.strip("\n").split("\n\n"):
        head, *rows = block.split("\n")
        for k, character in enumerate(head.split()):
            glyphs[character] = tuple(row.split()[k] for row in rows)
    return glyphs


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The line's size: character height in inches, and characters per inch."""

    height: float = 0.09
    per_inch: float = 9.5

    def __post_init__(self) -> None:
        if not (0.05 <= self.height <= 0.18 and 4 <= self.per_inch <= 20):
            raise ConfigurationError(
                f"the identifier line cannot be {self.height} in high at {self.per_inch} characters per inch; choose a "
                "height of 0.05 to 0.18 in and 4 to 20 characters per inch"
            )

    def cells(self, dpi: float) -> tuple[Fraction, Fraction]:
        """Width and height of one dot of the face in head dots (docs/wire-protocol.md section 6, text)."""
        exact = round(dpi * 1000)
        across = Fraction(exact, CELLS * round(self.per_inch * 1000))
        return across, Fraction(exact * round(self.height * 1_000_000), ROWS * 1_000_000_000)


def check_text(text: str, what: str) -> None:
    """Raise ConfigurationError when `text` has a character that the face lacks; `what` names it in the message."""
    for character in text:
        if character not in face():
            raise ConfigurationError(
                f"the dot-matrix face has no {character!r}, which {what} {text!r} needs; use capitals, digits, "
                "blanks and - . / # * , : + & ( ) = $ %"
            )


def text_columns(text: str, dpi: float, style: TextStyle) -> tuple[int, ...]:
    """The line as dot columns at `dpi`, left to right, bit 0 the lowest dot; no blank columns at either end.

    Raises ConfigurationError for a character outside the face, or a resolution too coarse for five dots a character.
    """
    columns = _drawn(text, dpi, style)
    inked = [place for place, column in enumerate(columns) if column]
    return tuple(columns[inked[0] : inked[-1] + 1]) if inked else ()


def blank_columns(text: str, dpi: float, style: TextStyle) -> int:
    """How many blank columns `text_columns` leaves out before the first dot."""
    return next((place for place, column in enumerate(_drawn(text, dpi, style)) if column), 0)


@lru_cache(maxsize=64)
def _drawn(text: str, dpi: float, style: TextStyle) -> tuple[int, ...]:
    check_text(text, "the identifier line")
    across, up = style.cells(dpi)
    if min(across, up) < 1:
        raise ConfigurationError(
            f"a head of {dpi:g} dpi cannot print the identifier line {style.height} in high at {style.per_inch} "
            "characters per inch; use a finer head or a larger line"
        )
    columns = [0] * (_nearest(len(text) * CELLS, across) + 2)
    for k, character in enumerate(text):
        for row, dots in enumerate(face()[character]):
            low, high = _dot(ROWS - 1 - row, up)
            for column, dot in enumerate(dots):
                if dot == "#":
                    for place in range(*_dot(k * CELLS + column, across)):
                        columns[place] |= (1 << high) - (1 << low)
    return tuple(columns)


def turned_up(columns: tuple[int, ...], dots: int) -> tuple[int, ...]:
    """The same line turned to read upward: what was left is now low. `dots` is the line's height in dots."""
    turned = [0] * dots
    for place, column in enumerate(columns):
        for dot in range(dots):
            if column >> dot & 1:
                turned[dots - 1 - dot] |= 1 << place
    return tuple(turned)


def _dot(number: int, pitch: Fraction) -> tuple[int, int]:
    """From where to where one dot of the face reaches, in head dots; dots touch unless there are head dots to spare."""
    first, after = _nearest(number, pitch), _nearest(number + 1, pitch)
    return first, after - (after - first >= 4)


def _nearest(number: int, pitch: Fraction) -> int:
    """The head dot nearest to so many pitches, halves upward; exact, so that a device draws the same."""
    return (2 * number * pitch.numerator + pitch.denominator) // (2 * pitch.denominator)
