"""What the confirming tables beside a directory make of a made address: asked from its record, never by the matcher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlocr.certification.damage.written import WrittenAddress
from mlocr.certification.witness.answers import Answer
from mlocr.certification.witness.judge import Truth
from mlocr.certification.witness.office import Offices
from mlocr.mail.address import AddressKind, RecordType
from mlocr.ports import ConfirmingTables, DeliveryPointTable

_CONVERTED = ("A", "92")


@dataclass(frozen=True, slots=True)
class Settled:
    """The truth as the tables leave it, and their answers in Stage I field names."""

    truth: Truth
    fields: Mapping[str, str] = field(default_factory=dict)


def settled(truth: Truth, written: WrittenAddress, tables: ConfirmingTables, offices: Offices) -> Settled | None:
    """The truth after LACSLink, SuiteLink and DPV; None where a table puts another address in its place.

    A primary number DPV does not confirm keeps five digits (the DPV gate).
    """
    answer = truth.answer
    if answer is None or len(truth.digits) < 11:
        return Settled(truth)
    code = _lacslink(answer, written, tables)
    if code in _CONVERTED or _has_suite(answer, written, tables):
        return None
    out = {"lacslink_code": code} if code else {}
    if tables.dpv is None:
        return Settled(truth, out)
    dpv = _dpv(answer, written, tables.dpv, offices)
    return Settled(Truth(answer.record.zip5), {"dpv": dpv}) if dpv == "N" else Settled(truth, out | {"dpv": dpv})


def _unit(answer: Answer, written: WrittenAddress) -> str:
    return answer.unit.rpartition(" ")[2] or written.unit or written.designator


def _lacslink(answer: Answer, written: WrittenAddress, tables: ConfirmingTables) -> str:
    """LACSLink's code; empty where it is not asked: only for status L, rural and highway routes."""
    row = answer.record
    if tables.lacslink is None or (row.lacs_status != "L" and row.record_type is not RecordType.RURAL_HIGHWAY):
        return ""
    street = " ".join(p for p in (row.predirectional, row.street_name, row.suffix, row.postdirectional) if p)
    return tables.lacslink.convert(row.zip5, answer.number, street, _unit(answer, written)).code


def _has_suite(answer: Answer, written: WrittenAddress, tables: ConfirmingTables) -> bool:
    """Whether SuiteLink knows the suite of a printed name at a highrise default."""
    row, table = answer.record, tables.suitelink
    if table is None or row.record_type is not RecordType.HIGHRISE or row.secondary_designator:
        return False
    firms = [firm for firm in (written.firm, written.person) if firm]
    return any(table.suite(row.zip5, answer.plus4, answer.number, firm) for firm in firms)


def _dpv(answer: Answer, written: WrittenAddress, table: DeliveryPointTable, offices: Offices) -> str:
    """DPV's code: Y, S, D or N; empty at a commercial mail receiver, whose mailboxes are not asked about here."""
    row, unit = answer.record, _unit(answer, written)
    where = (row.zip5, answer.plus4, answer.number)
    if _known_by_kind(written, row.record_type, offices, row.zip5):
        return "Y"
    if not table.primary_confirmed(*where):
        return "N"
    known = bool(unit) and table.secondary_confirmed(*where, unit)
    flags = table.flags(*where, unit if known else "")
    if "cmra" in flags or written.private_mailbox:
        return ""
    default = row.record_type is RecordType.HIGHRISE and not row.secondary_designator
    return "Y" if known else "S" if unit else "D" if default or "secondary_expected" in flags else "Y"


def _known_by_kind(written: WrittenAddress, kind: RecordType, offices: Offices, zip5: str) -> bool:
    """General delivery, military and unique ZIP Codes: DPV confirms them by what they are (footnotes G1, F1, U1)."""
    classes = {detail.zip_class for detail in offices.details.get(zip5, ())}
    return kind is RecordType.GENERAL_DELIVERY or written.kind is AddressKind.MILITARY or bool(classes & {"M", "U"})
