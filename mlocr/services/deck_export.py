"""Letters of a run as a deck: those it rejected, and those a person has keyed, for study and for the next calibration.

The learning loop ends here, on paper: nothing in a station changes by an export. What comes of it, a calibration or a
mended setting, a person names in the configuration.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mlocr.decks.format import Deck, Expectation, Truth, write_deck, write_truth
from mlocr.decks.score import base_name
from mlocr.errors import BadInputError, UsageError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.ports import AddressMatcher
from mlocr.services.decks import answered_rows
from mlocr.station.journal import read_entries

TO_KEY = "to-key.jsonl"
"""Letters still without a truth: fill in their lines and give the file back as --keyed."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """A run's output folder, where its pictures lie, the new deck's folder; `keyed` are lines a person keyed.

    `everything` takes encoded letters too. `dpi` is that of the pictures where they do not say it.
    """

    run: Path
    images: Path
    out: Path
    keyed: Path | None = None
    everything: bool = False
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The deck's folder, letters in it, those with a truth, and pictures that were not found."""

    out: Path
    letters: int
    with_truth: int
    absent: tuple[str, ...]


def export_deck(options: ExportOptions, opener: Callable[[], AbstractContextManager[AddressMatcher]]) -> Exported:
    """Write the deck. The truth of a keyed letter is what the directory says to its keyed lines.

    Raises UsageError for a folder that is not empty, BadInputError for a run or a file of keyed lines that cannot be
    read.
    """
    rows = _results(options.run)
    keyed = _keyed(options.keyed) if options.keyed else {}
    wanted = [row for row in rows if options.everything or row["outcome"] == "rejected" or row["file"] in keyed]
    present = [row for row in wanted if (options.images / str(row["file"])).is_file()]
    if not present:
        raise BadInputError(f"no picture of {options.images} was rejected in {options.run}; there is nothing to export")
    _make_folder(options.out)
    for row in present:
        shutil.copyfile(options.images / str(row["file"]), options.out / "images" / Path(str(row["file"])).name)
    with opener() as matcher:
        truths = [_truth(row, keyed[str(row["file"])], matcher) for row in present if row["file"] in keyed]
    if truths:
        write_truth(options.out, truths)
    open_rows = [row for row in present if row["file"] not in keyed]
    if open_rows:
        _write_to_key(open_rows, options.out / TO_KEY)
    write_deck(_deck(options, len(present)))
    absent = tuple(str(row["file"]) for row in wanted if row not in present)
    return Exported(options.out, len(present), len(truths), absent)


def _results(run: Path) -> list[Mapping[str, object]]:
    """The run's rows that name a picture, each picture once."""
    named = {answer.file: row for row, answer in answered_rows(run) if answer.file}
    return [row | {"file": name} for name, row in named.items()]


def _keyed(file: Path) -> dict[str, tuple[str, ...]]:
    """Keyed lines by picture; letters whose lines are empty were not keyed."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} cannot be read ({error}); give JSON lines with file and lines") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            lines = tuple(str(part) for part in value["lines"])
            name = base_name(str(value["file"]))
        except (ValueError, TypeError, KeyError) as error:
            raise BadInputError(f'{file}, line {number}: give {{"file": "...", "lines": [...]}}') from error
        if any(part.strip() for part in lines):
            found[name] = lines
    return found


def _make_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty; name a new folder with --out")
    try:
        (out / "images").mkdir(parents=True)
    except OSError as error:
        raise BadInputError(f"{out} cannot be made ({error.strerror}); choose another folder") from error


def _truth(row: Mapping[str, object], lines: Sequence[str], matcher: AddressMatcher) -> Truth:
    match = matcher.match(AddressBlock(tuple(TextLine(line) for line in lines)))
    extra = {"truth_from": "keyed lines, matched", "read": row.get("lines"), "reason": row.get("reason")}
    return Truth(Path(str(row["file"])).name, tuple(lines), expectation(match), category="keyed", extra=extra)


def expectation(match: Match) -> Expectation:
    """What is right for typed lines with this answer."""
    routing = match.routing
    if routing is None:
        return Expectation("rejected")
    kind = match.record_type.value if match.record_type else ""
    parts = (routing.zip5, routing.plus4, routing.delivery_point)
    return Expectation("encoded", int(routing.depth), *parts, routing.check_digit, kind)


def _write_to_key(rows: Iterable[Mapping[str, object]], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            name = Path(str(row["file"])).name
            asked = {"file": name, "lines": [], "read": row.get("lines"), "reason": row.get("reason")}
            out.write(json.dumps(asked, ensure_ascii=False) + "\n")


def _deck(options: ExportOptions, letters: int) -> Deck:
    out = options.out
    as_of, dpi = _as_of(options.run), options.dpi
    purpose = f"{letters} letters of a run, for study"
    origin = "pictures of a run; the truth of a letter is what the directory says to its keyed lines"
    return Deck(out, out.name, purpose, origin, dpi, as_of, None, tuple(sorted((out / "images").iterdir())))


def _as_of(run: Path) -> date | None:
    """The run's coding date from its journal; None where there is none."""
    journal = run / "journal.db"
    if not journal.is_file():
        return None
    started = next((entry.body for entry in read_entries(journal) if entry.kind == "run_started"), {})
    try:
        return date.fromisoformat(str(started.get("as_of")))
    except ValueError:
        return None
