"""The four add-on digits of a record for one number."""

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.matching.ranges import plain


def _digits(value: str) -> str:
    return value if len(value) == 4 and value.isascii() and value.isdigit() and value != "0000" else ""


def addon_for(record: DirectoryRecord, number: str) -> str:
    """The add-on of `record` for the primary number `number`; empty where the record gives none.

    Equal ends: that add-on. On a PO box record whose add-on span equals its number span: low + (box - primary low)
    (*ours*, fits every record of the genuine sample). Anything else, and non-digit ("ND") forms: none.
    """
    if record.addon_low == record.addon_high:
        return _digits(record.addon_low)
    low, high = _digits(record.addon_low), _digits(record.addon_high)
    if not low or not high:
        return ""
    first, last, value = plain(record.primary_low), plain(record.primary_high), plain(number)
    if record.record_type is not RecordType.PO_BOX or not (first.isdigit() and last.isdigit() and value.isdigit()):
        return ""
    step = int(value) - int(first)
    if int(high) - int(low) != int(last) - int(first) or not 0 <= step <= int(last) - int(first):
        return ""
    return _digits(f"{int(low) + step:04d}")
