"""PO boxes, rural and highway routes, military units and general delivery in one ZIP Code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mlocr.mail.address import AddressKind, DirectoryRecord, RecordType
from mlocr.mail.street import StreetRecords
from mlocr.matching.choose import Asked, Chooser
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.ranges import covers
from mlocr.ports import Directory


def keeps_zeros(record: DirectoryRecord) -> bool:
    """Whether the record's boxes have significant leading zeros: the file marks them by a dash (Publication 28 282)."""
    return "-" in record.primary_low[:-1] and record.primary_low.lstrip("0").startswith("-")


def holds_box(record: DirectoryRecord, box: str) -> bool:
    """Whether the record's range holds a box; -0145 in the file is box 00145 and no other."""
    low, high = record.primary_low, record.primary_high
    if not keeps_zeros(record):
        return covers(low, high, record.primary_parity, box.lstrip("-"))
    first, last = low.lstrip("0")[1:], high.lstrip("0").removeprefix("-")
    return box.startswith("0") and len(box) == len(first) + 1 and covers(first, last, record.primary_parity, box)


def _holding(records: Sequence[DirectoryRecord], box: str) -> list[DirectoryRecord]:
    """Those of the records that hold a box."""
    if isinstance(records, StreetRecords) and box.isdecimal() and (places := records.holders(box)) is not None:
        return records.at(places)  # the same, for speed: no record of whole numbers keeps zeros
    return [r for r in records if holds_box(r, box)]


def _forms(words: tuple[str, ...]) -> Iterable[str]:
    """RR 1 as the file may write it: RR 1, RR 01, RR 001."""
    name, number = words
    return dict.fromkeys((f"{name} {number}", f"{name} {number.zfill(2)}", f"{name} {number.zfill(3)}"))


def _by_zeros(records: Sequence[DirectoryRecord], held: Sequence[DirectoryRecord], box: str) -> list[DirectoryRecord]:
    """A box printed with leading zeros: the record that has just these, else all that hold it with any (*ours*)."""
    exact = [r for r in held if keeps_zeros(r)]
    if exact:
        return exact
    bare = box.lstrip("0") or "0"
    near = [r for r in records if keeps_zeros(r) and holds_box(r, bare.zfill(len(r.primary_low.lstrip("0"))))]
    return [*held, *near]


class BoxSearch:
    """Finds the record of one box, route or military unit."""

    def __init__(self, directory: Directory, chooser: Chooser) -> None:
        self._directory = directory
        self._chooser = chooser

    def find(self, zip5: str, parts: DeliveryParts, firms: tuple[str, ...]) -> Finding:
        """The finding for parts of any kind but a street."""
        rules: dict[AddressKind, Callable[[str, DeliveryParts], list[DirectoryRecord] | Finding]] = {
            AddressKind.RURAL_ROUTE: self._route,
            AddressKind.HIGHWAY_CONTRACT: self._route,
            AddressKind.MILITARY: self._military,
            AddressKind.GENERAL_DELIVERY: self._general,
        }
        rule = rules.get(parts.kind)
        if any(self._directory.records(zip5, name) for name in parts.unless):
            return Finding(Verdict.INSUFFICIENT)  # RR 1 6 where there is an RR 16
        if parts.kind is AddressKind.PO_BOX:
            return self._po_box(zip5, parts, firms)
        held = rule(zip5, parts) if rule is not None else Finding(Verdict.INSUFFICIENT)
        if isinstance(held, Finding):
            return held
        return self._chooser.choose_plain(held, Asked(parts.number, (), firms))

    def _po_box(self, zip5: str, parts: DeliveryParts, lines: tuple[str, ...]) -> Finding:
        if not parts.number:
            return Finding(Verdict.INSUFFICIENT)
        records = self._directory.records(zip5, "PO BOX")
        if not records:
            return Finding(Verdict.NO_STREET)
        held = _holding(records, parts.number)
        if parts.number.startswith("0"):
            held = _by_zeros(records, held, parts.number)
        if not held:
            return Finding(Verdict.OUT_OF_RANGE)
        return self._chooser.choose_box(held, Asked(parts.number, (), lines))

    def _route(self, zip5: str, parts: DeliveryParts) -> list[DirectoryRecord] | Finding:
        for name in _forms(parts.words):
            records = [r for r in self._directory.records(zip5, name) if r.record_type is RecordType.RURAL_HIGHWAY]
            if records:
                return self._in_route(records, parts.number)
        return Finding(Verdict.NO_STREET)

    def _in_route(self, records: list[DirectoryRecord], box: str) -> list[DirectoryRecord] | Finding:
        default = [r for r in records if not r.primary_low and not r.primary_high]
        if not box:
            return default or Finding(Verdict.INSUFFICIENT)
        held = [r for r in records if holds_box(r, box)]
        if held:
            return held
        # The whole route under one record holds every box; beside ranges it is only a default (*ours*: no code).
        whole = len(default) == len(records) and box[:1].isdecimal()
        return default if whole else Finding(Verdict.OUT_OF_RANGE)

    def _military(self, zip5: str, parts: DeliveryParts) -> list[DirectoryRecord] | Finding:
        for name in _forms(parts.words):
            records = list(self._directory.records(zip5, name))
            if records:
                return self._in_unit(records, parts.number)
        return Finding(Verdict.NO_STREET)

    def _in_unit(self, records: list[DirectoryRecord], box: str) -> list[DirectoryRecord] | Finding:
        blank = [r for r in records if not r.primary_low and not r.primary_high]
        if not box:
            return blank or Finding(Verdict.INSUFFICIENT)
        held = [r for r in records if holds_box(r, box)]
        if held:
            return held
        inner = [r for r in blank if covers(r.secondary_low, r.secondary_high, r.secondary_parity, box)]
        if inner:
            return inner
        return blank if len(blank) == len(records) == 1 else Finding(Verdict.OUT_OF_RANGE)

    def _general(self, zip5: str, parts: DeliveryParts) -> list[DirectoryRecord] | Finding:
        records = self._directory.records_of_type(zip5, RecordType.GENERAL_DELIVERY)
        return list(records) or Finding(Verdict.NO_STREET)
