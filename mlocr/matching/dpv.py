"""Delivery Point Validation: whether the matched address is a known delivery point, in its published codes.

Y confirmed, S the unit is not known, D the unit is missing, N not confirmed; footnotes in pairs (facts section 4):
AA or A1 first, then BB CC N1 M1 M3 P1 P3 F1 G1 U1 PB, last RR or R1 at a commercial mail receiver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mlocr.mail.address import AddressKind, RecordType
from mlocr.mail.match import LinkResult, Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.basis import Basis, coarser, is_default, with_trace
from mlocr.matching.parsed import Secondary
from mlocr.matching.ranges import plain
from mlocr.ports import DeliveryPointTable, Directory

_BOXES = (RecordType.PO_BOX, RecordType.RURAL_HIGHWAY)
_BOX_KINDS = (AddressKind.PO_BOX, AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT)
_REPORTED = ("cmra", "vacant", "no_stat")
_ANY_NUMBER = ("", "#")


@dataclass(frozen=True, slots=True)
class _Answer:
    """DPV's word on one address."""

    code: str
    footnotes: tuple[str, ...]
    said: str
    flags: tuple[str, ...] = ()


def by_dpv(match: Match, basis: Basis, table: DeliveryPointTable, directory: Directory) -> Match:
    """The match with DPV's codes; without its add-on where the primary number is not confirmed.

    Such a piece keeps five digits and carrier route only (the DPV gate, facts 2.1). Raises TableStoppedError.
    """
    routing = match.routing
    if routing is None or not routing.plus4:
        return _told(match, _without_addon(basis))
    answer = _special(match, basis, directory) or _asked(match, basis, table, routing.zip5, routing.plus4)
    if answer.code == "N":
        match = coarser(match, routing.zip5, RejectReason.NOT_CONFIRMED)
    return _told(match, answer)


def _told(match: Match, answer: _Answer) -> Match:
    said = f"{answer.code + ': ' if answer.code else ''}{answer.said} ({''.join(answer.footnotes)})"
    links: LinkResult = replace(match.links, dpv=answer.code, dpv_footnotes=answer.footnotes, flags=answer.flags)
    return replace(with_trace(match, "dpv", said), links=links)


def _without_addon(basis: Basis) -> _Answer:
    """No ZIP+4 was matched, so DPV is not asked: A1, and what is missing where a number is (M1, P1)."""
    footnotes = ["A1"]
    if basis.parts is not None and not basis.number:
        footnotes.append("P1" if basis.parts.kind in _BOX_KINDS else "M1")
    return _Answer("", tuple(footnotes), "no ZIP+4 was matched")


def _special(match: Match, basis: Basis, directory: Directory) -> _Answer | None:
    """General delivery, military and unique ZIP Codes are confirmed by what they are (footnotes G1, F1, U1)."""
    assert match.routing is not None
    classes = {detail.zip_class for detail in directory.cities_of_zip(match.routing.zip5)}
    if match.record_type is RecordType.GENERAL_DELIVERY:
        return _Answer("Y", ("AA", "G1"), "general delivery")
    if "M" in classes or (basis.parts is not None and basis.parts.kind is AddressKind.MILITARY):
        return _Answer("Y", ("AA", "F1"), "a military address")
    if "U" in classes:
        return _Answer("Y", ("AA", "U1"), "a unique ZIP Code")
    return None


def _asked(match: Match, basis: Basis, table: DeliveryPointTable, zip5: str, plus4: str) -> _Answer:
    primary = plain(basis.number)
    box = match.record_type in _BOXES
    if not all(table.primary_confirmed(zip5, plus4, plain(number)) for number in basis.numbers):
        missing = ("P1" if box else "M1", "the box number is missing" if box else "the primary number is missing")
        invalid = ("P3" if box else "M3", "no such box" if box else "no such primary number")
        footnote, said = invalid if primary else missing
        return _Answer("N", ("AA", footnote), said)
    unit = _unit(basis)
    known = unit is not None and table.secondary_confirmed(zip5, plus4, primary, _text(unit))
    flags = tuple(table.flags(zip5, plus4, primary, _text(unit) if unit is not None and known else ""))
    mailbox = bool(basis.parts and basis.parts.private_mailbox)
    if unit is not None and not known and "cmra" in flags and unit.designator in _ANY_NUMBER:
        # At a commercial mail receiver a number sign stands for the private mailbox (*ours*).
        unit, mailbox = None, True
    code, footnotes, said = _confirmed(basis, unit, known, flags, mailbox)
    if match.record_type is RecordType.PO_BOX and match.record is not None and match.record.street_name != "PO BOX":
        footnotes += ("PB",)
    if "cmra" in flags:
        footnotes += ("RR",) if mailbox else ("R1",)
    return _Answer(code, footnotes, said, tuple(flag for flag in _REPORTED if flag in flags))


def _confirmed(
    basis: Basis, unit: Secondary | None, known: bool, flags: tuple[str, ...], mailbox: bool
) -> tuple[str, tuple[str, ...], str]:
    """Code, footnotes and words where the primary number is confirmed."""
    if unit is not None:
        if known:
            return "Y", ("AA", "BB"), "primary number and unit are known"
        return "S", ("AA", "CC"), "the primary number is known, the unit is not"
    choice = basis.choice
    expected = "secondary_expected" in flags or (choice is not None and is_default(choice))
    if expected and not mailbox:
        return "D", ("AA", "N1"), "the primary number is known, the unit is missing"
    return "Y", ("AA", "BB"), "the primary number is known"


def _unit(basis: Basis) -> Secondary | None:
    """The unit that counts: the one in the record's range, else the last printed."""
    choice = basis.choice
    if choice is not None and choice.secondary is not None:
        return choice.secondary
    return basis.units[-1] if basis.units else None


def _text(unit: Secondary) -> str:
    return unit.number or unit.designator
