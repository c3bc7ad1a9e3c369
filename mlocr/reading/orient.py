"""What tells an address read the right way up: a ZIP-shaped last line, read surely."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from mlocr.mail.address import TextLine

# A ZIP Code at the end of the line, perhaps with its add-on, after something else; twins of digits count (O, I, S, B).
ZIP = re.compile(r"(?:^|[^0-9])([0-9OQIL|SBZG]{5})(?:[-–—. ]{0,2}[0-9OQIL|SBZG]{4})?\W*$")
# Publication 28 appendix B.
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS FM GU MH MP PW PR VI AA AE AP"
)


def zip_line(lines: Sequence[TextLine]) -> int | None:
    """Index of the lowest line that ends in a ZIP Code, or None."""
    for i in range(len(lines) - 1, -1, -1):
        if has_zip(lines[i].text):
            return i
    return None


def has_zip(text: str) -> bool:
    """Whether the line ends in something shaped like a ZIP Code, most of it digits."""
    found = ZIP.search(text.upper())
    return found is not None and sum(c.isdigit() for c in found.group(1)) >= 3


def bears_number(line: TextLine) -> bool:
    """Whether a line that stands in the picture has a number other than the last line's."""
    return line.box is not None and any(c.isdigit() for c in line.text) and not has_zip(line.text)


def ends_like_address(lines: Sequence[TextLine]) -> bool:
    """Whether one of the last two lines ends in a ZIP Code or a state, as a last line does."""
    return any(has_zip(line.text) or _ends_in_state(line.text) for line in lines[-2:])


def _ends_in_state(text: str) -> bool:
    words = re.findall(r"[A-Z]+", text.upper())
    return len(words) > 1 and len(words[-1]) == 2 and words[-1] in STATES


def quality(lines: Sequence[TextLine]) -> float:
    """How much a reading is worth, 0 up: of its last two lines, characters weighted by squared confidence, and a ZIP.

    Print read upside down gives short, unsure lines, so the sum tells the orientations apart.
    """
    worth = sum(min(len(line.text), 30) / 30 * line.confidence**2 for line in lines[-2:])
    last = zip_line(lines)
    if last is not None and (last > 0 or len(lines) < 3):
        return worth + 3.0 * math.pow(lines[last].confidence, 1.5)
    state = max((line.confidence for line in lines[-2:] if _ends_in_state(line.text)), default=0.0)
    return worth + 1.5 * math.pow(state, 1.5)
