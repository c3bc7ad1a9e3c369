"""Defaults of whole ZIP Codes: the one add-on of a unique ZIP Code, and the small-town default (dated, ended)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mlocr.mail.address import AddressKind, CityStateDetail, DirectoryRecord, RecordType
from mlocr.matching.delivery_point import DeliveryPoint, DeliveryPointRequest, delivery_point
from mlocr.matching.finding import Verdict
from mlocr.matching.gazetteer import Gazetteer
from mlocr.matching.parsed import DeliveryParts
from mlocr.matching.rule_table import RULES
from mlocr.matching.search import DeliveryLine
from mlocr.matching.settings import MatchSettings
from mlocr.matching.trace import Trace

UNIQUE_ADDON = "0001"
"""The add-on the Postal Service assigns to a unique ZIP Code (DMM 708 4.2.4a)."""

_MOST_STREETS = 40
_NO_STREET = frozenset({"", "PO BOX", "GENERAL DELIVERY"})
_ON_STREETS = frozenset({AddressKind.STREET, AddressKind.RURAL_ROUTE, AddressKind.HIGHWAY_CONTRACT})
_TYPE_OF_KIND = {AddressKind.PO_BOX: RecordType.PO_BOX, AddressKind.RURAL_ROUTE: RecordType.RURAL_HIGHWAY}
# A listed street without the number is no case for a default (*ours*): the number may be damaged.
_MISSED = (Verdict.NO_STREET, Verdict.INSUFFICIENT)


@dataclass(frozen=True, slots=True)
class Default:
    """A default's add-on, delivery point and footnote; `record` where a record of the file stands for the address."""

    addon: str
    point: DeliveryPoint
    note: str
    parts: DeliveryParts
    record: DirectoryRecord | None = None


class Defaults:
    """Looks for the default of a ZIP Code where the street gave no answer."""

    def __init__(self, gazetteer: Gazetteer, settings: MatchSettings, as_of: date | None, trace: Trace) -> None:
        self._gazetteer = gazetteer
        self._settings = settings
        self._as_of = as_of
        self._trace = trace

    def of(self, zip5: str, verdict: Verdict, line: DeliveryLine, details: Sequence[CityStateDetail]) -> Default | None:
        """The default of a ZIP Code that is sure itself; None where there is none or the line is not sure."""
        if verdict not in _MISSED:
            return None
        sure = line.confidence >= self._settings.sure_confidence
        if any(d.zip_class == "U" for d in details):
            return self._unique(zip5, line) if sure else None
        if verdict is Verdict.NO_STREET and all(parts.kind in _ON_STREETS for parts in line.readings):
            return self._small_town(zip5, line, sure)
        return None

    def _unique(self, zip5: str, line: DeliveryLine) -> Default | None:
        """-0001 and the number's last digits (DMM 708 4.2.4a), where the file has no other add-on in the ZIP Code.

        Where the customer has add-ons of his own, which one an unlisted address has cannot be told (*ours*: none).
        """
        if not RULES["unique_zip_default"].in_force(self._settings, self._as_of):
            return None
        parts = line.readings[0]
        points = {self._point(each) for each in line.readings}
        names = self._gazetteer.streets(zip5).names
        if not parts.number or len(points) != 1 or not 0 < len(names) <= _MOST_STREETS:
            return None
        records = [r for name in names for r in self._gazetteer.directory.records(zip5, name)]
        if {addon for r in records for addon in (r.addon_low, r.addon_high)} != {UNIQUE_ADDON}:
            return None
        point = points.pop()
        self._trace.say("unique_zip_default", f"every address of {zip5} has the add-on {UNIQUE_ADDON}")
        return Default(UNIQUE_ADDON, point, "X", parts) if point.dpc else None

    def _point(self, parts: DeliveryParts) -> DeliveryPoint:
        kind = _TYPE_OF_KIND.get(parts.kind, RecordType.STREET)
        unpublished = "none" if self._settings.unpublished_dpc == "none" else "rightmost_number"
        return delivery_point(DeliveryPointRequest(kind, primary=parts.number, unpublished_dpc=unpublished))

    def _small_town(self, zip5: str, line: DeliveryLine, sure: bool) -> Default | None:
        """General delivery for a street address of a ZIP Code without streets, while that was a rule."""
        if not set(self._gazetteer.streets(zip5).names) <= _NO_STREET:
            return None
        self._trace.say("no_street_delivery", f"{zip5} has no street delivery, only boxes and general delivery (W)")
        self._trace.note("W")
        rule = RULES["small_town_default"]
        records = self._gazetteer.directory.records_of_type(zip5, RecordType.GENERAL_DELIVERY)
        if not rule.in_force(self._settings, self._as_of):
            ended = rule.last.isoformat() if rule.last else "the setting"
            self._trace.say("small_town_default", f"not taken: the small-town default ended with {ended}")
            return None
        if not sure or len({(r.addon_low, r.addon_high) for r in records}) != 1:
            return None
        record = records[0]
        self._trace.say("small_town_default", "the general delivery record stands for the street address")
        point = delivery_point(DeliveryPointRequest(RecordType.GENERAL_DELIVERY))
        return Default(record.addon_low, point, "W", line.readings[0], record)
