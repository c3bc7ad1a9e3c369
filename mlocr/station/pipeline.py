"""One image in, one outcome out: the only file that sees all trades. Without effects, deterministic given its ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from mlocr.mail.address import AddressBlock, Reading
from mlocr.mail.code import DepthOfCode, TrackingCode
from mlocr.mail.image import ClearZone, ImageLift, LetterFrame
from mlocr.mail.match import Match
from mlocr.mail.piece import Encoded, Outcome, Rejected
from mlocr.mail.reasons import RejectReason
from mlocr.marking.head import Head, on_head
from mlocr.marking.spray import MarkPlan, make_mark
from mlocr.ports import AddressMatcher

DEFAULT_LETTER = (9.5, 4.125)
"""Inches of a #10 envelope: the letter an address without a picture is marked for."""


class Reader(Protocol):
    """Finds and reads the delivery address block of one lift."""

    def read(self, lift: ImageLift) -> Reading:
        """The block or the reason there is none; never raises for any picture."""
        ...


@dataclass(frozen=True, slots=True)
class EncodePlan:
    """What one run makes of every piece: the mark, the least depth sprayed, and what to do with inverted letters.

    `fields` fill the identifier's template (`lane`); the ZIP Code is added from each piece's own code.
    `least_certainty` (0..1) is what a calibration asks for the station's error budget; below it nothing is encoded.
    """

    mark: MarkPlan
    head: Head
    minimum_depth: DepthOfCode = DepthOfCode.ZIP5
    inverted: Literal["accept", "reject"] = "accept"
    fields: Mapping[str, str] = field(default_factory=dict)
    least_certainty: float = 0.0


def encode(
    lift: ImageLift, reader: Reader, matcher: AddressMatcher, plan: EncodePlan, tracking: TrackingCode | None
) -> Outcome:
    """Decide one piece: read it, then `encode_lines`. A piece without a certain code is `Rejected`."""
    reading = reader.read(lift)
    refused = _not_to_be_marked(reading, plan)
    if refused is not None:
        return Rejected(refused, reading=_without_scorers(reading))
    if reading.block is None:
        return Rejected(reading.reason or RejectReason.NO_ADDRESS_BLOCK, reading=reading)
    outcome = encode_lines(reading.block, matcher, plan, tracking, reading.letter)
    return replace(outcome, reading=_without_scorers(reading))


def encode_lines(
    block: AddressBlock,
    matcher: AddressMatcher,
    plan: EncodePlan,
    tracking: TrackingCode | None,
    letter: LetterFrame | None = None,
) -> Outcome:
    """Decide one address block: match, code, mark. Keyed pieces and address files enter here.

    `letter` gives the card's size in inches; without one the mark is laid out for a #10 envelope.
    """
    match = matcher.match(block)
    if match.routing is None:
        return Rejected(match.reason or RejectReason.INSUFFICIENT_ADDRESS, match)
    if match.certainty < plan.least_certainty:
        return Rejected(RejectReason.LOW_CONFIDENCE, match)
    if match.routing.depth < plan.minimum_depth:
        return Rejected(match.reason or RejectReason.DEPTH_BELOW_MINIMUM, match)
    return _mark(match, plan, tracking, letter)


def _mark(match: Match, plan: EncodePlan, tracking: TrackingCode | None, letter: LetterFrame | None) -> Outcome:
    routing = match.routing
    if routing is None:
        raise ValueError("a match without a code has no mark")
    width, height = (letter.width, letter.height) if letter else DEFAULT_LETTER
    fields = {**plan.fields, "zip5": routing.zip5}
    mark = make_mark(plan.mark, routing, tracking, width, height, fields)
    spray = on_head(mark.spray, plan.head) if mark is not None else None
    if mark is None or spray is None:
        return Rejected(RejectReason.NO_ROOM, match)
    return Encoded(match, routing, mark.symbol, spray)


def _not_to_be_marked(reading: Reading, plan: EncodePlan) -> RejectReason | None:
    # A letter fed again is a new piece: what already bears a mark, or print in its place, gets no second one.
    if reading.clear_zone is ClearZone.BARCODE:
        return RejectReason.ALREADY_BARCODED
    if reading.clear_zone is ClearZone.PRINT:
        return RejectReason.CLEAR_ZONE_OCCUPIED
    if plan.inverted == "reject" and reading.block is not None and reading.block.rotation == 180:
        return RejectReason.INVERTED
    return None


def _without_scorers(reading: Reading) -> Reading:
    # Scorers hold the image's posteriors: they end with the decision, and do not travel between processes.
    if reading.block is None:
        return reading
    lines = tuple(replace(line, scorer=None) for line in reading.block.lines)
    return replace(reading, block=replace(reading.block, lines=lines))
