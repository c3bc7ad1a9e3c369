"""Range rules to the letter: what is compared, every end of every kind of range, and a brute-force witness."""

import pytest

from mlocr.matching.ranges import covers, plain, swapped


@pytest.mark.parametrize(
    ("given", "compared"),
    [
        ("0000000100", "100"),
        ("100", "100"),
        ("0", "0"),
        ("000", "0"),
        ("005", "5"),
        ("05A", "5A"),
        ("00A1", "A1"),
        ("0X5", "X5"),
        ("A01", "A01"),
        ("  7  ", "7"),
        ("12  1/2", "12 1/2"),
        ("0000 1/2", "1/2"),
        ("0/2", "0/2"),
        ("0.5", "0.5"),
        ("00-145", "-145"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_what_a_number_is_compared_as(given: str, compared: str) -> None:
    assert plain(given) == compared


@pytest.mark.parametrize(
    ("low", "high", "parity", "value", "inside"),
    [
        # ends and padding of whole ranges; blanks leave the short way
        ("100", "198", "B", "99", False),
        ("100", "198", "B", "199", False),
        (" 100 ", "198", "E", "100", True),
        (" 100 ", "198", "E", "198", True),
        (" 100 ", "198", "E", "99", False),
        (" 100 ", "198", "E", "98", False),
        (" 100 ", "198", "E", "200", False),
        (" 100 ", "198", "E", "101", False),
        (" 100 ", "198", "", "101", True),
        ("100", "", "B", "100", False),
        ("", "100", "B", "100", False),
        ("100", "198", "B", " ", False),
        ("A1", "198", "B", "5", False),
        ("1", "A9", "B", "5", False),
        ("1", "A9", "B", "A5", False),
        ("5", "5", "O", "5", True),
        ("5", "5", "E", "5", False),
        # letters and fractions strictly inside
        ("100", "198", "E", "196A", True),
        ("1", "99", "B", "1 1/2", False),
        ("1", "99", "B", "2 1/2", True),
        ("1", "99", "B", "98 1/2", True),
        ("1", "99", "O", "3-1/2", True),
        ("1", "99", "B", "A5", False),
        # fractions are no ranges
        ("1/2", "1/9", "B", "1/5", False),
        ("10 1/2", "10 1/2", "B", "10 1/2", True),
        ("10 1/2", "12 1/2", "B", "11 1/2", False),
        # the number ranged: ends written with other zeros, parity, what lies outside
        ("A01", "A09", "B", "A1", True),
        ("A01", "A09", "B", "A9", True),
        ("A01", "A09", "B", "A10", False),
        ("A01", "A09", "B", "A0", False),
        ("A01", "A09", "O", "A4", False),
        ("A01", "A09", "O", "A5", True),
        ("A5", "A9", "B", "A4", False),
        ("A5", "A9", "B", "B6", False),
        ("A-1", "A-5", "B", "A-ABCDEFGHI", False),
        ("A01", "A1", "B", "A001", True),
        ("A01", "A1", "B", "A2", False),
        ("A01", "A1", "B", "B1", False),
        ("61-01", "61-99", "O", "61-15", True),
        ("61-01", "61-99", "O", "61-1", True),
        ("61-01", "61-99", "O", "61-015", False),
        ("61-1", "61-199", "B", "61-015", True),
        ("61-01", "61-99", "O", "61-115", False),
        # the letter ranged
        ("1B", "1F", "B", "1A", False),
        ("1B", "1F", "B", "1B", True),
        ("1B", "1F", "B", "1F", True),
        ("1B", "1F", "B", "1G", False),
        ("1B", "1F", "B", "1CC", False),
        ("A01B", "A01F", "B", "A1B", True),
        ("A01B", "A01F", "B", "A1F", True),
        ("A01B", "A01F", "B", "A1G", False),
        ("A01B", "A01F", "B", "A2C", False),
        ("10AB", "10AD", "B", "10AE", False),
        ("10AB", "10AD", "B", "10AA", False),
        ("10AB", "10BD", "B", "10AC", False),
        # never both, never one that is not the right-most of its kind
        ("A01B", "A04C", "B", "A1B", False),
        ("1A1", "9A1", "B", "5A1", False),
        ("1A2B", "1C2B", "B", "1B2B", False),
        ("N1W1", "N1W9", "B", "N1W5", True),
        ("N1-W1", "N1-W9", "B", "N1.W5", False),
    ],
)
def test_ends_and_kinds(low: str, high: str, parity: str, value: str, inside: bool) -> None:
    assert covers(low, high, parity, value) is inside


def test_a_brute_force_witness() -> None:
    """Small whole ranges against a list of what they hold, by the words of appendix E."""
    for low in range(4):
        for high in range(low, 6):
            for parity in ("O", "E", "B", ""):
                held = [n for n in range(low, high + 1) if parity in ("B", "") or "EO"[n % 2] == parity]
                inner = [n for n in held if low < n < high]
                for n in range(7):
                    for form, inside in ((f"{n}", n in held), (f"{n}B", n in inner), (f"{n} 1/2", n in inner)):
                        assert covers(f"{low}", f"{high}", parity, form) is inside, (low, high, parity, form)
                        assert covers(f"{low:08d}", f"{high:08d}", parity, form) is inside


@pytest.mark.parametrize(
    ("value", "turned"),
    [
        ("A7", "7A"),
        ("6B", "B6"),
        ("AB12", "12AB"),
        ("007A", "A7"),
        ("12", ""),
        ("AB", ""),
        ("B1A", ""),
        ("A-7", ""),
        ("-7", ""),
        ("A-", ""),
        ("", ""),
    ],
)
def test_letters_and_digits_swapped(value: str, turned: str) -> None:
    assert swapped(value) == turned
