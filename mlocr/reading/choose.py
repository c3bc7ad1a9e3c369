"""Which block is the delivery address, once blocks can be read.

The place on the letter proposes, reading disposes, and carefully: an address in an advertisement or in the return
corner reads just as well as the delivery address, and taking it makes a wrong code. All rules here are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mlocr.mail.address import TextLine
from mlocr.mail.image import Box
from mlocr.mail.reasons import RejectReason
from mlocr.reading.blocks import block_box
from mlocr.reading.lines import BlockCut
from mlocr.reading.locate import Candidate, other_way_up
from mlocr.reading.orient import ends_like_address, quality, zip_line

RIVAL = 2.2  # of two blocks that both read as addresses the better one must be better in place and shape by this
LEVEL = 0.6  # of the higher of two blocks side by side that both share
ALIKE = 1.25  # between the sizes of print of two blocks that are equally prominent
LEGIBLE = 0.5  # mean confidence from which a reading says whether it may be an address
SHARED = 0.3  # of the smaller one's rows, from which two candidates hold the same print
TOUCHED = 0.05  # of a block, from which it may be a piece of what is the sender's
POOR = 2.0  # below this score a block that does not read may be no print at all
CLEAR_READ = 0.85  # mean confidence from which a reading without a ZIP Code is surely no address

# "Write to us:", "Now open at": what follows is the sender's. "Deliver to" and "Attn:" lead a delivery address in.
LEAD_IN = re.compile(
    r"(\b(VISIT|WRITE(TO)?|CALL|REMIT|PAYMENTS?|PAYABLE TO|OPEN|MOVED|LOCATED|LOCATIONS?|STORES?|OFFICES?|FIND US|"
    r"RETURN TO|REPLY|COME|SEE US|OUR NEW|CONTACT|QUESTIONS|DONATE|SEND)\b.*\b(AT|TO|U[SIT1]{1,3}|IN|ON)\W*$)|"
    r"(\bUS\W*:$)"
)
DELIVER = re.compile(r"\b(DELIVER|SHIP|MAIL|FORWARD)\s*TO\W*$|\b(ATTN|ATTENTION|C/O)\b")
# What advertising says above the sender's address, and nobody above an addressee's.
ADVERTISES = re.compile(
    r"\b8(00|33|44|55|66|77|88)\)?[-. ]\d{3}[-. ]\d{4}\b|\(\d{3}\) ?\d{3}-\d{4}\b|\b\d{3}[-.]\d{3}[-.]\d{4}\b|"
    r"\d ?%( |$)|\$ ?\d|\bWWW\.|\.(COM|ORG|NET)\b|\bSAVE (UP|BIG|\d)|\bSINCE (18|19|20)\d\d\b|\bPRE-?APPROVED\b|"
    r"\bTHIS WEEKEND\b|\bLIMITED TIME\b|\bOPEN (HOUSE|DAILY|SUNDAY)|\bLOWEST PRICES?\b|\bGRAND OPENING\b|"
    r"\bFREE (GIFT|TRIAL|QUOTE)"
)
# A delivery line of an address whose last line could not be read.
DELIVERY_LINE = re.compile(r"^\W*(\d[\w/-]*\s+\S*[A-Z]{2}|P\W?\s?O\W?\s?B|R\W?R\W?\s?\d|HC\s?\d)")


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One candidate as read: `sure` when it reads as an address, `lead_in` when it is announced as the sender's."""

    candidate: Candidate
    cut: BlockCut
    lines: tuple[TextLine, ...]
    worth: float
    sure: bool
    lead_in: bool

    @property
    def mean(self) -> float:
        """Mean confidence of the lines."""
        return sum(line.confidence for line in self.lines) / len(self.lines)

    @property
    def no_address(self) -> bool:
        """Read clearly, and no address."""
        return self.lead_in or (self.mean >= CLEAR_READ and not ends_like_address(self.lines))


Reader = Callable[[Candidate], Attempt | None]


def judge(candidate: Candidate, cut: BlockCut, lines: tuple[TextLine, ...], sure: float) -> Attempt:
    """An attempt with its verdicts; `sure` is the confidence that makes a ZIP-shaped last line count."""
    last = zip_line(lines)
    mean = sum(line.confidence for line in lines) / len(lines)
    is_sure = last is not None and last > 0 and max(lines[last].confidence, mean) >= sure
    return Attempt(candidate, cut, lines, quality(lines), is_sure, announces(lines))


def announces(lines: Sequence[TextLine]) -> bool:
    """Whether one of the first two lines says that the address below is the sender's, or any above it advertises."""
    texts = [line.text.upper() for line in lines]
    if any(ADVERTISES.search(text) for text in texts[:-2]):
        return True
    return any(LEAD_IN.search(head) and not DELIVER.search(head) for head in texts[:-1][:2])


def may_be_address(attempt: Attempt) -> bool:
    """Whether a block reads as an address, or as one whose last line could not be read."""
    if attempt.lead_in:
        return False
    legible = attempt.mean >= LEGIBLE and any(DELIVERY_LINE.search(line.text.upper()) for line in attempt.lines[-3:])
    return attempt.sure or legible


def choose(candidates: Sequence[Candidate], read: Reader) -> Attempt | RejectReason:
    """The delivery address among `candidates` (best first), or why there is none."""
    order = [c for c in candidates if not c.corner]
    best = None
    while order:
        best = _upright(order[0], read)
        if order[0].smeared and not (best is not None and best.sure):
            # An illegible address in the best place: what can be read elsewhere is another's.
            return RejectReason.LOW_CONFIDENCE
        if best is not None and not best.candidate.corner:
            break
        # What reads best the other way up, in a corner there, is the return address or the indicia; no text is none.
        order = [c for c in order if not shares_print(c, order[0])]
    if best is None or best.candidate.corner:
        return RejectReason.UNREADABLE if best is None and candidates else RejectReason.NO_ADDRESS_BLOCK
    rivals = [c for c in order if c.rotation == best.candidate.rotation and not shares_print(c, best.candidate)]
    if best.no_address or (not best.sure and best.candidate.score < POOR):
        whole = None if best.lead_in else _whole(best, order, read)
        if whole is None and best.no_address and may_be_address(best):
            return best  # an address without its last line: what stands elsewhere is another's
        return whole or _replaced(best, rivals, read)
    if best.sure and _contested(best, rivals, read):
        return RejectReason.LOW_CONFIDENCE
    return best


def _upright(candidate: Candidate, read: Reader) -> Attempt | None:
    """A candidate as read, or, where it does not read, the better of its two orientations."""
    best = read(candidate)
    if best is not None and (best.sure or best.no_address):
        return best
    turned = read(other_way_up(candidate))
    if turned is not None and (best is None or turned.worth > best.worth):
        return turned
    return best


def _whole(best: Attempt, candidates: Sequence[Candidate], read: Reader) -> Attempt | None:
    """A block that holds this one and more, where that reads as an address: this one lacks its last line."""
    part = block_box(best.candidate.rows)
    for candidate in candidates:
        box = block_box(candidate.rows)
        more = len(candidate.rows) > len(best.candidate.rows) and candidate.rotation == best.candidate.rotation
        if more and box.x0 <= part.x0 and box.y0 <= part.y0 and box.x1 >= part.x1 and box.y1 >= part.y1:
            attempt = read(candidate)
            if attempt is not None and attempt.sure and not attempt.lead_in:
                return attempt
    return None


def _replaced(best: Attempt, rivals: Sequence[Candidate], read: Reader) -> Attempt | RejectReason:
    """What stands instead of a block that is no address: the next that may be one, however it reads."""
    for rival in rivals:
        if len(rival.rows) < 2 or rival.score < 0:
            continue
        if best.lead_in and touches(rival, best.candidate):
            continue  # a part of the sender's, without what announces it
        attempt = read(rival)
        if (
            attempt is not None
            and not attempt.no_address
            and (attempt.sure or best.lead_in or attempt.worth > best.worth)
        ):
            return attempt
    return RejectReason.NO_ADDRESS_BLOCK if best.lead_in else best


def _contested(best: Attempt, rivals: Sequence[Candidate], read: Reader) -> bool:
    """Whether another block may be an address too, in a place not much worse or beside this one as prominently.

    One so smeared that it cannot be read may be one as well.
    """
    for rival in rivals:
        near = rival.score >= best.candidate.score - RIVAL
        if len(rival.rows) < 2 or not (near or _beside(best.candidate, rival)):
            continue
        if rival.smeared:
            return True
        attempt = read(rival)
        if attempt is None:
            continue
        # Of two that run into one another nobody knows whom what announces one of them belongs to.
        if may_be_address(attempt) or (attempt.lead_in and touches(rival, best.candidate)):
            return True
    return False


def _beside(one: Candidate, other: Candidate) -> bool:
    """Whether two blocks stand side by side at one height in print of one size: left or right says little then."""
    a, b = block_box(one.rows), block_box(other.rows)
    level = min(a.y1, b.y1) - max(a.y0, b.y0) > LEVEL * max(a.height, b.height)
    sizes = sorted(float(np.median([row.body for row in c.rows])) for c in (one, other))
    return level and not other.corner and sizes[1] < ALIKE * sizes[0]


def shares_print(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates hold much of the same print: their rows lie on one another."""
    both = sum(_overlap(a.box, b.box) for a in one.rows for b in other.rows)
    sizes = [sum(row.box.width * row.box.height for row in c.rows) for c in (one, other)]
    return both > SHARED * min(sizes)


def touches(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates run into one another, so that a piece of one may be taken for the other's."""
    a, b = block_box(one.rows), block_box(other.rows)
    return _overlap(a, b) > TOUCHED * min(a.width * a.height, b.width * b.height)


def _overlap(a: Box, b: Box) -> int:
    across = max(0, min(a.x1, b.x1) - max(a.x0, b.x0))
    return across * max(0, min(a.y1, b.y1) - max(a.y0, b.y0))
