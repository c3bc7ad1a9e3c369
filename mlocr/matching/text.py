"""Plain text work: one normal form for printed lines, and folds that bring look-alike characters together."""

import re
import unicodedata
from functools import lru_cache
from string import ascii_uppercase, digits

_NORMAL = re.compile(r"[A-Z0-9]+(?: [A-Z0-9]+)*")  # for speed: such a text stays as it is
_INITIALS = re.compile(r"(?<![A-Z0-9])([A-Z])\.\s?(?=[A-Z]\.)")
_PO_POINTS = re.compile(r"(?<![A-Z0-9])P\s?\.\s?0\s?\.")
# A point before a digit, or between a digit and what follows, is damage; behind words (APT.5) and at the end it is not.
_DAMAGE = re.compile(r"(?<=\d)\.+(?=\s*[^\s.])|(?<![^\s#,-])\.(?=\d|[A-Z](?![A-Z]))")
_ENDING_POINT = re.compile(r"\d\s?[.|]\W*$")
_DIGIT_L = re.compile(r"(?<![^\W\dlo])[\dlo]+(?![^\W\d])")
_DROPPED = str.maketrans({"'": "", "`": "", "’": "", "‘": "", "´": ""})
_SPACED = re.compile(r"[^A-Z0-9#/&.\-* ]+")
_LAST_STROKE = re.compile(r"\|\W*$")
_FIRST_STROKE = re.compile(r"^\s*\|(?=\d)")
_STROKE = re.compile(r"(?<=[^\W_])\|(?=[^\W_])|(?<=[\s#-])\|(?=\d)|(?<=\d)\|")
_LONGEST = 400
_KEPT = frozenset(ascii_uppercase + digits + "#/&.-* ")
_ASCII = {code: chr(code) if chr(code) in _KEPT else " " for code in range(128)}
_FRACTION_GAP = re.compile(r"(?<=\d)\s*/\s*(?=\d)")

_LOOKALIKE = str.maketrans({"0": "O", "1": "I", "L": "I", "5": "S", "8": "B", "2": "Z", "6": "G", "Q": "O", "|": "I"})
_FOLDED = _LOOKALIKE | {ord(" "): None, ord("-"): None}
_DIGITS = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2", "G": "6", "|": "1"}
)
_LETTERS = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z", "6": "G", "|": "I"})
REPAIRABLE = frozenset("OQDILSBZG|")


def normal(text: str) -> str:
    """Upper case, no accents, no punctuation but # / & - and points that touch digits; single spaces.

    Stars stay: they mark endorsement lines. Points beside digits stay where they may be an unreadable character
    (2.ST, .53, 53. ELM): a token with one is no number. An upright stroke beside a letter or digit is an I, which may
    be a 1; before a line's first digit, or behind its last, it may be a frame as well. Lower-case l and o among digits
    of a line that has capitals are digits (*ours*).
    """
    if _NORMAL.fullmatch(text) and len(text) <= _LONGEST:
        return text
    plain = text[:_LONGEST]
    if "|" in plain:
        plain = _STROKE.sub("I", _FIRST_STROKE.sub(".", _LAST_STROKE.sub("", plain)))
    if plain.isascii():
        if not plain.isupper():
            if ("l" in plain or "o" in plain) and plain != plain.lower():
                plain = _DIGIT_L.sub(_small_digits, plain)
            plain = plain.upper()
        if "'" in plain or "`" in plain:
            plain = plain.translate(_DROPPED)
        plain = _spaced(plain).translate(_ASCII)
    else:
        plain = _SPACED.sub(" ", _spaced(_plain_letters(plain)))
    if "." in plain:
        plain = _DAMAGE.sub("\x00", plain).replace(".", " ").replace("\x00", ".")
    return " ".join(plain.replace("#", " # ").split())


def _spaced(text: str) -> str:
    """Initials and fractions drawn together: P. O. as PO, 1 / 2 as 1/2."""
    if "." in text:
        text = _INITIALS.sub(r"\1", _PO_POINTS.sub("PO ", text))
    return _FRACTION_GAP.sub("/", text) if "/" in text else text


def _plain_letters(text: str) -> str:
    """Upper case without accents, with the dashes and quotes of ASCII."""
    plain = unicodedata.normalize("NFKD", text)
    if any(c.isupper() for c in plain):
        plain = _DIGIT_L.sub(_small_digits, plain)
    plain = "".join(c for c in plain.upper() if not unicodedata.combining(c)).translate(_DROPPED)
    return plain.replace("½", " 1/2 ").replace("⁄", "/").replace("–", "-").replace("—", "-")


def ends_in_point(text: str) -> bool:
    """Whether a line's last number is followed by a point, which may be one more digit that could not be read."""
    return ("." in text or "|" in text) and _ENDING_POINT.search(text) is not None


def _small_digits(found: re.Match[str]) -> str:
    word = found[0]
    return word.replace("l", "1").replace("o", "0") if any(c.isdigit() for c in word) else word


def tokens(text: str) -> tuple[str, ...]:
    """The words of a normal line, stray hyphens, slashes and stars dropped."""
    if "-" not in text and "/" not in text and "*" not in text:
        return tuple(text.split())
    found = (t.strip("-/*") for t in text.split())
    return tuple(t for t in found if t)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Look-alikes brought together and spaces dropped: 0/O, 1/I/L, 5/S, 8/B, 2/Z, 6/G, RN/M, CL/D, VV/W."""
    bare = text.translate(_FOLDED)
    return bare.replace("RN", "M").replace("CI", "D").replace("VV", "W")


def same_length_fold(text: str) -> str:
    """Look-alikes of one character brought together: 0/O, 1/I/L, 5/S, 8/B, 2/Z, 6/G."""
    return text.translate(_LOOKALIKE)


def lettered(word: str) -> str:
    """A word with look-alike digits read as letters, where it is a word at all (P0RTLAND); else as it is."""
    if word.isalpha() or sum(c.isalpha() for c in word) < 2:
        return word
    read = word.translate(_LETTERS)
    return read if read.isalpha() else word


def ending_read(number: str) -> str:
    """A number whose last letter is A or G read as 4 or 6 (437A as 4374); empty for any other."""
    ending = {"A": "4", "G": "6"}.get(number[-1:], "")
    return number[:-1] + ending if ending and number[:-1].isdigit() else ""


def digits_of(token: str) -> str:
    """The token with look-alike letters read as digits; empty where other characters remain.

    Only for tokens with at least as many digits as letters (O->0, I and L->1, S->5, B->8, Z->2, G->6).
    """
    letters = sum(c.isalpha() or c == "|" for c in token)
    if letters * 2 > len(token):
        return ""
    read = token.translate(_DIGITS)
    return read if read.isascii() and read.isdigit() else ""
