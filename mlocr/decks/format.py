"""Decks on disk: `deck.toml`, `images/`, `truth.jsonl`, `directory/`, as anyone may have made them."""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from mlocr.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is right for one letter. Digits are text; a part that does not apply is empty, depth None for a reject."""

    outcome: str
    depth: int | None = None
    zip5: str = ""
    plus4: str = ""
    dpc: str = ""
    check_digit: str = ""
    record_type: str = ""

    @property
    def digits(self) -> str:
        """The digits of the code, as many as the truth gives and its depth allows."""
        return (self.zip5 + self.plus4 + self.dpc)[: self.depth] if self.depth else ""


@dataclass(frozen=True, slots=True)
class Truth:
    """One line of `truth.jsonl`; `extra` holds every key not named here, as it stood."""

    file: str
    lines: tuple[str, ...]
    expect: Expectation
    bbox: tuple[int, int, int, int] | None = None
    rotation: int | None = None
    skew: float | None = None
    category: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deck:
    """One deck: its folder, what `deck.toml` says, and its images in playing order.

    `dpi` and `as_of` are None where the deck does not say; `directory` is None where it has none.
    """

    path: Path
    name: str
    purpose: str
    origin: str
    dpi: float | None
    as_of: datetime.date | None
    directory: Path | None
    images: tuple[Path, ...]
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def truth_file(self) -> Path:
        """Where the truth stands, if the deck has it."""
        return self.path / "truth.jsonl"


def read_deck(path: Path) -> Deck:
    """Open the deck in folder `path`. Raises BadInputError with a sentence when it is no deck."""
    if not path.is_dir():
        raise BadInputError(f"{path} is not a folder; name the folder of a deck, the one that holds deck.toml")
    table = _read_toml(path / "deck.toml")
    known = {"name", "purpose", "origin", "dpi", "as_of", "directory"}
    directory = _text(table, "directory", path / "deck.toml")
    if directory and not (path / directory).exists():
        raise BadInputError(
            f"{path / directory} is not there though {path / 'deck.toml'} names it; put the directory back"
        )
    return Deck(
        path=path,
        name=_text(table, "name", path / "deck.toml") or path.name,
        purpose=_text(table, "purpose", path / "deck.toml"),
        origin=_text(table, "origin", path / "deck.toml"),
        dpi=_dpi(table, path / "deck.toml"),
        as_of=_as_of(table, path / "deck.toml"),
        directory=path / directory if directory else None,
        images=_images(path / "images"),
        extra={k: v for k, v in table.items() if k not in known},
    )


def _read_toml(file: Path) -> dict[str, object]:
    if not file.is_file():
        raise BadInputError(f"{file} is missing; a deck's folder holds deck.toml, images and truth.jsonl")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} is not TOML ({error}); mend that line") from error
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); check its permissions") from error


def _text(table: Mapping[str, object], key: str, file: Path) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise BadInputError(f"{file}: {key} must be text in quotes, not {value!r}; mend that line")
    return value


def _dpi(table: Mapping[str, object], file: Path) -> float | None:
    value = table.get("dpi")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 50 <= value <= 1200:
        raise BadInputError(f"{file}: dpi must be a number from 50 to 1200, not {value!r}; mend that line")
    return float(value)


def _as_of(table: Mapping[str, object], file: Path) -> datetime.date | None:
    value = table.get("as_of")
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date) or value is None:
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInputError(f"{file}: as_of must be a date like 2026-11-02, not {value!r}; mend that line") from error


def _images(folder: Path) -> tuple[Path, ...]:
    """The letters of a deck by name: every file that is not hidden. What is no picture is counted as a bad one."""
    if not folder.is_dir():
        raise BadInputError(f"{folder} is missing; a deck keeps its letters in a folder named images")
    files = sorted((f for f in folder.iterdir() if f.is_file() and not f.name.startswith(".")), key=lambda f: f.name)
    if not files:
        raise BadInputError(f"{folder} is empty; a deck needs at least one letter")
    return tuple(files)


def read_truth(deck: Path) -> tuple[Truth, ...]:
    """The truth of the deck in folder `deck`. Raises BadInputError where it is missing or malformed."""
    file = deck / "truth.jsonl"
    if not file.is_file():
        raise BadInputError(f"{file} is missing; without its truth a deck can be played but not scored")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} cannot be read as UTF-8 text ({error}); replace the file") from error
    out: list[Truth] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            truth = _truth(line, f"{file}, line {number}")
            if truth.file in seen:
                raise BadInputError(f"{file}, line {number}: {truth.file} stands twice; keep one line for each image")
            seen.add(truth.file)
            out.append(truth)
    if not out:
        raise BadInputError(f"{file} is empty; write one object for each image")
    return tuple(out)


def _truth(line: str, where: str) -> Truth:
    try:
        table = json.loads(line)
    except ValueError as error:
        raise BadInputError(f"{where}: not JSON ({error}); mend that line") from error
    if (
        not isinstance(table, dict)
        or not isinstance(table.get("file"), str)
        or not isinstance(table.get("expect"), dict)
    ):
        raise BadInputError(f"{where}: needs at least file (text) and expect (an object); mend that line")
    lines = table.get("lines") or []
    if not isinstance(lines, list) or not all(isinstance(text, str) for text in lines):
        raise BadInputError(f"{where}: lines must be a list of texts; mend that line")
    known = {"file", "lines", "expect", "bbox", "rotation", "skew", "category"}
    bbox, rotation, skew = table.get("bbox"), table.get("rotation"), table.get("skew")
    return Truth(
        file=_image_name(table["file"]),
        lines=tuple(lines),
        expect=_expectation(table["expect"], where),
        bbox=_box(bbox, where) if bbox is not None else None,
        rotation=int(rotation) if isinstance(rotation, int | float) else None,
        skew=float(skew) if isinstance(skew, int | float) else None,
        category=str(table.get("category") or ""),
        extra={k: v for k, v in table.items() if k not in known},
    )


def _image_name(name: str) -> str:
    """The file relative to images/, also where the truth's author wrote the folder with it."""
    return name.replace("\\", "/").removeprefix("./").removeprefix("images/")


def _box(value: object, where: str) -> tuple[int, int, int, int]:
    if not isinstance(value, list) or len(value) != 4 or not all(isinstance(v, int | float) for v in value):
        raise BadInputError(f"{where}: bbox must be four numbers x0, y0, x1, y1; mend that line")
    x0, y0, x1, y1 = (round(v) for v in cast("list[float]", value))
    return x0, y0, x1, y1


def _expectation(table: Mapping[str, object], where: str) -> Expectation:
    """The `expect` object, null or absent parts allowed: depth then follows from the digits given."""
    outcome = table.get("outcome")
    if outcome not in ("encoded", "rejected"):
        raise BadInputError(f"{where}: expect.outcome must be encoded or rejected, not {outcome!r}; mend that line")
    digits = {
        key: _digits(table, key, size, where)
        for key, size in (("zip5", 5), ("plus4", 4), ("dpc", 2), ("check_digit", 1))
    }
    record_type = str(table.get("record_type") or "")
    if outcome == "rejected":
        return Expectation("rejected", record_type=record_type)
    depth = table.get("depth")
    if depth is None:
        depth = 11 if digits["dpc"] else 9 if digits["plus4"] else 5
    if depth not in (11, 9, 5):
        raise BadInputError(f"{where}: expect.depth must be 11, 9, 5 or null, not {depth!r}; mend that line")
    needed = {11: ("zip5", "plus4", "dpc"), 9: ("zip5", "plus4"), 5: ("zip5",)}[int(depth)]
    for key in needed:
        if not digits[key]:
            raise BadInputError(f"{where}: expect.{key} is missing though the depth is {depth}; mend that line")
    return Expectation("encoded", int(depth), **digits, record_type=record_type)


def _digits(table: Mapping[str, object], key: str, size: int, where: str) -> str:
    value = table.get(key)
    if value is None or value == "":
        return ""
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == size):
        raise BadInputError(f"{where}: expect.{key} must be {size} digits in quotes, not {value!r}; mend that line")
    return value


def write_deck(deck: Deck) -> None:
    """Write `deck.toml` of a deck whose folder stands."""
    rows = [f"name = {_quoted(deck.name)}", f"purpose = {_quoted(deck.purpose)}", f"origin = {_quoted(deck.origin)}"]
    if deck.dpi is not None:
        rows.append(f"dpi = {deck.dpi:g}")
    if deck.as_of is not None:
        rows.append(f"as_of = {deck.as_of.isoformat()}")
    if deck.directory is not None:
        rows.append(f"directory = {_quoted(deck.directory.relative_to(deck.path).as_posix())}")
    (deck.path / "deck.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_truth(deck: Path, truths: Sequence[Truth]) -> None:
    """Write `truth.jsonl`, one object a line, in the order given."""
    with (deck / "truth.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for truth in truths:
            out.write(json.dumps(truth_object(truth), ensure_ascii=False) + "\n")


def truth_object(truth: Truth) -> dict[str, object]:
    """One truth as the JSON object of the file."""
    expect = truth.expect
    out: dict[str, object] = {
        "file": truth.file,
        "lines": list(truth.lines),
        "expect": {
            "outcome": expect.outcome,
            "depth": expect.depth,
            "zip5": expect.zip5 or None,
            "plus4": expect.plus4 or None,
            "dpc": expect.dpc or None,
            "check_digit": expect.check_digit or None,
            "record_type": expect.record_type or None,
        },
    }
    for key, value in (
        ("bbox", truth.bbox),
        ("rotation", truth.rotation),
        ("skew", truth.skew),
        ("category", truth.category),
    ):
        if value is not None and value != "":
            out[key] = list(value) if isinstance(value, tuple) else value
    return out | dict(truth.extra)
