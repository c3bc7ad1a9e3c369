"""A ZIP Code that city, state and address speak against together: another state's, or nobody's but near one of several.

Larkmead VT has 05301 and 05302, Dunmore OH 44801; the streets of one name have other numbers in each.
"""

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask, ask_lines, code

from mlocr.mail.address import TextLine


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.city("05302", "LARKMEAD", "VT", finance="490100")
    d.city("05711", "OTHERLEIGH", "VT", finance="490300")
    d.city("44801", "DUNMORE", "OH", finance="380100")
    d.city("44802", "LARKMEAD", "OH", finance="380200")
    for zip5, street, span, addon in (
        ("05301", "|FENNEL|ST|", "1~99~B", "1001"),
        ("05301", "|TURNSTILE|RD|", "1~99~B", "1002"),
        ("05302", "|TURNSTILE|RD|", "1~99~B", "2001"),
        ("05302", "|PILGRIM|CT|", "1~99~B", "2002"),
        ("05711", "|FENNEL|ST|", "200~299~B", "5001"),
        ("44801", "|FENNEL|ST|", "200~299~B", "4001"),
        ("44801", "|PILGRIM|CT|", "1~99~B", "4002"),
        ("44802", "|FENNEL|ST|", "200~299~B", "4003"),
    ):
        d.row(zip5, "S", street, span, addon)
    return d


D = _directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 FENNEL ST / LARKMEAD VT 44801", "05301100124"),  # FENNEL ST of Dunmore has no 24
        ("24 PILGRIM CT / LARKMEAD VT 44801", ""),  # Dunmore has it too
        ("24 TURNSTILE RD / LARKMEAD VT 44801", ""),  # in two of the city's ZIP Codes
        ("24 FENNEL ST / LARKMEAD VT 44802", ""),  # Ohio has a Larkmead of its own
        ("24 FENNEL ST / LARKMEAD VT 05711", ""),  # of the same state: the city may be wrong as well as the number
        ("24 FENNEL ST / LARKMAED VT 44801", ""),  # the city is damaged too
        ("24 FENEL ST / LARKMEAD VT 44801", ""),  # the street is damaged too
        ("24 FENNEL ST / LARKMEAD 44801", ""),  # no state
        # of two ZIP Codes that have the address, the one a slip away
        ("24 TURNSTILE RD / LARKMEAD VT 95301", "05301100224"),
        ("24 TURNSTILE RD / LARKMEAD VT 03502", "05302200124"),
        ("24 TURNSTILE RD / LARKMEAD VT 05303", ""),  # both are
        ("24 TURNSTILE RD / LARKMEAD VT 95399", ""),  # none is
    ],
)
def test_city_state_and_address_against_the_zip_code(text: str, expected: str) -> None:
    match = ask(text, D)
    assert code(match) == expected, [(line.rule, line.said) for line in match.trace]
    assert "A" in match.footnotes or not expected


def test_only_what_was_typed_speaks_against_a_zip_code_of_another_state() -> None:
    lines = (TextLine("24 FENNEL ST", 0.99), TextLine("LARKMEAD VT 44801", 0.99))
    assert code(ask_lines(*lines, directory=D)) == ""


@pytest.mark.parametrize(
    ("plus4", "expected"),
    [("1002", "05301100224"), ("", "05301100224"), ("9876", "05301100224"), ("2001", "")],
)
def test_a_plus4_of_the_same_address_in_a_sister_is_no_old_one(plus4: str, expected: str) -> None:
    """24 TURNSTILE RD is in 05301 and 05302: the ZIP Code may be wrong, or the +4."""
    assert code(ask(f"24 TURNSTILE RD / LARKMEAD VT 05301-{plus4}".rstrip("-"), D)) == expected
