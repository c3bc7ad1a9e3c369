"""Number ranges and delivery points reckoned anew, apart from the matcher's own, so that one can convict the other.

Only what the synthetic files need: Publication 28 appendix E ranges, the eight rules of the CASS letter for highrise
records, and the last two digits of the primary number for all others.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"(\d+)(?:([A-Z])| (\d+/\d+))?")
_TABLE = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*range(1, 10), 0, *range(21, 31), *range(41, 47)), strict=True))


def bare(number: str) -> str:
    """A directory number without its filling zeros."""
    value = number.strip()
    stripped = value.lstrip("0")
    if value and not stripped:
        return "0"
    return "0" + stripped if stripped[:1] in ("/", ".") else stripped


def within(low: str, high: str, parity: str, number: str) -> bool:
    """Whether a range holds a number (Publication 28 appendix E)."""
    low, high = bare(low), bare(high)
    if not low or not high or not number:
        return False
    if low.isdigit() and high.isdigit():
        return _in_whole(int(low), int(high), parity, number)
    if number in (low, high):
        return True
    return _in_mixed(low, high, parity, number)


def _in_mixed(low: str, high: str, parity: str, number: str) -> bool:
    head, at, top = _ranged_part(low, high)
    if at is None or top is None or not number.startswith(head) or not number.endswith(at[1]):
        return False
    middle = number[len(head) : len(number) - len(at[1])]
    if at[0].isdigit():
        return middle.isdigit() and int(at[0]) <= int(middle) <= int(top) and _parity(int(middle), parity)
    return len(middle) == 1 and at[0] <= middle <= top


def _parity(number: int, parity: str) -> bool:
    return parity not in ("O", "E") or number % 2 == (parity == "O")


def _in_whole(low: int, high: int, parity: str, number: str) -> bool:
    found = _WHOLE.fullmatch(number)
    if found is None:
        return False
    value = int(found[1])
    strict = bool(found[2] or found[3])
    inside = low < value < high if strict else low <= value <= high
    return inside and _parity(value, parity)


def _ranged_part(low: str, high: str) -> tuple[str, tuple[str, str] | None, str | None]:
    """Common head, (low part, common tail), high part, where one number or one letter alone is ranged."""
    parts = [re.findall(r"\d+|[A-Z]|[^A-Z0-9]", text) for text in (low, high)]
    if len(parts[0]) != len(parts[1]):
        return "", None, None
    different = [i for i, (a, b) in enumerate(zip(*parts, strict=True)) if a != b]
    if len(different) != 1:
        return "", None, None
    at = different[0]
    a, b = parts[0][at], parts[1][at]
    if a.isdigit() != b.isdigit():
        return "", None, None
    return "".join(parts[0][:at]), (a, "".join(parts[0][at + 1 :])), b


def primary_point(number: str) -> str:
    """Delivery point of any record but a highrise's: last two digits of the right-most whole number, 99 without one.

    Right-most for hyphens and grids, fraction dropped, is not published: the default of `unpublished_dpc`.
    """
    whole = re.sub(r"(^| |-)\d+/\d+[A-Z]?$", "", number)
    whole = re.sub(r"(?<=\d)\.\d+", "", whole)
    digits = re.findall(r"\d+", whole)
    return digits[-1][-2:].zfill(2) if digits else "99"


def highrise_point(unit: str) -> str:
    """Delivery point of a highrise record whose range holds `unit` (CASS letter rules 1 to 5 and 8)."""
    value = re.sub(r" ?\d+/\d+[A-Z]?$", "", unit).replace("-", "").replace(".", "")
    if not value:
        return "00"
    if value.isdigit():
        upper, lower = int(value) // 100 % 100, int(value) % 100
        return f"{lower:02d}" if upper == 0 else f"{upper % 4 * 25 + lower % 25:02d}"
    letters, digits = re.findall("[A-Z]", value), re.findall("[0-9]", value)
    if not digits:
        return str(72 + ord(letters[-1]) - 64)
    if value[-1].isalpha():
        return f"{(_TABLE[letters[-1]] + 10 * int(digits[-1])) % 100:02d}"
    return f"{(10 * _TABLE[letters[0]] + int(digits[-1])) % 100:02d}"
