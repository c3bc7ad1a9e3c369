"""The tie rules as data: ordered, named, each with its source, its validity dates and its switch in the settings.

`tests/unit/test_rule_table.py` holds the table to the code: every code the matcher's trace can hold stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from mlocr.matching.settings import MatchSettings

OURS = "ours"
_AMS = "AMS footnote "
_LETTER = "CASS letter, default matches"


@dataclass(frozen=True, slots=True)
class TieRule:
    """One rule. `code` is what the trace calls it; `source` its clause, or "ours".

    In force from `first` to `last`, both included (None: without end), where `setting` (the name of a yes-or-no field
    of MatchSettings; empty: always) allows it.
    """

    code: str
    source: str
    first: date | None = None
    last: date | None = None
    setting: str = ""

    def in_force(self, settings: MatchSettings, as_of: date | None) -> bool:
        """Whether the rule counts on the coding date `as_of`; None is today's rules, those without an end."""
        if self.setting and not getattr(settings, self.setting):
            return False
        if as_of is None:
            return self.last is None
        return (self.first is None or self.first <= as_of) and (self.last is None or as_of <= self.last)


# The order is that in which they get their say: the last line, the delivery line, the record, the answer.
_ROWS = (
    TieRule("line_parted", OURS),
    TieRule("foreign", "DMM 602 1.0"),
    TieRule("last_lines_differ", OURS),
    TieRule("no_last_line", "AMS return code 11"),
    TieRule("last_line_repaired", OURS),
    TieRule("last_line", "City State product"),
    TieRule("state_corrected", _AMS + "B"),
    TieRule("city_respelled", _AMS + "B"),
    TieRule("last_line_reread", OURS),
    TieRule("last_line_doubtful", OURS),
    TieRule("dual_address", "DMM 602 2.1"),
    TieRule("insufficient_address", _AMS + "I"),
    TieRule("early_warning", _AMS + "R"),
    TieRule("stray_mark", OURS),
    TieRule("stray_mark_doubtful", OURS),
    TieRule("addon_of_a_sister", OURS),
    # --- the street ---
    TieRule("part_differs", OURS),
    TieRule("part_missing", _AMS + "L"),
    TieRule("part_wrong", OURS),
    TieRule("cardinal_rule", _AMS + "K", setting="cardinal_rule"),
    TieRule("magnet_street", _AMS + "T", setting="magnet_streets"),
    TieRule("part_changed", _AMS + "L"),
    TieRule("directional_moved", _AMS + "L"),
    TieRule("directional_changed", _AMS + "L"),
    TieRule("misspelled", _AMS + "M", setting="fuzzy"),
    TieRule("suffix_misspelled", OURS),
    TieRule("words_run_together", OURS),
    TieRule("words_torn", OURS),
    TieRule("stray_character", OURS),
    TieRule("respelled", OURS),
    TieRule("nearer_out_of_range", OURS),
    TieRule("several_near", OURS),
    TieRule("too_far", OURS),
    TieRule("name_elsewhere", OURS),
    TieRule("rest_unread", OURS),
    TieRule("letter_left_over", OURS),
    TieRule("letter_doubtful", OURS),
    TieRule("number_missing", OURS),
    TieRule("no_such_street", _AMS + "F"),
    TieRule("number_out_of_range", "Publication 28 appendix E"),
    TieRule("building_without_letter", OURS),
    # --- the record at the number ---
    TieRule("record_type", "AMS: the finest record first"),
    TieRule("firm_record", _AMS + "G"),
    TieRule("firm_doubtful", OURS),
    TieRule("firm_only", OURS),
    TieRule("highrise_exact", "CASS letter; Publication 28 appendix E"),
    TieRule("unit_repaired", OURS),
    TieRule("building_name", "CASS letter: a secondary used as the primary"),
    TieRule("unit_doubtful", OURS),
    TieRule("unit_unread", OURS),
    TieRule("highrise_default", "CASS letter rule 7"),
    TieRule("single_highrise", _LETTER),
    TieRule("no_default", _LETTER),
    TieRule("street_record", "Publication 28 appendix E"),
    TieRule("box_record", "Publication 28 sections 24, 25, 28"),
    TieRule("base_record", "ZIP+4 product, base and alternate records"),
    TieRule("same_code", OURS),
    TieRule("no_addon", _AMS + "D"),
    TieRule("multiple_responses", "AMS return code 22"),
    # --- several ZIP Codes, several readings ---
    TieRule("city_search", _AMS + "A"),
    TieRule("finance_number_search", _AMS + "A"),
    TieRule("street_elsewhere", OURS, setting="correct_zip"),
    TieRule("several_zip_codes", "AMS return code 22"),
    TieRule("number_elsewhere", OURS),
    TieRule("perhaps_elsewhere", OURS),
    TieRule("zip_corrected", _AMS + "A", setting="correct_zip"),
    TieRule("city_corrected", _AMS + "B, V", setting="correct_city"),
    TieRule("last_line_refused", _AMS + "C"),
    TieRule("other_reading", OURS),
    TieRule("other_numbers", OURS),
    TieRule("competing_readings", OURS),
    TieRule("nearer_as_written", OURS),
    TieRule("unit_run_in", OURS),
    TieRule("firm_unread", OURS),
    TieRule("zip_reread", OURS),
    TieRule("competing_zip_codes", OURS),
    TieRule("numbers_confirmed", OURS),
    TieRule("directed_reading", OURS, setting="directed"),
    # --- the answer ---
    TieRule("addon_tie_break", _AMS + "O", setting="tie_by_addon"),
    TieRule("unique_zip_default", "DMM 708 4.2.4a; " + _AMS + "X", setting="unique_zip_default"),
    # A 2005-06 note on Stage I (category I2) calls it no longer acceptable; the day itself is not published. The CASS
    # cycle of that note began on August 1, 2005, and the rule ends with the cycle before (*ours*).
    TieRule("small_town_default", _AMS + "W", last=date(2005, 7, 31), setting="small_town_default"),
    TieRule("no_street_delivery", _AMS + "W"),
    TieRule("low_confidence", OURS),
    TieRule("printed_addon_differs", OURS),
    TieRule("stale_addon", OURS),
    TieRule("zip_not_sure", OURS),
    # --- the confirming tables, asked after the answer ---
    TieRule("lacslink", "LACSLink return codes"),
    TieRule("suitelink", "SuiteLink return codes"),
    TieRule("dpv", "DPV codes and footnotes; CASS Cycle L: no add-on that DPV has not confirmed"),
)

RULES: Mapping[str, TieRule] = MappingProxyType({rule.code: rule for rule in _ROWS})
"""Every rule by its code, in order."""
