"""PO boxes, routes, general delivery and military units in every printed form (Publication 28 sections 24 to 28)."""

import pytest
from hard_directory import hard_directory
from matching_cases import ask, code

D = hard_directory()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO BOX 145", "04801300045"),
        ("P.O. BOX 145", "04801300045"),
        ("P.O.BOX 145", "04801300045"),
        ("P O BOX 145", "04801300045"),
        ("POST OFFICE BOX 145", "04801300045"),
        ("POST OFC BOX 145", "04801300045"),
        ("POSTAL BOX 145", "04801300045"),
        ("POST BOX 145", "04801300045"),
        ("POB 145", "04801300045"),
        ("BOX 145", "04801300045"),
        ("BX 145", "04801300045"),
        ("PO BX 145", "04801300045"),
        ("POBOX 145", "04801300045"),
        ("PO 145", "04801300045"),
        ("PO DRAWER 145", "04801300045"),
        ("PO DRAWER NO 145", "04801300045"),
        ("DRAWER 145", "04801300045"),
        ("CALLER 145", "04801300045"),
        ("CALLER SERVICE 145", "04801300045"),
        ("CALLER NO # 145", "04801300045"),
        ("CALLER BOX 145", "04801300045"),
        ("FIRM CALLER 145", "04801300045"),
        ("PO CALLER 145", "04801300045"),
        ("LOCKBOX 145", "04801300045"),
        ("LOCK BOX 145", "04801300045"),
        ("PO LOCKBOX 145", "04801300045"),
        ("BIN 145", "04801300045"),
        ("PO BIN 145", "04801300045"),
        ("PO BOX NO 145", "04801300045"),
        ("PO BOX # 145", "04801300045"),
        ("PO BOX NUMBER 145", "04801300045"),
        ("PO BOX DRAWER 145", "04801300045"),
        ("P0 B0X 145", "04801300045"),
        ("PO B0X 145", "04801300045"),
        ("PO 8OX 145", "04801300045"),
        ("P0BOX 145", "04801300045"),
        ("PO BXO 145", "04801300045"),
        ("PO BOX145", "04801300045"),
        ("PO BOX G", "04801300299"),
    ],
)
def test_a_po_box_by_any_name(text: str, expected: str) -> None:
    """Caller service, drawers, bins and lockboxes are PO boxes; look-alike letters in the words."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO BOX 00145", "04801300445"),
        ("PO BOX 00999", "04801300099"),
        ("PO BOX 145", "04801300045"),
        ("PO BOX 159753 PMB 3571", "04801300353"),
        ("PO BOX 159753 # 3571", "04801300353"),
        ("PMB 3571 / PO BOX 159753", "04801300353"),
        ("PO BOX 1066 437 OAK DR", "04801300166"),
        ("437 OAK DR PO BOX 1066", "04801300166"),
        ("437 OAK DR / PO BOX 1066", "04801300166"),
        ("PO BOX 1066 / 437 OAK DR", "04801100137"),
        ("ACME WIDGETS INC / PO BOX 1100", "04801300500"),
    ],
)
def test_po_box_numbers(text: str, expected: str) -> None:
    """Leading zeros, private mailboxes, a street on the same line or beside it (DMM 602 2.1)."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "PO BOX 1 45",
        "PO BOX I 45",
        "PO BOXI 45",
        "PO BOX 145 -A",
        "PO BOX 14 & 15",
        "PO BOX 0145",
        "JOE DOE / PO BOX 1100",
        "PO BOX 1066 437",
        "PO BOX 5000",
    ],
)
def test_po_box_numbers_never_guessed(text: str) -> None:
    """Two numbers, or zeros that two records may mean."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RR 1 BOX 12", "04801310012"),
        ("RR1 BOX 12", "04801310012"),
        ("RR1BOX12", "04801310012"),
        ("R.R. 1 BOX 12", "04801310012"),
        ("R R 1 BOX 12", "04801310012"),
        ("RR 1, BOX 12", "04801310012"),
        ("RR 01 BOX 012", "04801310012"),
        ("RR #1 BOX #12", "04801310012"),
        ("RR NO 1 BOX NO 12", "04801310012"),
        ("RR 1 # 12", "04801310012"),
        ("RR 1 BOX 12 # 596", "04801310012"),
        ("RTE 1 BOX 12", "04801310012"),
        ("RT 1 BOX 12", "04801310012"),
        ("ROUTE 1 BOX 12", "04801310012"),
        ("RURAL ROUTE 1 BOX 12", "04801310012"),
        ("RURAL RTE 1 BOX 12", "04801310012"),
        ("RURAL DELIVERY 1 BOX 12", "04801310012"),
        ("RFD 1 BOX 12", "04801310012"),
        ("R F D 1 BOX 12", "04801310012"),
        ("RFD ROUTE 1 BOX 12", "04801310012"),
        ("R.D. 1 BOX 12", "04801310012"),
        ("RD 1 BOX 12", "04801310012"),
        ("R 1 BOX 12", "04801310012"),
        ("BOX 12 RR 1", "04801310012"),
        ("RR I BOX 12", "04801310012"),
        ("RR l BOX l2", "04801310012"),
        ("RR 1 B0X 12", "04801310012"),
        ("RR 1 BX 12", "04801310012"),
        ("RR 1 BOX O12", "04801310012"),
        ("RR 1 12", "04801310012"),
        ("RR 1 / BOX 12", "04801310012"),
        ("BOX 12 / RR 1", "04801310012"),
        ("RR 1 BOX 12 ROCK CREEK RD", "04801310012"),
        ("HC 2 BOX 12", "04801310212"),
        ("HC2 BOX 12", "04801310212"),
        ("H C 2 BOX 12", "04801310212"),
        ("HCR 2 BOX 12", "04801310212"),
        ("HC RTE 2 BOX 12", "04801310212"),
        ("STAR ROUTE 2 BOX 12", "04801310212"),
        ("STAR RTE 2 BOX 12", "04801310212"),
        ("HIGHWAY CONTRACT 2 BOX 12", "04801310212"),
        ("HWY CONTRACT 2 BOX 12", "04801310212"),
        ("HIGHWAY CONTRACT ROUTE 2 BOX 12", "04801310212"),
    ],
)
def test_routes(text: str, expected: str) -> None:
    """RR, RFD, RD and ROUTE with a box, on one line or two; HC and STAR ROUTE."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "RR 1",
        "RR 1 6",
        "RR 1 BOX 999",
        "RR 7 BOX 12",
        "RR 1 BOX 1 2",
        "RR BOX 12",
        "RA 1 / BOX 12",
        "BOX 12 / TR 1",
        "CR 1 / BOX 12",
        "RL #1 BOX #12",
        "RR 1 # 1 -2",
    ],
)
def test_routes_never_guessed(text: str) -> None:
    """A route without its box; a number that may be route or box."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GENERAL DELIVERY", "04801999999"),
        ("GEN DELIVERY", "04801999999"),
        ("GEN DEL", "04801999999"),
        ("GENERAL DEL", "04801999999"),
        ("GENERAL DELIVARY", "04801999999"),
        ("GENERALDELIVERY", "04801999999"),
        ("J DOE / GENERAL DELIVERY", "04801999999"),
    ],
)
def test_general_delivery(text: str, expected: str) -> None:
    """Spelled out, abbreviated or misspelled."""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GENERAL DYNAMICS",
        "GD",
    ],
)
def test_general_delivery_never_guessed(text: str) -> None:
    """"""
    assert code(ask(f"{text} / GREENFORD ME 04801", D)) in ("", "04801")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PSC 802 BOX 74", "09012400074"),
        ("PSC802 BOX 74", "09012400074"),
        ("PSC 802 BOX NO 74", "09012400074"),
        ("BOX 74 PSC 802", "09012400074"),
        ("PSC 802 / BOX 74", "09012400074"),
        ("JOHN DOE / PSC 802 BOX 74", "09012400074"),
        ("PSC NO 802 BOX 74", "09012400074"),
        ("UNIT 2050 BOX 4190-1/2", "09012400290"),
        ("PSC 802 BOX I55", "09012400055"),
        ("PSC 802 BOX 74C", "09012400074"),
        ("CMR 800 BOX 2", "09012400102"),
        ("UNIT 2050 BOX 4190", "09012400290"),
        ("UPR 10150 BOX 4190", "09012400390"),
        ("CPR 895 BOX 74", "09012400474"),
    ],
)
def test_military_units(text: str, expected: str) -> None:
    """PSC, CMR, UNIT, UPR, CPR with a box, on one line or two, the box first too."""
    assert code(ask(f"{text} / APO AE 09012", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "PSC 802",
        "PSC 802 BOX 74K",
        "PSC 802 74",
        "PSC 803 BOX 74",
        "UNIT 2050 BOX 9999",
    ],
)
def test_military_units_never_guessed(text: str) -> None:
    """A unit without its box, or another unit."""
    assert code(ask(f"{text} / APO AE 09012", D)) in ("", "09012")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SEAMAN JONES / USS NIMITZ", "96349410099"),
        ("USS NIMITZ CVN 68", "96349410099"),
        ("USS NIMITZ / UNIT 100155 BOX 4", "96349410104"),
    ],
)
def test_ships(text: str, expected: str) -> None:
    """A ship by its name, with or without its hull number, or by its unit."""
    assert code(ask(f"{text} / FPO AP 96349", D)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "USS KEARSARGE",
        "USS NIMITZ / UHIT 100155 BOX 4",
    ],
)
def test_ships_never_guessed(text: str) -> None:
    """Another ship."""
    assert code(ask(f"{text} / FPO AP 96349", D)) in ("", "96349")
