"""What matching answers for one address."""

from dataclasses import dataclass

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.reasons import RejectReason


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One rule and what it said: `rule` is a stable code, `said` one short sentence."""

    rule: str
    said: str


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one address block.

    `routing` is None when nothing may be encoded; `reason` then says why, and also why a coarser code is not finer
    (None at eleven digits). `record` is the ZIP+4 record named, when one was. `delivery_line` and `last_line` are
    standardized output. `footnotes` are the letters of the AMS result codes.
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
