"""Primary numbers in every printed form (Publication 28 appendices D and E, and its own examples)."""

import pytest
from hard_directory import hard_directory
from matching_cases import ask, code

D = hard_directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("155 MAIN ST", "04801100055"),
        ("0155 MAIN ST", "04801100055"),
        ("#155 MAIN ST", "04801100055"),
        ("NO 155 MAIN ST", "04801100055"),
        ("l55 MAIN ST", "04801100055"),
        ("155MAIN ST", "04801100055"),
        ("123 1/2 MAIN ST", "04801100023"),
        ("123-1/2 MAIN ST", "04801100023"),
        ("1231/2 MAIN ST", "04801100023"),
        ("112-10 BRONX RD", "04801100210"),
        ("112 - 10 BRONX RD", "04801100210"),
        ("11210 BRONX RD", "04801100210"),
        ("112 10 BRONX RD", "04801100210"),
        ("112-10 QUEENS RD", "04801100410"),
        ("61-20 E RIVER DR", "04801101420"),
        ("842 E 1700 S", "04801100542"),
        ("842 EAST 1700 SOUTH", "04801100542"),
        ("1234 39.2 RD", "04801100634"),
        ("N6W23001 BLUEMOUND RD", "04801100701"),
        ("N6 W23001 BLUEMOUND RD", "04801100701"),
        ("N6-W23001 BLUEMOUND RD", "04801100701"),
        ("A17 LAUREL LN", "04801100817"),
        ("A-17 LAUREL LN", "04801100817"),
        ("A 17 LAUREL LN", "04801100817"),
        ("115D FERRY LN", "04801100915"),
        ("115-D FERRY LN", "04801100915"),
        ("115 D FERRY LN", "04801100915"),
        ("115 E FERRY LN", "04801100915"),
        ("437 B OAK DR", "04801100137"),
        ("437B OAK DR", "04801100137"),
    ],
)
def test_primary_numbers(text: str, expected: str) -> None:
    """Grid, hyphenated, fractional and lettered numbers; a hyphen or a joint lost where one number remains."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "11210 QUEENS RD",
        "|55 MAIN ST",
        "7 46 MAIN ST",
        "1 55 MAIN ST",
        "115 FERRY LN",
        "115G FERRY LN",
        "437 K OAK DR",
        "MAIN ST & OAK DR",
        "155 MAIN ST & OAK DR",
        "99/2 MAIN ST",
    ],
)
def test_primary_numbers_never_guessed(text: str) -> None:
    """Two numbers that the directory does not tell apart; corners are not in the file."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")
