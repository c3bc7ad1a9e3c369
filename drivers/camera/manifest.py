"""The list beside recorded frames: which file was taken at which trigger, when, and what was lost. JSON lines.

One object a frame: `trigger` (rising), `file` (beside the list; null where no picture came, `fault` then says why),
`device_time` (seconds of the camera's clock), `dropped_before` (frames lost before it), `dpi`, `name`. All but
`trigger` may be absent; unknown keys are kept out of it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from mlocr.errors import BadInputError

NAME = "frames.jsonl"
MOST_LOST = 10_000  # triggers in a row without a frame: more is a list gone wrong, not a camera


@dataclass(frozen=True, slots=True)
class Entry:
    """One trigger of a recording; `file` is empty where it gave no picture."""

    trigger: int
    file: str
    name: str
    device_time: float | None = None
    dropped_before: int = 0
    dpi: float | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries to play, every trigger from the first to the last once; frames left out, counted."""

    entries: tuple[Entry, ...]
    duplicate: int = 0
    stale: int = 0


def read_manifest(text: str, where: str) -> Manifest:
    """The list in `text`; `where` names it. Raises BadInputError with the line's number.

    A frame whose trigger came already is a duplicate, one whose trigger lies before is stale: neither is played. A
    trigger that is missing between two gets an entry without a file.
    """
    entries: list[Entry] = []
    duplicate = stale = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        entry = _entry(line, f"{where}, line {number}")
        last = entries[-1].trigger if entries else entry.trigger - 1
        if entry.trigger <= last:
            duplicate, stale = duplicate + (entry.trigger == last), stale + (entry.trigger < last)
            continue
        if entry.trigger - last - 1 > MOST_LOST:
            raise BadInputError(
                f"{where}, line {number}: the triggers jump from {last} to {entry.trigger}; mend the list"
            )
        entries += [_missing(trigger) for trigger in range(last + 1, entry.trigger)]
        entries.append(entry)
    return Manifest(tuple(entries), duplicate, stale)


def _missing(trigger: int) -> Entry:
    return Entry(trigger, "", f"{trigger:06d}", fault="the recording has no frame of this trigger")


def _entry(line: str, at: str) -> Entry:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{at}: this is no JSON ({error}); mend or remove the line") from None
    if not isinstance(row, dict):
        raise BadInputError(f"{at}: a frame is a JSON object; mend or remove the line")
    trigger = _whole(row, "trigger", at)
    if trigger is None:
        raise BadInputError(f"{at}: the frame has no trigger; give the camera's trigger count")
    file = row.get("file")
    if file is not None and not _beside(file):
        raise BadInputError(f"{at}: file {file!r} does not lie beside the list; give a plain name")
    name = row.get("name") or (PurePosixPath(file).name if file else f"{trigger:06d}")
    fault = str(row.get("fault") or ("" if file else "the recording has no frame of this trigger"))
    dropped = _whole(row, "dropped_before", at) or 0
    when, dpi = _number(row, "device_time", at), _number(row, "dpi", at)
    return Entry(trigger, str(file or ""), str(name), when, dropped, dpi, "" if file else fault)


def _beside(file: object) -> bool:
    if not isinstance(file, str) or not file or "\\" in file or "\0" in file:
        return False
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts


def _whole(row: dict[str, Any], name: str, at: str) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise BadInputError(f"{at}: {name} is a whole number not below 0, not {value!r}; mend the line")
    return value


def _number(row: dict[str, Any], name: str, at: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInputError(f"{at}: {name} is a number, not {value!r}; mend the line")
    return float(value)
