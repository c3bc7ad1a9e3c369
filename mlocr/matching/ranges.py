"""Range rules of Publication 28 appendix E, for primary and secondary numbers alike."""

import re

_SEGMENTS = re.compile(r"[A-Z]+|\d+|[^A-Z0-9]+")
_FRACTION = re.compile(r"^(?:(\d+)[ -])?(\d+/\d+)([A-Z]?)$")
_PADDING = re.compile(r"^[0 ]+(?=.)")
_NUMBER_LETTER = re.compile(r"^(\d+)([A-Z])$")


def plain(value: str) -> str:
    """A number as it is compared: no padding, no leading zeros before its first digit group."""
    if value.isalnum() and value[0] != "0":
        return value
    value = " ".join(value.split())
    if value[:1] == "0":
        value = _PADDING.sub("", value)
        if not value[0].isdigit():
            value = "0" + value if value[0] in "/." else value
    return value


def _parity_ok(number: int, parity: str) -> bool:
    return parity not in ("O", "E") or (number % 2 == 1) == (parity == "O")


def covers(low: str, high: str, parity: str, value: str) -> bool:
    """Whether the range `low`-`high` with `parity` (O, E, B or blank) holds `value` (Publication 28 appendix E).

    A range without ends holds nothing: default records are the caller's business.
    """
    if low.isdecimal() and high.isdecimal() and value.isdecimal():
        return int(low) <= (number := int(value)) <= int(high) and _parity_ok(number, parity)
    low, high, value = plain(low), plain(high), plain(value)
    if not low or not high or not value:
        return False
    if low.isdigit() and high.isdigit():
        return _in_whole_range(int(low), int(high), parity, value)
    if value in (low, high):
        return True
    return _in_mixed_range(low, high, parity, value)


def _in_whole_range(low: int, high: int, parity: str, value: str) -> bool:
    if value.isdigit():
        return low <= int(value) <= high and _parity_ok(int(value), parity)
    letter = _NUMBER_LETTER.match(value)
    fraction = _FRACTION.match(value)
    # A trailing letter or a fraction belongs strictly inside (102B in 100-198; 98A, 198A out; 1/2 alone out).
    whole = letter.group(1) if letter else fraction.group(1) if fraction else None
    if whole is None:
        return False
    return low < int(whole) < high and _parity_ok(int(whole), parity)


def _kinds(segments: list[str]) -> list[str]:
    # Letter counts may not grow, digit counts may: the kind of letters holds their number.
    return ["9" if s.isdigit() else f"A{len(s)}" if s.isalpha() else s for s in segments]


def _same(first: str, second: str) -> bool:
    return int(first) == int(second) if first.isdigit() and second.isdigit() else first == second


def _in_mixed_range(low: str, high: str, parity: str, value: str) -> bool:
    if "/" in low or "/" in high or "/" in value:
        return False
    ends = [_SEGMENTS.findall(low), _SEGMENTS.findall(high)]
    parts = _SEGMENTS.findall(value)
    if not _kinds(ends[0]) == _kinds(ends[1]) == _kinds(parts):
        return False
    ranged = [i for i, (a, b) in enumerate(zip(*ends, strict=True)) if not _same(a, b)]
    if len(ranged) != 1:
        # Either the number or the letter is ranged, never both; no difference is a range of one.
        return not ranged and all(_same(a, p) for a, p in zip(ends[0], parts, strict=True))
    at = ranged[0]
    if not all(_same(ends[0][i], parts[i]) for i in range(len(parts)) if i != at):
        return False
    return _in_segment(ends[0], ends[1][at], parts[at], at, parity)


def _in_segment(low: list[str], high: str, value: str, at: int, parity: str) -> bool:
    kind_is_digit = low[at].isdigit()
    if any(s.isdigit() if kind_is_digit else s.isalpha() for s in low[at + 1 :]):
        return False  # only the right-most number (grid) or the last letter group is ranged
    if kind_is_digit:
        if value[0] == "0" and len(value) > len(high):
            return False  # 61-015 is no 61-15 (*ours*): where zeros count, their number counts too
        return int(low[at]) <= int(value) <= int(high) and _parity_ok(int(value), parity)
    # Of several letters only the last is ranged (10AB-10AD); letter ranges are always BOTH.
    return low[at][:-1] == high[:-1] == value[:-1] and low[at][-1] <= value[-1] <= high[-1]


def swapped(value: str) -> str:
    """A7 as 7A and 6B as B6 (CASS letter, pattern differences); empty where the value has another form."""
    parts = _SEGMENTS.findall(plain(value))
    if len(parts) == 2 and {parts[0].isdigit(), parts[1].isdigit()} == {True, False} and "".join(parts).isalnum():
        return str(parts[1] + parts[0])
    return ""
