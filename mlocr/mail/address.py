"""Addresses: lines as read, parts as parsed (Publication 28), records as the postal directory holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from mlocr.mail.image import Box, ClearZone, LetterFrame
from mlocr.mail.reasons import RejectReason


class LineScorer(Protocol):
    """Says how well strings explain one line's image. The reader gives it; matching only asks."""

    def score(self, strings: Sequence[str]) -> Sequence[float]:
        """Natural-log likelihood of each string given the image; only differences mean anything."""
        ...


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as read: best text, confidence 0..1, its box in the picture, other readings, and its scorer."""

    text: str
    confidence: float = 1.0
    box: Box | None = None
    alternatives: tuple[str, ...] = ()
    scorer: LineScorer | None = None


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """The delivery address block: lines top to bottom, its box, rotation (0 or 180) and skew in degrees.

    Skew is that of the text as read, counter-clockwise positive.
    """

    lines: tuple[TextLine, ...]
    box: Box | None = None
    rotation: int = 0
    skew: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found on one image: a block or a reason, the letter's frame, and its clear zone."""

    block: AddressBlock | None
    reason: RejectReason | None
    letter: LetterFrame | None = None
    clear_zone: ClearZone = ClearZone.CLEAR


class LastLine(NamedTuple):
    """City, state and ZIP as printed, each empty where absent."""

    city: str = ""
    state: str = ""
    zip5: str = ""
    plus4: str = ""


class AddressKind(Enum):
    """What kind of delivery line it is (Publication 28 chapter 2)."""

    STREET = "street"
    PO_BOX = "po_box"
    RURAL_ROUTE = "rural_route"
    HIGHWAY_CONTRACT = "highway_contract"
    GENERAL_DELIVERY = "general_delivery"
    MILITARY = "military"
    FIRM = "firm"
    NONE = "none"


class ParsedAddress(NamedTuple):
    """An address in Publication 28 parts, upper case, standard abbreviations; a part that is absent is empty.

    For PO boxes `primary_number` is the box; for rural and highway routes `street_name` is "RR 1" or "HC 1" and
    `primary_number` the box, as the ZIP+4 file has it.
    """

    kind: AddressKind
    primary_number: str = ""
    predirectional: str = ""
    street_name: str = ""
    suffix: str = ""
    postdirectional: str = ""
    secondary_designator: str = ""
    secondary_number: str = ""
    firm: str = ""
    urbanization: str = ""
    private_mailbox: str = ""
    last_line: LastLine = LastLine()


class RecordType(Enum):
    """The ZIP+4 product's record types."""

    FIRM = "F"
    GENERAL_DELIVERY = "G"
    HIGHRISE = "H"
    PO_BOX = "P"
    RURAL_HIGHWAY = "R"
    STREET = "S"


class DirectoryRecord(NamedTuple):
    """One ZIP+4 detail record (182 bytes), fields stripped of padding; numbers keep the file's leading zeros.

    `addon_low` and `addon_high` are the four-character sector and segment ("ND" forms kept as they stand). A named
    tuple, as the other records below, because a directory makes hundreds of thousands of them a second.
    """

    zip5: str
    update_key: str
    record_type: RecordType
    carrier_route: str
    predirectional: str
    street_name: str
    suffix: str
    postdirectional: str
    primary_low: str
    primary_high: str
    primary_parity: str
    building_or_firm: str
    secondary_designator: str
    secondary_low: str
    secondary_high: str
    secondary_parity: str
    addon_low: str
    addon_high: str
    base_alternate: str = "B"
    lacs_status: str = ""
    government_building: str = ""
    finance_number: str = ""
    state: str = ""
    county_number: str = ""
    congressional_district: str = ""
    municipality_key: str = ""
    urbanization_key: str = ""
    preferred_last_line_key: str = ""
    action_code: str = "A"


class CityStateDetail(NamedTuple):
    """One City State detail (D) record: a name that may or may not stand in a last line of its ZIP Code."""

    zip5: str
    city_state_key: str
    zip_class: str
    name: str
    abbreviation: str
    facility_code: str
    mailing_name: bool
    preferred_key: str
    preferred_name: str
    city_delivery: bool
    carrier_route_sort: str
    unique_zip_name: bool
    finance_number: str
    state: str
    county_number: str
    county_name: str


class StreetAlias(NamedTuple):
    """One City State alias (A) record: another name of a street, over a range of numbers (empty: all)."""

    zip5: str
    alias_predirectional: str
    alias_name: str
    alias_suffix: str
    alias_postdirectional: str
    predirectional: str
    street_name: str
    suffix: str
    postdirectional: str
    alias_type: str
    alias_date: str = ""
    low: str = ""
    high: str = ""
    parity: str = ""


class EarlyWarning(NamedTuple):
    """One street of the Early Warning System: new, and not yet in the ZIP+4 file (AMS footnote R)."""

    zip5: str
    predirectional: str
    street_name: str
    suffix: str
    postdirectional: str


@dataclass(frozen=True, slots=True)
class ConvertedAddress:
    """LACSLink's answer: its return code (A, 00, 09, 14, 92) and, with A and 92, the new delivery line and ZIP Code."""

    code: str
    delivery_line: str = ""
    zip5: str = ""
