"""A mark that strayed into a typed number or word (104,8 and MA~IN): the line without it, where it can be no other.

All of it is *ours*. The mark may as well stand for a character that was lost, or part two words. So the line without it
counts only where it is a full address of the printed ZIP Code, and neither of the parts beside the mark, nor the line
with any other character in the mark's place, is an address there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_uppercase, digits

from mlocr.matching.cities import Place, Standing
from mlocr.matching.decision import Decision, decided
from mlocr.matching.delivery import reread
from mlocr.matching.finding import Verdict
from mlocr.matching.search import DeliveryLine, Search
from mlocr.matching.trace import Trace

_MARKED = re.compile(
    r"(?<!\S)(?:(?P<head>\d+)?[.,~;:*_|'`](?P<tail>\d+)|(?P<first>[A-Za-z]+)[~;:*_|](?P<last>[A-Za-z]+))(?!\S)"
)
_TYPED = 1.0
_NOTHING = (Verdict.NO_STREET, Verdict.OUT_OF_RANGE)


def without_stray_mark(
    decision: Decision, search: Search, place: Place, line: DeliveryLine, text: str, trace: Trace
) -> Decision:
    """The decision, or that of the line without its one stray mark. `text` is the delivery line as printed."""
    marked = list(_MARKED.finditer(text)) if decision.finding.choice is None and line.confidence >= _TYPED else []
    if len(marked) != 1 or place.standing is not Standing.AGREE or place.respelled or not place.certain:
        return decision
    found = marked[0]
    head, tail = found["head"] or found["first"] or "", found["tail"] or found["last"]
    whole = _reread(line, text, found, head + tail)
    quiet = search.quiet()
    if whole is None or not quiet.find(place.zips[0], whole).exact:
        return decision
    for other in _others(head, tail):
        rival = _reread(line, text, found, other)
        if rival is not None and quiet.find(place.zips[0], rival).verdict not in _NOTHING:
            trace.say("stray_mark_doubtful", f"{found[0]} may be {other} as well")
            return decision
    trace.say("stray_mark", f"{found[0]} can only be {head + tail}")
    return decided(search.find(place.zips[0], whole), decision.zip5)


def _others(head: str, tail: str) -> Iterator[str]:
    """What may have been printed instead: a part alone, another character in the mark's place."""
    yield from (part for part in (head, tail) if part and head and part.isdecimal())
    others = (digits if head else digits[1:]) if tail.isdecimal() else ascii_uppercase
    yield from (head + other + tail for other in others)


def _reread(line: DeliveryLine, text: str, found: re.Match[str], word: str) -> DeliveryLine | None:
    return reread(line, text[: found.start()] + word + text[found.end() :])
