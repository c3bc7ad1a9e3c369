"""Highway names: the many printed forms and those the ZIP+4 file uses (Publication 28 appendix F)."""

import re
from collections.abc import Sequence

_HWY = r"(?:HIGHWAY|HWY|HIWAY|HIGHWY|HWAY)"
_RTE = r"(?:ROUTE|RTE|RT)"
_ROAD = r"(?:ROAD|RD)"

# Pattern of the printed form, then the names the directory may use; \1 is the number with its letter.
_FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(rf"^(?:{pattern})\s(\d+[A-Z]?)$"), names)
    for pattern, names in (
        (rf"(?:U\s?S|UNITED STATES) {_HWY}", ("US HIGHWAY {}", "US HWY {}", "HIGHWAY {}")),
        (rf"(?:U\s?S|UNITED STATES) {_RTE}", ("US ROUTE {}", "US HIGHWAY {}", "US RTE {}")),
        (r"U\s?S", ("US HIGHWAY {}", "US ROUTE {}")),
        (rf"(?:STATE|ST) {_HWY}|S\s?H", ("STATE HIGHWAY {}", "STATE HWY {}")),
        (rf"(?:STATE|ST) {_RTE}|S\s?R", ("STATE ROUTE {}", "STATE RTE {}")),
        (rf"(?:STATE|ST) {_ROAD}", ("STATE ROAD {}", "STATE RD {}")),
        (rf"(?:COUNTY|CNTY|CO) {_ROAD}|C\s?R", ("COUNTY ROAD {}", "COUNTY RD {}")),
        (rf"(?:COUNTY|CNTY|CO) {_HWY}|CTH", ("COUNTY HIGHWAY {}", "COUNTY HWY {}")),
        (rf"(?:COUNTY|CNTY|CO) {_RTE}", ("COUNTY ROUTE {}", "COUNTY RTE {}")),
        (rf"(?:FARM TO MARKET|F\s?M)(?: {_ROAD})?", ("FM {}", "FARM TO MARKET {}", "FM ROAD {}")),
        (rf"(?:RANCH TO MARKET|R\s?M)(?: {_ROAD})?|RANCH {_ROAD}", ("RM {}", "RANCH ROAD {}")),
        (rf"(?:INTERSTATE|INTERST|I)(?: {_HWY})?", ("INTERSTATE {}", "INTERSTATE HIGHWAY {}", "I {}")),
        (_HWY, ("HIGHWAY {}", "HWY {}")),
        (_RTE, ("ROUTE {}", "RTE {}")),
        (_ROAD, ("ROAD {}", "RD {}")),
        (rf"(?:TOWNSHIP|TWP) {_ROAD}|T\s?R", ("TOWNSHIP ROAD {}", "TOWNSHIP RD {}")),
        (r"(?:CARRETERA|CARR)", ("CARR {}", "CARRETERA {}")),
    )
)
_GLUED = re.compile(r"^(US|SR|SH|CR|FM|RM|I|CTH|HWY|RTE)-?(\d+[A-Z]?)$")


def highway_names(words: Sequence[str]) -> list[str]:
    """The directory's possible names for a highway as printed; empty for anything else."""
    text = " ".join(words)
    glued = _GLUED.match(text)
    if glued:
        text = f"{glued[1]} {glued[2]}"
    for pattern, names in _FORMS:
        found = pattern.match(text)
        if found:
            return [name.format(found.groups()[-1]) for name in names]
    return []
