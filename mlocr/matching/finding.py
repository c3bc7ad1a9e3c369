"""What one reading of a delivery line found in the directory."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from mlocr.mail.address import DirectoryRecord
from mlocr.matching.parsed import DeliveryParts, Secondary


class Verdict(Enum):
    """How a search ended, the finest first."""

    FOUND = "found"
    MULTIPLE = "multiple"
    NO_ADDON = "no_addon"
    OUT_OF_RANGE = "out_of_range"
    INSUFFICIENT = "insufficient"
    NO_STREET = "no_street"
    HELD = "held"  # a rule keeps the answer at five digits (early warning)


class Choice(NamedTuple):
    """One record chosen at an address: its add-on, delivery point and rule; `secondary` is what its range held.

    `exact`: no part was missing, changed, defaulted or misspelled. `sure_only`: needs a line read with certainty.
    `number` is the primary number as the record's range held it, without a unit glued to it or a hyphen left out.
    `needs_last_line`: found under another reading than the printed one, so the last line must stand by itself.
    """

    record: DirectoryRecord
    addon: str
    delivery_point: str
    rule: str
    secondary: Secondary | None = None
    notes: tuple[str, ...] = ()
    exact: bool = True
    sure_only: bool = False
    needs_last_line: bool = False
    number: str = ""

    @property
    def code(self) -> str:
        """All digits this choice would encode."""
        return self.record.zip5 + self.addon + (self.delivery_point if self.addon else "")


class Finding(NamedTuple):
    """The verdict on one reading of a delivery line, with its choices: one when FOUND, several when MULTIPLE.

    `notes` are the AMS footnotes of the verdict itself (K, T); those of a record stand in its choice.
    """

    verdict: Verdict
    choices: tuple[Choice, ...] = ()
    parts: DeliveryParts | None = None
    notes: tuple[str, ...] = ()

    @property
    def choice(self) -> Choice | None:
        """The single choice, where there is one."""
        return self.choices[0] if self.verdict is Verdict.FOUND else None

    @property
    def exact(self) -> bool:
        """Found without any correction."""
        return self.verdict is Verdict.FOUND and self.choices[0].exact
