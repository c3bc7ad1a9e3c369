"""Range rules of Publication 28 appendix E, and add-ons of ranges."""

import pytest
from fake_directory import FakeDirectory

from mlocr.matching.addon import addon_for
from mlocr.matching.ranges import covers, swapped

INSIDE = [
    ("100", "198", "E", "102"),
    ("100", "198", "E", "100"),
    ("100", "198", "E", "198"),
    ("0000000100", "0000000198", "E", "0102"),
    ("100", "198", "E", "102B"),
    ("1", "99", "O", "13 1/2"),
    ("99 1/2", "99 1/2", "B", "99 1/2"),
    ("10A", "20A", "B", "15A"),
    ("90A", "101A", "B", "100A"),
    ("1A", "4A", "B", "2A"),
    ("1A", "1F", "B", "1E"),
    ("10AB", "10AD", "B", "10AC"),
    ("2A", "10A", "B", "3A"),
    ("2A", "10A", "B", "6A"),
    ("115C", "115F", "B", "115D"),
    ("N18W22604", "N18W22698", "E", "N18W22604"),
    ("N18W22604", "N18W22698", "E", "N18W22650"),
    ("6W220", "6W298", "E", "6W250"),
    ("112-01", "112-99", "B", "112-10"),
    ("39.1", "39.9", "B", "39.2"),
    ("B20", "B99", "B", "B25"),
    ("A101", "A110", "B", "A105"),
    ("PH", "PH", "B", "PH"),
]
OUTSIDE = [
    ("100", "198", "E", "103"),
    ("100", "198", "E", "98A"),
    ("100", "198", "E", "198A"),
    ("100", "198", "E", "100A"),
    ("100", "198", "E", "158AA"),
    ("100", "198", "E", "103B"),
    ("1", "99", "O", "99 1/2"),
    ("1", "99", "O", "1/2"),
    ("1", "99", "O", "12 1/2"),
    ("10", "20A", "B", "15"),
    ("10A", "20A", "B", "15"),
    ("A101", "AB101", "B", "A101B"),
    ("1A", "4A", "B", "2B"),
    ("1A", "4C", "B", "2B"),
    ("2A", "10A", "B", "4B"),
    ("2A", "10A", "B", "10B"),
    ("2A", "10A", "E", "3A"),
    ("10AB", "10AD", "B", "10BC"),
    ("N18W22604", "N18W22698", "E", "N19W22650"),
    ("N18W22604", "N19W22604", "B", "N18W22605"),
    ("112-01", "112-99", "B", "113-10"),
    ("112-01", "112-99", "B", "11210"),
    ("B20", "B99", "B", "C25"),
    ("", "", "B", "5"),
    ("", "", "B", ""),
    ("1", "99", "B", ""),
]


@pytest.mark.parametrize(("low", "high", "parity", "value"), INSIDE)
def test_inside(low: str, high: str, parity: str, value: str) -> None:
    assert covers(low, high, parity, value)


@pytest.mark.parametrize(("low", "high", "parity", "value"), OUTSIDE)
def test_outside(low: str, high: str, parity: str, value: str) -> None:
    assert not covers(low, high, parity, value)


def test_swap_is_for_one_letter_group_and_one_number() -> None:
    assert [swapped(v) for v in ("A7", "6B", "12", "B1A", "A-7")] == ["7A", "B6", "", "", ""]


@pytest.mark.parametrize(
    ("kind", "span", "addon", "box", "expected"),
    [
        ("P", "201~216~B", "0201-0216", "205", "0205"),
        ("P", "201~216~B", "0300-0315", "216", "0315"),
        ("P", "201~216~B", "0201-0217", "205", ""),
        ("P", "201~216~B", "0300", "205", "0300"),
        ("P", "201~216~B", "02ND", "205", ""),
        ("P", "201~216~B", "0201-0216", "217", ""),
        ("S", "201~216~B", "0201-0216", "205", ""),
        ("S", "201~216~B", "0000", "205", ""),
        ("G", "", "9999", "", "9999"),
    ],
)
def test_addon_of_a_range(kind: str, span: str, addon: str, box: str, expected: str) -> None:
    record = FakeDirectory().row("04903", kind, "PO BOX", span, addon)
    assert addon_for(record, box) == expected
