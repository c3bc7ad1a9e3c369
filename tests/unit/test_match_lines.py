"""Lines that are no part of the address, or hold a part of it (Publication 28 section 22; DMM 602 3.0; DMM 708)."""

import pytest
from hard_directory import hard_directory
from matching_cases import ask, code

D = hard_directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("***** AUTO 5-DIGIT 04801 / J DOE / 11 TOWER RD", "04801200099"),
        ("*****ECRLOT**C-001 / J DOE / 11 TOWER RD", "04801200099"),
        ("****CAR-RT SORT**C-021 / J DOE / 11 TOWER RD", "04801200099"),
        ("LOT 0123A**C-001 / J DOE / 11 TOWER RD", "04801200099"),
        ("#BXNKDMP / J DOE / 11 TOWER RD", "04801200099"),
        ("#BXNKDMP#JD12345# / J DOE / 11 TOWER RD", "04801200099"),
        ("#BXNKDMP #938494# 333 / J DOE / 11 TOWER RD", "04801200099"),
        ("C-001 / J DOE / 11 TOWER RD", "04801200099"),
        ("T12 P1 0012345 / J DOE / 11 TOWER RD", "04801200099"),
        ("0012345 01 AB 0.416 / J DOE / 11 TOWER RD", "04801200099"),
        ("RETURN SERVICE REQUESTED / J DOE / 11 TOWER RD", "04801200099"),
        ("NOV 22 2026 / J DOE / 11 TOWER RD", "04801200099"),
        ("11/22/2026 / J DOE / 11 TOWER RD", "04801200099"),
        ("AMOUNT DUE 12.50 / J DOE / 11 TOWER RD", "04801200099"),
        ("J DOE / (207) 555-1234 / 11 TOWER RD", "04801200099"),
        ("J DOE / TEL 207 555 1234 / 11 TOWER RD", "04801200099"),
        ("J DOE / 11/22/2026 / 11 TOWER RD", "04801200099"),
        ("J DOE / ACCT 1234567 / 11 TOWER RD", "04801200099"),
        ("J DOE / C/O M SMITH / 11 TOWER RD", "04801200099"),
        ("J DOE / MAIL STOP 44 / 11 TOWER RD", "04801200099"),
        ("J DOE / MS 7459 / 11 TOWER RD", "04801200099"),
        ("J DOE / ATTN BOB SMITH / 11 TOWER RD", "04801200099"),
        ("J DOE / 155 MAIN ST / 207-555-1234", "04801100055"),
        ("J DOE / 155 MAIN ST / C-001", "04801100055"),
        ("J DOE / 155 MAIN ST / MAIL STOP 44", "04801100055"),
        ("J DOE / 155 MAIN ST / ATTN BOB", "04801100055"),
        ("J DOE / 155 MAIN ST / ATTN: BILLING DEPT 5", "04801100055"),
        ("J DOE / 155 MAIN ST / 11/22/2026", "04801100055"),
        ("J DOE / 155 MAIN ST / MSC 1234", "04801100055"),
    ],
)
def test_lines_that_are_passed_over(text: str, expected: str) -> None:
    """Endorsements, keylines, carrier routes, telephone numbers, dates, accounts, attention and mail-stop lines."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "J DOE / 155 MAIN ST / HOLD UNTIL 5PM",
        "J DOE / 155 MAIN ST / 12 RIDGE",
        "J DOE / 11 TOWER RD / 207-555",
    ],
)
def test_lines_that_are_passed_over_never_guessed(text: str) -> None:
    """A line between street and last line that nobody understands may be the address."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JAMES JONES OR CURRENT RESIDENT / 11 TOWER RD", "04801200099"),
        ("POSTAL CUSTOMER / 11 TOWER RD", "04801200099"),
        ("OCCUPANT / 11 TOWER RD", "04801200099"),
        ("J DOE / OR CURRENT OCCUPANT / 11 TOWER RD", "04801200099"),
        ("11 TOWER RD / OCCUPANT", "04801200099"),
        ("RESIDENT / 11 TOWER RD APT 5", "04801200105"),
        ("OCCUPANT APT 5 / 11 TOWER RD", "04801200105"),
        ("APT 5 OCCUPANT / 11 TOWER RD", "04801200105"),
    ],
)
def test_occupant_lines(text: str, expected: str) -> None:
    """Occupant and exceptional addresses (DMM 602 3.0); a unit on the occupant line is the unit."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "OCCUPANT APTS 12 / 11 TOWER RD",
        "POSTAL CUSTOMER",
    ],
)
def test_occupant_lines_never_guessed(text: str) -> None:
    """A unit on the occupant line that cannot be read is no absent one."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")
