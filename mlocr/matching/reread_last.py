"""A lowest line that is no last line as read: KingsleighVA22947, PENNWILK NJ U/86U (*ours*)."""

from __future__ import annotations

from mlocr.mail.address import TextLine
from mlocr.matching.cities import Cities, Standing
from mlocr.matching.evidence import other_readings
from mlocr.matching.last_line import read_last_line
from mlocr.matching.settings import MatchSettings
from mlocr.matching.text import normal


def reread_last(line: TextLine, cities: Cities, settings: MatchSettings) -> str | None:
    """The likeliest other reading that its image allows and whose city and ZIP Code agree; None where there is none.

    A line without a scorer, or read surely, is what it says. Readings with other ZIP Codes stay its rivals.
    """
    if line.scorer is None or line.confidence >= settings.sure_confidence:
        return None
    for text in other_readings(line, settings):
        parts, _ = read_last_line(normal(text))
        if parts.zip5 and cities.place(parts).standing in (Standing.AGREE, Standing.SAME_OFFICE):
            return text
    return None
