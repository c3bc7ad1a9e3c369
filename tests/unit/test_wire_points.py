"""The nineteen points of the wire (docs/wire-protocol.md section 13): each names tests; the sixth is here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from mlocr.mail.address import AddressBlock, Reading
from mlocr.mail.code import Symbology
from mlocr.mail.image import ClearZone, ImageLift
from mlocr.mail.match import Match
from mlocr.mail.piece import Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.marking.head import Head
from mlocr.marking.spray import MarkPlan
from mlocr.station.pipeline import EncodePlan, encode

TESTS = Path(__file__).resolve().parents[1]
DOCUMENT = TESTS.parent / "docs" / "wire-protocol.md"
POINTS = 19


def section() -> str:
    return DOCUMENT.read_text("utf-8").split("## 13.")[1]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_point_has_its_tests() -> None:
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", section(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, POINTS + 1))
    for number, cell in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", cell)
        assert named, number
        for file, test in named:
            assert test in names_in(TESTS / file), f"point {number}: {file}::{test}"


class Seen:
    """A reader that saw nothing but the clear zone."""

    def __init__(self, zone: ClearZone) -> None:
        self._zone = zone

    def read(self, lift: ImageLift) -> Reading:
        return Reading(None, None, clear_zone=self._zone)


class NoMatcher:
    """Nothing is matched here."""

    def match(self, block: AddressBlock) -> Match:
        raise AssertionError("a letter that may not be marked was matched")


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        (ClearZone.BARCODE, RejectReason.ALREADY_BARCODED),
        (ClearZone.PRINT, RejectReason.CLEAR_ZONE_OCCUPIED),
    ],
)
def test_point_6_a_letter_that_bears_a_barcode_or_print_in_the_clear_zone_is_not_sprayed(
    zone: ClearZone, reason: RejectReason
) -> None:
    plan = EncodePlan(MarkPlan.for_head(Symbology.POSTNET, 200.0), Head(150, 0.2))
    lift = ImageLift(np.zeros((10, 10), np.uint8), 200.0, "again.png")
    outcome = encode(lift, Seen(zone), NoMatcher(), plan, None)  # type: ignore[arg-type]
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason
