"""What the searches come to."""

from __future__ import annotations

from typing import NamedTuple

from mlocr.mail.reasons import RejectReason
from mlocr.matching.finding import Finding, Verdict

REASONS = {
    Verdict.MULTIPLE: RejectReason.MULTIPLE_RESPONSES,
    Verdict.NO_ADDON: RejectReason.NO_ADDON,
    Verdict.OUT_OF_RANGE: RejectReason.NUMBER_OUT_OF_RANGE,
    Verdict.INSUFFICIENT: RejectReason.INSUFFICIENT_ADDRESS,
    Verdict.NO_STREET: RejectReason.NO_SUCH_STREET,
}


class Decision(NamedTuple):
    """What the searches come to: a finding and, where nothing finer is found, the ZIP Code that may still be given."""

    finding: Finding
    zip5: str = ""
    reason: RejectReason | None = None


def decided(finding: Finding, fallback: str) -> Decision:
    """The decision a finding comes to, its reason beside it where nothing was found."""
    if finding.verdict is Verdict.FOUND:
        return Decision(finding, fallback)
    return Decision(finding, fallback, REASONS.get(finding.verdict))


def several() -> Decision:
    """Several responses, nothing in common."""
    return Decision(Finding(Verdict.MULTIPLE), "", RejectReason.MULTIPLE_RESPONSES)
