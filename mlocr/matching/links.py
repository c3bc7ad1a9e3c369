"""The confirming tables after a match: LACSLink, SuiteLink, then DPV; each leaves its trace and its published codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match
from mlocr.matching.cities import Place
from mlocr.matching.finding import Finding
from mlocr.matching.search import DeliveryLine
from mlocr.ports import ConfirmingTables, Directory


@dataclass(frozen=True, slots=True)
class Basis:
    """What a match rests on: the place and how surely its line was read, the delivery line, and what was found."""

    place: Place | None = None
    last_confidence: float = 1.0
    line: DeliveryLine | None = None
    finding: Finding | None = None


Again = Callable[[AddressBlock], tuple[Match, Basis]]
"""Matches another block against the same directory, without tables."""


def confirmed(
    match: Match, basis: Basis, tables: ConfirmingTables, directory: Directory, again: Again, sure: float
) -> Match:
    """The match as the tables leave it; the same one where there is no table."""
    return match
