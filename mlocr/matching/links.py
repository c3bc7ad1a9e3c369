"""The confirming tables after a match: LACSLink, SuiteLink, then DPV; each leaves its trace and its published codes.

LACSLink and SuiteLink give another address, which is matched as if it were printed; DPV says whether mail is delivered
there at all. A new address that does not match is never coded finer than what is left of the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from mlocr.mail.address import AddressBlock, AddressKind, ConvertedAddress, RecordType, TextLine
from mlocr.mail.match import LinkResult, Match
from mlocr.mail.reasons import RejectReason
from mlocr.matching.basis import Basis, coarser, is_default, street_in_one, with_trace
from mlocr.matching.dpv import by_dpv
from mlocr.matching.finding import Verdict
from mlocr.matching.names import divisions, spellings
from mlocr.matching.parse_secondary import divisions as unit_divisions
from mlocr.matching.parsed import Secondary
from mlocr.matching.ranges import plain
from mlocr.matching.streets import street_key
from mlocr.ports import ConfirmingTables, ConvertedAddressTable, Directory, SuiteTable

__all__ = ["Again", "Basis", "confirmed"]

Again = Callable[[AddressBlock], tuple[Match, Basis]]
"""Matches another block against the same directory, without tables."""

_CONVERTED = ("A", "92")
_ROUTES = (AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT)
_UNMATCHED = (RejectReason.NO_SUCH_STREET, RejectReason.NUMBER_OUT_OF_RANGE, RejectReason.NO_ADDON)
_MOST_FORMS = 24
_MOST_FIRMS = 6


def confirmed(
    match: Match, basis: Basis, tables: ConfirmingTables, directory: Directory, again: Again, sure: float
) -> Match:
    """The match as the tables leave it; the same one where there is no table.

    `sure` is the confidence from which an unmatched line may be converted. Raises TableStoppedError.
    """
    if tables.lacslink is None and tables.suitelink is None and tables.dpv is None:
        return match
    rematch = _Rematch(directory, again)
    if tables.lacslink is not None:
        match, basis = _by_lacslink(match, basis, tables.lacslink, rematch, sure)
    if tables.suitelink is not None:
        match, basis = _by_suitelink(match, basis, tables.suitelink, rematch)
    if tables.dpv is not None:
        match = by_dpv(match, basis, tables.dpv, directory)
    return match


class _Rematch:
    """Matches the address a table gave in place of the printed one."""

    def __init__(self, directory: Directory, again: Again) -> None:
        self._directory = directory
        self._again = again

    def at(self, basis: Basis, delivery: str, zip5: str) -> tuple[Match, Basis] | None:
        """The answer for this delivery line and ZIP Code, the other lines as printed; None unless it has an add-on."""
        details = self._directory.cities_of_zip(zip5)
        if basis.line is None or not details:
            return None
        city = next((d for d in details if d.city_state_key == d.preferred_key), details[0])
        lines = (
            *(TextLine(text) for text in basis.line.firms),
            TextLine(delivery, basis.line.confidence),
            TextLine(f"{city.name} {city.state} {zip5}", basis.last_confidence),
        )
        match, found = self._again(AddressBlock(lines))
        certain = found.finding is not None and found.finding.verdict is Verdict.FOUND
        if not certain or match.routing is None or not match.routing.plus4 or match.routing.zip5 != zip5:
            return None
        return match, found


# --- LACSLink ----------------------------------------------------------------------------------------------------


def _by_lacslink(
    match: Match, basis: Basis, table: ConvertedAddressTable, rematch: _Rematch, sure: float
) -> tuple[Match, Basis]:
    """An address with LACS status L, on a route, or without a record: converted, and the new address matched."""
    asked = list(_old_addresses(match, basis, sure))
    if not asked:
        return match, basis
    found = {answer for question in asked if (answer := table.convert(*question)).code != "00"}
    answer = found.pop() if len(found) == 1 else ConvertedAddress("00")
    if answer.code not in _CONVERTED:
        words = {"09": "a highrise default; no new address", "14": "known as converted, without a new address"}
        return _lacs(match, answer.code, words.get(answer.code, "not in the table")), basis
    there = rematch.at(basis, answer.delivery_line, answer.zip5)
    if there is None:
        zip5 = match.routing.zip5 if match.routing and match.routing.zip5 == answer.zip5 else ""
        reason = match.reason or RejectReason.NOT_CONFIRMED
        gone = replace(coarser(match, zip5, reason), carrier_route="", delivery_line="")
        gone = gone if zip5 else replace(gone, last_line="")
        return _lacs(gone, "14", "the new address has no ZIP+4; the old one is not coded"), Basis()
    said = f"converted to {answer.delivery_line} {answer.zip5}"
    new = replace(there[0], trace=(*_lacs(match, answer.code, said).trace, *there[0].trace))
    return replace(new, links=LinkResult(lacslink=answer.code)), there[1]


def _lacs(match: Match, code: str, said: str) -> Match:
    links = replace(match.links, lacslink=code)
    return replace(with_trace(match, "lacslink", f"{code}: {said}"), links=links)


def _old_addresses(match: Match, basis: Basis, sure: float) -> Iterator[tuple[str, str, str, str]]:
    """What LACSLink is asked for: ZIP Code, primary number, street, unit; nothing where it is not to be asked."""
    choice, line, place = basis.choice, basis.line, basis.place
    verdict = basis.finding.verdict if basis.finding else None
    coded = match.routing is not None and bool(match.routing.plus4)
    certain = line is not None and line.confidence >= sure
    found = verdict is Verdict.FOUND if coded else certain and match.reason is RejectReason.NO_ADDON
    if choice is not None and found:
        record = choice.record
        if record.lacs_status == "L" or record.record_type is RecordType.RURAL_HIGHWAY:
            yield record.zip5, basis.number, street_in_one(record), _unit_text(choice.secondary, basis.units)
            return
    if not coded and certain and match.reason in _UNMATCHED and place is not None and place.certain:
        yield from _unmatched(basis, place.zips[0] if len(place.zips) == 1 else place.printed.zip5)


def _unmatched(basis: Basis, zip5: str) -> Iterator[tuple[str, str, str, str]]:
    """The printed address in the forms the table may have it; each once, and only as it was read."""
    if not zip5:
        return
    seen: set[tuple[str, str, str]] = set()
    around = basis.line.units if basis.line else ()
    for parts in basis.line.readings if basis.line else ():
        if parts.repaired or not parts.number or not parts.words:
            continue
        forms: list[tuple[str, tuple[Secondary, ...]]] = []
        if parts.kind in _ROUTES:
            forms = [(" ".join(parts.words), (*parts.secondaries, *around))]
        elif parts.kind is AddressKind.STREET:
            forms = [
                (" ".join(p for p in (name.predirectional, spelled, name.suffix, name.postdirectional) if p), every)
                for words, units, _ in unit_divisions(parts.words)
                if all(unit.designator for unit in units)  # COUNTY RD 5 is no unit 5 on COUNTY RD
                for every in [(*parts.secondaries, *units, *around)]
                for name in divisions(words)
                for spelled in spellings(name.name)
            ]
        for street, every in forms:
            question = (parts.number, street, _unit_text(None, every))
            if question not in seen and len(seen) < _MOST_FORMS:
                seen.add(question)
                yield zip5, *question


def _unit_text(used: Secondary | None, printed: tuple[Secondary, ...]) -> str:
    """The unit as the tables are asked for it: its number, or its designator where it has none (REAR)."""
    unit = used or (printed[-1] if printed else None)
    return (unit.number or unit.designator) if unit is not None else ""


# --- SuiteLink ----------------------------------------------------------------------------------------------------


def _by_suitelink(match: Match, basis: Basis, table: SuiteTable, rematch: _Rematch) -> tuple[Match, Basis]:
    """A firm at a highrise default: its suite is added and the address matched again; A when that gives the unit."""
    choice, routing = basis.choice, match.routing
    if choice is None or routing is None or not _lacks_suite(match, basis):
        return match, basis
    firms = [text for text in (basis.line.firms if basis.line else ()) if not text.startswith("URB")][:_MOST_FIRMS]
    if not firms:
        return match, basis
    suites = {table.suite(routing.zip5, routing.plus4, plain(basis.number), firm) for firm in firms} - {None}
    suite = suites.pop() if len(suites) == 1 else None
    if suite is None:
        return _suite(match, "00", "no printed line is a firm the table knows here"), basis
    there = rematch.at(basis, " ".join((match.delivery_line, *suite)).rstrip(), routing.zip5)
    held = there[1].choice if there is not None else None
    if there is None or held is None or held.secondary is None:
        return _suite(match, "00", "the suite is in no record of the building"), basis
    if street_key(held.record) != street_key(choice.record) or there[1].number != basis.number:
        return _suite(match, "00", "the suite leads to another address"), basis
    new = _suite(match, "A", f"the firm's suite is {' '.join(suite).rstrip()}")
    return replace(there[0], trace=(*new.trace, *there[0].trace), links=new.links), there[1]


def _lacks_suite(match: Match, basis: Basis) -> bool:
    """Whether this is a highrise default with no unit and no private mailbox printed."""
    coded = match.routing is not None and bool(match.routing.plus4) and match.record is not None
    default = basis.choice is not None and is_default(basis.choice)
    mailbox = basis.parts is not None and bool(basis.parts.private_mailbox)
    return coded and default and not basis.units and not mailbox


def _suite(match: Match, code: str, said: str) -> Match:
    links = replace(match.links, suitelink=code)
    return replace(with_trace(match, "suitelink", f"{code}: {said}"), links=links)
