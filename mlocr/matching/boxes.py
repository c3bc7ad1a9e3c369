"""PO boxes, rural and highway routes, military units and general delivery in one ZIP Code."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mlocr.mail.address import AddressKind, DirectoryRecord, RecordType
from mlocr.matching.choose import Asked, Chooser
from mlocr.matching.finding import Finding, Verdict
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.ranges import covers
from mlocr.ports import Directory


def holds_box(record: DirectoryRecord, box: str) -> bool:
    """Whether the record's range holds a box; a file value with a dash keeps its leading zeros (Publication 28 282)."""
    low = record.primary_low.lstrip("0")
    if low.startswith("-"):
        return box.startswith("0") and box.lstrip("0") == low.lstrip("-0")
    return covers(record.primary_low, record.primary_high, record.primary_parity, box.lstrip("-"))


def _forms(words: tuple[str, ...]) -> Iterable[str]:
    """RR 1 as the file may write it: RR 1, RR 01, RR 001."""
    name, number = words
    return dict.fromkeys((f"{name} {number}", f"{name} {number.zfill(2)}", f"{name} {number.zfill(3)}"))


class BoxSearch:
    """Finds the record of one box, route or military unit."""

    def __init__(self, directory: Directory, chooser: Chooser) -> None:
        self._directory = directory
        self._chooser = chooser

    def find(self, zip5: str, parts: DeliveryParts, firms: tuple[str, ...]) -> Finding:
        """The finding for parts of any kind but a street."""
        rules: dict[AddressKind, Callable[[str, DeliveryParts], list[DirectoryRecord] | Finding]] = {
            AddressKind.PO_BOX: self._po_box,
            AddressKind.RURAL_ROUTE: self._route,
            AddressKind.HIGHWAY_CONTRACT: self._route,
            AddressKind.MILITARY: self._military,
            AddressKind.GENERAL_DELIVERY: self._general,
        }
        rule = rules.get(parts.kind)
        held = rule(zip5, parts) if rule is not None else Finding(Verdict.INSUFFICIENT)
        if isinstance(held, Finding):
            return held
        return self._chooser.choose_plain(held, Asked(parts.number, (), firms))

    def _po_box(self, zip5: str, parts: DeliveryParts) -> list[DirectoryRecord] | Finding:
        if not parts.number:
            return Finding(Verdict.INSUFFICIENT)
        records = [r for r in self._directory.records(zip5, "PO BOX") if r.record_type is RecordType.PO_BOX]
        if not records:
            return Finding(Verdict.NO_STREET)
        held = [r for r in records if holds_box(r, parts.number)]
        return held or Finding(Verdict.OUT_OF_RANGE)

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
        return default if len(default) == len(records) else Finding(Verdict.OUT_OF_RANGE)

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
