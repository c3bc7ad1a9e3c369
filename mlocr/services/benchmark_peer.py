"""The peer: the way a user would script it with ready-made parts, played over the same letters.

The whole image through pytesseract, usaddress to tag the line above a ZIP Code, street and ZIP Code in a dictionary
made from the raw product file, the last two digits of the number as delivery point. It knows no address block, no
turned letter, no secondary ranges that tie, no rule of the CASS letter: that is the point of it (*ours*).
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from PIL import Image

from mlocr.directory.files import read_zip4
from mlocr.errors import StationError
from mlocr.mail.address import DirectoryRecord

LAST_LINE = re.compile(r"(?<!\d)\d{5}(?:-\d{4})?\W*$")
LINES_ABOVE = 2
START_TIMEOUT_S = 120.0
LETTER_TIMEOUT_S = 60.0

Tag = Callable[[str], Mapping[str, str]]


class Rows(Protocol):
    """The peer's dictionary: records under ZIP Code and street name."""

    def get(self, key: tuple[str, str], default: Sequence[DirectoryRecord], /) -> Sequence[DirectoryRecord]:
        """The records of this ZIP Code and street."""
        ...


class PeerError(StationError):
    """The peer cannot be played; the benchmark goes on without it."""


@dataclass(frozen=True, slots=True)
class PeerRun:
    """One play: seconds from the first letter given out to the last answer, each letter's own, codes by file name."""

    seconds: float
    milliseconds: tuple[float, ...]
    codes: Mapping[str, str]


def missing(raw: Path | None) -> str:
    """One sentence saying what the peer lacks here; empty when it can be played."""
    if importlib.util.find_spec("usaddress") is None:
        return "the peer needs usaddress, which is not installed; install it with: pip install 'mlocr[bench]'"
    if importlib.util.find_spec("pytesseract") is None:
        return "the peer needs pytesseract, which is not installed; install it with: pip install pytesseract"
    if shutil.which("tesseract") is None:
        return "the peer needs the program tesseract, which is not installed; on Debian: apt install tesseract-ocr"
    if raw is None or not (raw / "zip4.txt").is_file():
        return "the peer makes its dictionary from a deck's raw zip4.txt, which is not there; give a deck that has it"
    return ""


# --- what the script does with one text -------------------------------------------------------------------------------


def make_dictionary(zip4: Path) -> Rows:
    """Every ZIP+4 record under its ZIP Code and street name. Raises BadInputError for a malformed file."""
    rows: dict[tuple[str, str], list[DirectoryRecord]] = {}
    with zip4.open("rb") as stream:
        for record in read_zip4(stream, zip4.name):
            rows.setdefault((record.zip5, record.street_name), []).append(record)
    return rows


def code_of(text: str, rows: Rows, tag: Tag) -> str:
    """The eleven digits for the lowest line with a ZIP Code and the street above it; empty where it knows none.

    One of the two lines above may hold the street. No coarser code is guessed from a ZIP Code alone: a script that did
    so would only be wrong more often.
    """
    lines = [line.strip().upper() for line in text.splitlines() if line.strip()]
    at = max((at for at, line in enumerate(lines) if LAST_LINE.search(line)), default=0)
    for above in range(at - 1, max(-1, at - 1 - LINES_ABOVE), -1):
        code = looked_up(tag(f"{lines[above]} {lines[at]}"), rows)
        if code:
            return code
    return ""


def looked_up(parts: Mapping[str, str], rows: Rows) -> str:
    """The eleven digits of an address tagged into parts; empty where the dictionary has none."""
    number = parts.get("AddressNumber") or parts.get("USPSBoxID", "")
    street = parts.get("StreetName", "")
    if "USPSBoxGroupType" in parts:
        street = f"{parts['USPSBoxGroupType']} {parts.get('USPSBoxGroupID', '')}"
    elif "USPSBoxID" in parts:
        street = "PO BOX"
    zip5 = parts.get("ZipCode", "")[:5]
    if not number.isdecimal():
        return ""
    hits = [row for row in rows.get((zip5, street), ()) if _in_range(int(number), row) and row.addon_low.isdecimal()]
    if not hits:
        return ""
    best = max(hits, key=lambda row: _agreement(parts, row))  # between equals simply the first
    return f"{zip5}{_addon(int(number), best)}{number[-2:].zfill(2)}"


def _addon(number: int, row: DirectoryRecord) -> str:
    # A range of add-ons beside a range of boxes: one each.
    if row.addon_high.isdecimal() and int(row.addon_high) > int(row.addon_low):
        return f"{int(row.addon_low) + number - int(row.primary_low):04}"
    return row.addon_low


def _in_range(number: int, row: DirectoryRecord) -> bool:
    if not (row.primary_low.isdecimal() and row.primary_high.isdecimal()):
        return False
    parity = {"E": number % 2 == 0, "O": number % 2 == 1}.get(row.primary_parity, True)
    return parity and int(row.primary_low) <= number <= int(row.primary_high)


def _agreement(parts: Mapping[str, str], row: DirectoryRecord) -> int:
    agreed = (
        parts.get("StreetNamePreDirectional", "") == row.predirectional,
        parts.get("StreetNamePostType", "") == row.suffix,
        parts.get("StreetNamePostDirectional", "") == row.postdirectional,
    )
    unit = parts.get("OccupancyIdentifier", "").lstrip("# ").zfill(8)
    low, high = row.secondary_low.zfill(8), row.secondary_high.zfill(8)
    return sum(agreed) + (low <= unit <= high if row.secondary_low else unit == "00000000")


# --- its processes ----------------------------------------------------------------------------------------------------


def play_peer(images: Sequence[Path], raw: Path, processes: int, psm: int) -> PeerRun:
    """Give every image to the next free process; models and dictionary are loaded, and one letter read, before.

    Raises PeerError when a process ends or does not answer.
    """
    context = multiprocessing.get_context("spawn")
    workers: dict[Connection, multiprocessing.process.BaseProcess] = {}
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process: multiprocessing.process.BaseProcess = context.Process(
                target=_work, args=(theirs, raw / "zip4.txt", images[0], psm), daemon=True
            )
            process.start()
            theirs.close()
            workers[ours] = process
        for pipe in workers:
            _answer(pipe, START_TIMEOUT_S)
        return _deal(images, list(workers))
    finally:
        for pipe, process in workers.items():
            with suppress(OSError):
                pipe.send(None)
            process.join(2)
            if process.is_alive():
                process.kill()
            pipe.close()


def _deal(images: Sequence[Path], pipes: list[Connection]) -> PeerRun:
    codes: dict[str, str] = {}
    milliseconds: list[float] = []
    waiting = list(reversed(images))
    started = time.perf_counter()
    busy = set(pipes)
    for pipe in pipes:
        _give(pipe, waiting, busy)
    while busy:
        ready = wait(list(busy), LETTER_TIMEOUT_S)
        if not ready:
            raise PeerError("a process of the peer does not answer; see whether tesseract runs on these images")
        for pipe in [each for each in busy if each in ready]:
            name, code, took = _answer(pipe, 0.0)
            codes[name] = code
            milliseconds.append(took)
            _give(pipe, waiting, busy)
    return PeerRun(time.perf_counter() - started, tuple(milliseconds), codes)


def _give(pipe: Connection, waiting: list[Path], busy: set[Connection]) -> None:
    if waiting:
        pipe.send(waiting.pop())
    else:
        busy.discard(pipe)


def _answer(pipe: Connection, timeout: float) -> tuple[str, str, float]:
    try:
        if pipe.poll(timeout):
            name, code, took = pipe.recv()
            return str(name), str(code), float(took)
    except (EOFError, OSError):
        pass
    raise PeerError("a process of the peer ended or did not start; run tesseract by hand on one image to see why")


def _work(pipe: Connection, zip4: Path, first: Path, psm: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Side by side, one thread each is the faster way for tesseract too.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    rows = make_dictionary(zip4)
    _read(first, rows, psm)
    pipe.send(("", "", 0.0))
    with suppress(EOFError, OSError):
        while (image := pipe.recv()) is not None:
            started = time.perf_counter()
            code = _read(image, rows, psm)
            pipe.send((image.name, code, (time.perf_counter() - started) * 1000))


def _read(image: Path, rows: Rows, psm: int) -> str:
    import pytesseract  # noqa: PLC0415 - only a peer process needs it

    try:
        with Image.open(image) as picture:
            text = str(pytesseract.image_to_string(picture, config=f"--psm {psm}"))
    except (OSError, pytesseract.TesseractError):
        return ""
    return code_of(text, rows, tag_address)


def tag_address(text: str) -> Mapping[str, str]:
    """The parts usaddress sees in one line of text; none where it sees a part twice and gives up."""
    import usaddress  # noqa: PLC0415 - an optional extra

    try:
        tagged: Mapping[str, str] = usaddress.tag(text)[0]
        return tagged
    except usaddress.RepeatedLabelError:
        return {}
