"""What every sub-command shares: JSON lines on standard output, everything else on standard error."""

from __future__ import annotations

import json
import math
import os
import select
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mlocr.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    console: Console


def __getattr__(name: str) -> object:
    """`console`, for messages on standard error, made when first named: rich takes time to load."""
    if name != "console":
        raise AttributeError(f"module {__name__} has no {name}")
    from rich.console import Console

    made = Console(stderr=True, highlight=False)
    globals()[name] = made
    return made


@contextmanager
def busy(text: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on a terminal only; what is written to standard output goes there all along.

    (`Console.status` would take standard output over and show it on the terminal.)
    """
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    shown = Console(stderr=True, highlight=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    silent = not shown.is_terminal
    with Progress(*columns, console=shown, transient=True, redirect_stdout=False, disable=silent) as progress:
        task = progress.add_task(text)
        yield lambda said: progress.update(task, description=said)


def print_json(value: Mapping[str, object]) -> None:
    """Write one JSON object as one line on standard output; never raises for what a value holds.

    Numbers that are none (NaN, infinity) become null. Characters the output cannot carry, lone surrogates among them,
    are escaped.
    """
    plain = _finite(value)
    text = json.dumps(plain, ensure_ascii=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(plain, ensure_ascii=True)
    sys.stdout.write(text + "\n")


def shown(value: object) -> str:
    """A caller's own id for a table on the terminal: empty for None, odd characters replaced."""
    return "" if value is None else str(value).encode("utf-8", "replace").decode("utf-8")


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


@contextmanager
def opened_text(file: Path | None) -> Iterator[TextIO]:
    """The text file to read, or standard input for None and "-". Raises BadInputError when it cannot be read."""
    if file is None or str(file) == "-":
        yield sys.stdin
        return
    try:
        stream = file.open(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); give a file of JSON lines or text") from error
    with stream:
        yield stream


def output_gone() -> bool:
    """Whether standard output is a pipe that nobody reads any more: a broken pipe elsewhere is a fault."""
    with suppress(OSError):
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)  # an error is told without being asked for
        return any(event & select.POLLERR for _, event in poll.poll(0))
    return False


def forget_output() -> None:
    """Nobody takes our output any more: let nothing complain of what is left when the interpreter ends."""
    # Under a test standard output may be no file at all.
    with suppress(OSError), open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def parse_date(text: str | None) -> date | None:
    """The date of `--as-of`, None where it was not given. Raises UsageError for anything that is no date."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise UsageError(f"--as-of {text} is no date; write it as YYYY-MM-DD") from error
