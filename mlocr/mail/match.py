"""What matching answers for one address."""

from dataclasses import dataclass
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord, ParsedAddress, RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.reasons import RejectReason


class TraceLine(NamedTuple):
    """One rule and what it said: `rule` is a stable code, `said` one short sentence."""

    rule: str
    said: str


class Candidate(NamedTuple):
    """One record that was considered: the rule that decided over it (a stable code) and what it said."""

    record: DirectoryRecord
    rule: str
    said: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What the confirming tables answered, in their published codes; empty where a table was not asked.

    `dpv`: Y confirmed, S primary only, D secondary missing, N not; `dpv_footnotes` in pairs of characters (AA, BB ...).
    `lacslink`: A, 00, 09, 14, 92. `suitelink`: A or 00. `flags` are DPV's own marks (cmra, vacant, no_stat).
    """

    dpv: str = ""
    dpv_footnotes: tuple[str, ...] = ()
    lacslink: str = ""
    suitelink: str = ""
    flags: tuple[str, ...] = ()


NOT_ASKED = LinkResult()
"""What stands where no table was asked."""


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one address block.

    `routing` is None when nothing may be encoded; `reason` then says why, and also why a coarser code is not finer
    (None at eleven digits). `record` is the ZIP+4 record named, when one was. `delivery_line` and `last_line` are
    standardized output. `footnotes` are the letters of the AMS result codes, `return_code` is its two-digit number
    (31 exact, 32 default, 22 multiple ...; empty where a doubt about the reading, which AMS does not know, decided).
    `candidates` are the records considered, the chosen one first. `parsed` is how the printed lines were taken apart.
    `certainty` is the lowest confidence, 0..1, of the lines the answer rests on.
    """

    routing: RoutingCode | None
    reason: RejectReason | None
    record: DirectoryRecord | None = None
    record_type: RecordType | None = None
    carrier_route: str = ""
    delivery_line: str = ""
    last_line: str = ""
    footnotes: tuple[str, ...] = ()
    delivery_point_rule: str = ""
    trace: tuple[TraceLine, ...] = ()
    return_code: str = ""
    candidates: tuple[Candidate, ...] = ()
    links: LinkResult = NOT_ASKED
    parsed: ParsedAddress | None = None
    certainty: float = 1.0
