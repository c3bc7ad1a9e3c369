"""Every threshold of matching, named, in one place. All are *ours*: the published sources give none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """How much evidence a code needs.

    `unpublished_dpc`: "rightmost_number" or "none", for delivery points no public text defines (hyphen, grid ...).
    `minimum_confidence`: a delivery line read below this gets no add-on, unless its scorer speaks clearly against other
    numbers; below `hopeless_confidence` never. `sure_confidence`: from it on a line's text outweighs its alternatives
    when there is no scorer. `sure_margin`: natural-log likelihood by which a scorer must prefer one reading to the
    next.
    `last_line_confidence`: below it a last line alone gives no code.
    `tie_by_addon`: let the printed +4 decide between equal answers (AMS footnote O). `correct_zip`, `correct_city`:
    let one full street and number match overrule a contradicting ZIP Code or city. `fuzzy`: let misspelled names match.
    `unknown_street_needs_only_zip`: where the street is not found or not read, give five digits only in a city with a
    single ZIP Code that is printed too: else the ZIP Code itself may be the misprint. A street the ZIP Code has, though
    not the number, speaks for the ZIP Code and keeps its five digits.
    `cardinal_rule`, `magnet_streets`: the CASS rules of those names (footnotes K, T). `unique_zip_default`: -0001 for
    any address of a unique ZIP Code that has no other add-on (DMM 708 4.2.4a). `small_town_default`: general delivery
    for street addresses of a ZIP Code without street delivery, while that was a rule (`rule_table`).
    `number_moves_zip`: let a number that the street has only in another ZIP Code of the city overrule the printed one.
    Off: the number may be as wrong as the ZIP Code (a lost digit does it), and two answers are none, unless no single
    slip of the number is there.
    `digit_checks`: ask the scorer about look-alike digits of the house number when the line is below this confidence.
    `directed`: read badly read lines by the words the directory has, where a scorer bears them out (`directed`).
    `short_path`: answer plain typed addresses without the questions that only others need (`short_path`); the answers
    are the same, off is for comparison.
    """

    unpublished_dpc: str = "rightmost_number"
    minimum_confidence: float = 0.6
    hopeless_confidence: float = 0.15
    sure_confidence: float = 0.9
    sure_margin: float = 3.0
    last_line_confidence: float = 0.6
    digit_checks: float = 0.98
    tie_by_addon: bool = False
    correct_zip: bool = True
    correct_city: bool = True
    fuzzy: bool = True
    unknown_street_needs_only_zip: bool = True
    cardinal_rule: bool = True
    magnet_streets: bool = True
    unique_zip_default: bool = True
    number_moves_zip: bool = False
    small_town_default: bool = True
    directed: bool = True
    short_path: bool = True
