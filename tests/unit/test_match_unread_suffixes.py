"""A last word that is no suffix but a slip for one, behind exactly a street's name."""

import pytest
from fake_directory import FakeDirectory
from matching_cases import ask, code


def _directory() -> FakeDirectory:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.row("05301", "S", "|BIRCHARD|ST|", "1~99~B", "1001")
    d.row("05301", "S", "|SPRING VALLEY|DR|", "1~99~B", "1002")
    d.row("05301", "S", "S|TEMPLE|CIR|", "1~99~B", "1003")
    d.row("05301", "S", "|LAMBERT|CT|", "1~49~B", "1004")
    d.row("05301", "S", "|LAMBERT|CIR|", "1~99~B", "1005")
    d.row("05301", "S", "|FALLOW|ST|", "1~99~B", "1006")
    d.row("05301", "S", "|FALLOW|CT|", "1~99~B", "1007")
    d.row("05301", "S", "|PRESCOTT|AVE|", "1~99~B", "1008")
    d.row("05301", "S", "|PRESCOTT|AVE|W", "1~99~B", "1009")
    d.row("05301", "S", "|ORMSBY|ST|", "1~99~B", "1010")
    d.row("05301", "H", "|ORMSBY|ST|", "30~30~E", "1011")
    d.row("05301", "H", "|ORMSBY|ST|", "30~30~E", "1012", unit="APT:A~F")
    d.row("05301", "S", "|HARLOW|LN|", "1~99~B", "1013")
    d.row("05301", "S", "|HARLOW LARE|RD|", "1~99~B", "1014")
    d.row("05301", "S", "|QUARRY|ST|", "1~99~B", "1015")
    d.row("05301", "S", "|QUARRY|ST|S", "1~99~B", "1016")
    d.row("05301", "S", "|MADDOX|AVE|W", "1~99~B", "1017")
    d.row("05301", "S", "|KENDRICK|TPKE|", "1~99~B", "1019")
    d.row("05301", "S", "|US HIGHWAY 40||", "1~99~B", "1020")
    d.row("05301", "H", "|ORMSBY|ST|", "40~40~E", "1022")
    d.row("05301", "H", "|ORMSBY|ST|", "40~40~E", "1023", unit="APT:101~199")
    return d


D = _directory()


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("24 BIRCHARD TS", "05301100124"),
        ("24 BIRCHARD SRT", "05301100124"),
        ("24 BIRCHARD SRTT", "05301100124"),
        ("24 SPRING VALLEY DVR", "05301100224"),
        ("24 S TEMPLE IRC", "05301100324"),
        ("24 ORMSBY SST", "05301101024"),
        # negative twins
        ("24 BIRCHARD QQ", "05301"),  # a slip for no suffix
        ("24 BIRCHART TS", "05301"),  # the name is damaged as well
        ("124 BIRCHARD TS", "05301"),
        ("24 TEMPLE IRC", "05301"),  # the directional is missing as well
        ("24 LAMBERT CT", "05301100424"),
        ("60 LAMBERT CT", "05301"),  # a suffix of its own, its street without the number
        ("24 FALLOW SCT", "05301"),  # a slip for ST and for CT
        ("24 PRESCOTT AVEW", "05301100924"),  # a directional run in
        ("24 PRESCOTT AVEE", "05301"),  # AVE, or AVE E, which is not AVE W
        ("30 ORMSBY STB", "05301"),  # the A may be the apartment
        ("30 ORMSBY STA", "05301"),  # STA is a suffix, but not the street's
        ("30 ORMSBY STE", "05301"),  # a suite without its number
        ("24 HARLOW LARE", "05301"),  # a word of a street of this ZIP Code
    ],
)
def test_a_suffix_that_can_hardly_be_read(street: str, expected: str) -> None:
    assert code(ask(street + " / LARKMEAD VT 05301", D)) == expected


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("24 BIRCHARD S T", "05301100124"),
        ("24 QUARRY S T", "05301"),  # QUARRY ST, or unit T of QUARRY ST S
        ("30 ORMSBY S T", "05301"),  # the T may be the apartment
        ("24 MADDOX AVE VV", "05301101724"),
        ("24 MADDOX AVE VX", "05301"),
        ("24 KENDRICKTPKE", "05301101924"),
        ("24 KENDRICTPKE", "05301"),
        ("24US HIGHWAY 40", "05301102024"),
        ("40 ORMSBY STAPT 105", "053011023"),
        ("40 ORMSBY STUNIT 105", "053011023"),
        ("40 ORMSBY STAPT 999", "05301"),  # a damaged line and a unit in no range
        ("40 ORMSBY STOPT 105", "05301"),
    ],
)
def test_what_ran_together_or_was_torn(street: str, expected: str) -> None:
    given = code(ask(street + " / LARKMEAD VT 05301", D))
    assert given[: len(expected)] == expected and (len(expected) > 5 or given == expected)


def test_the_correction_says_so() -> None:
    match = ask("24 BIRCHARD TS / LARKMEAD VT 05301", D)
    assert match.delivery_line == "24 BIRCHARD ST"
    assert "L" in match.footnotes


@pytest.mark.parametrize(
    ("suffix", "addon"), [("C1R", "2001"), ("DR", "2002"), ("CIR", "2001"), ("D R", "2002"), ("CLR", "")]
)
def test_a_circle_is_no_drive(suffix: str, addon: str) -> None:
    """C1R is CIR with a digit in it; CLR may be CIR, or DR with its D torn in two."""
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.row("05301", "S", "|PRESCOTT|CIR|", "1~99~B", "2001")
    d.row("05301", "S", "|PRESCOTT|DR|", "1~99~B", "2002")
    assert code(ask(f"24 PRESCOTT {suffix} / LARKMEAD VT 05301", d))[5:9] == addon


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RR 1 BO X 24", "05301401024"),
        ("RR 1 B OX 24", "05301401024"),
        ("PO BO X 24", "05301300024"),
        ("B OX 24", "05301300024"),
        ("RR 1 BO 24", "05301"),
        ("24 HIDDEN VALLEYCT", "05301"),  # or N HIDDEN VALLEY CT
        ("24 N HIDDEN VALLEYCT", "05301200224"),
        ("24 BACK CHURCHALY", "05301200324"),
        ("24 BACK CHURCHILLALY", "05301"),
        ("24 QUARRY TP KE NW", "05301200424"),
        ("24 QUARRY TP KE", "05301"),  # the directional is missing as well
    ],
)
def test_torn_and_joined_words(line: str, expected: str) -> None:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    for at, street in enumerate(
        ("|HIDDEN VALLEY|CT|", "N|HIDDEN VALLEY|CT|", "|BACK CHURCH|ALY|", "|QUARRY|TPKE|NW"), 1
    ):
        d.row("05301", "S", street, "1~99~B", f"20{at:02}")
    d.row("05301", "S", "|QUARRY|TPKE|SE", "1~99~B", "2009")
    d.row("05301", "P", "PO BOX", "1~99~B", "3000")
    d.row("05301", "R", "RR 1", "1~99~B", "4010")
    assert code(ask(line + " / LARKMEAD VT 05301", d)) == expected


def test_a_name_that_ends_like_a_unit_is_no_unit() -> None:
    d = FakeDirectory()
    d.city("05301", "LARKMEAD", "VT", finance="490100")
    d.row("05301", "H", "|RIVERSIDE|DR|", "24~24~E", "2001")
    d.row("05301", "H", "|RIVERSIDE|DR|", "24~24~E", "2002", unit="APT:1~9")
    assert code(ask("24 RIVERSIDE / LARKMEAD VT 05301", d)) == "05301200199"
    assert code(ask("24 RIVERSIDE DRREAR / LARKMEAD VT 05301", d)) == "05301"
