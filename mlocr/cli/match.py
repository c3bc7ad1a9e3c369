"""`mlocr match`: address lines in, codes out."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from mlocr.cli.common import forget_output, parse_date
from mlocr.cli.match_progress import MatchProgress
from mlocr.errors import BadInputError, ExitCode, UsageError

if TYPE_CHECKING:
    from mlocr.services.matching_lines import ByteStream
    from mlocr.services.matching_records import Form

HELP = """Match address lines against the postal directory; no image involved.

Takes JSON lines ({"id": 1, "lines": ["124 MAIN ST", "HAVENPORT ME 04901"]}, optionally "confidences" and
"alternatives"), a table (CSV with a header line; usual column names are recognised) or plain text with a blank line
between addresses, from FILE or standard input. Answers in order: a table gets the answer's columns appended, anything
else a line for each address, or with --json an object.

Example: mlocr match --directory test_decks/first/directory --as-of 2026-11-20 --json addresses.jsonl
Example: mlocr match --directory DIR --columns line1=ADDR1,city=CITY,state=ST,zip=ZIP customers.csv > coded.csv
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("match", help=HELP)(match)


def match(
    directory: Annotated[
        Path | None, typer.Option(help="A built directory, or a folder with zip4.txt and ctystate.txt.")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines, a table or plain text; standard input if left out.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Configuration file: its [matcher] settings, or another engine.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Coding date YYYY-MM-DD (default: today).")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", help="Form of the answers: json, csv or text; also of input that does not show it."),
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Columns of a table, PART=NAME,...: line1 line2 city state zip zip4 id name firm ...")
    ] = "",
    delimiter: Annotated[str, typer.Option(help="Delimiter of a table, one character or tab; seen if left out.")] = "",
    encoding: Annotated[str, typer.Option(help="Character set of the input.")] = "utf-8",
    explain: Annotated[bool, typer.Option("--explain", help="Say for each answer which rules led to it.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes (default: one for each core).")] = None,
) -> int:
    """Answer each record. A broken pipe behind us ends it quietly: whoever reads has read enough."""
    from platformdirs import user_cache_path

    from mlocr.services.matching_batch import Batch, BatchSetting, bad_rows_error, cores, job_of
    from mlocr.services.matching_choice import choose_opener
    from mlocr.services.matching_columns import parse_columns
    from mlocr.services.matching_input import RecordSource, Wishes
    from mlocr.services.matching_lines import LineSource

    wished = _form(form, json, explain)
    wishes = Wishes(form == "csv", parse_columns(columns), _delimiter(delimiter))
    when = parse_date(as_of) or datetime.now().date()
    name = "standard input" if file is None or str(file) == "-" else str(file)
    opener = choose_opener(directory, config, user_cache_path("mlocr") / "directories", when, _say)
    out = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _opened_bytes(file) as stream, MatchProgress(_size(file)) as shown:
        records = RecordSource(LineSource(stream, name, encoding), wishes)
        setting = BatchSetting(workers or cores(), _write, lambda count: shown.update(count, records.bytes_read), _say)
        batch = Batch(records, opener, setting, stream)
        try:
            count = batch.run(lambda opened: job_of(opened, wished, out, sys.stdout.isatty(), explain))
        except BrokenPipeError:
            forget_output()
            return ExitCode.DONE
        except KeyboardInterrupt:
            _say(f"interrupted; {batch.count.records} addresses were answered")
            return ExitCode.INTERRUPTED
    error = bad_rows_error(count, name)
    if error is not None:
        raise error
    return ExitCode.DONE


def _size(file: Path | None) -> int | None:
    """Bytes of a plain file; None of a pipe."""
    try:
        return file.stat().st_size if file is not None and file.is_file() else None
    except OSError:
        return None


def _form(given: str | None, json: bool, explain: bool) -> Form | None:
    from mlocr.services.matching_records import Form

    if explain and (json or given not in (None, "text")):
        raise UsageError("--explain is text for a person; leave out --json and --format (--json has the trace too)")
    if json and given not in (None, "json"):
        raise UsageError(f"--json and --format {given} exclude each other; give one of them")
    if given is None:
        return Form.JSON if json else None
    try:
        return Form(given)
    except ValueError as error:
        raise UsageError(f"there is no format {given!r}; choose json, csv or text") from error


def _delimiter(given: str) -> str:
    delimiter = "\t" if given in ("tab", "\\t") else given
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
        raise UsageError(f"--delimiter {given!r} is no delimiter; give one character, such as ; or tab")
    return delimiter


@contextmanager
def _opened_bytes(file: Path | None) -> Iterator[ByteStream]:
    """The file, or standard input for None and "-", as bytes."""
    if file is None or str(file) == "-":
        buffer = getattr(sys.stdin, "buffer", None)
        # Standard input may have been replaced by text.
        yield cast("ByteStream", buffer or io.BytesIO(sys.stdin.read().encode("utf-8", "surrogatepass")))
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BadInputError(f"{file} cannot be read ({error.strerror}); give a file of addresses") from error
    with stream:
        yield stream


def _write(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()


def _say(sentence: str) -> None:
    typer.echo(f"mlocr: {sentence}", err=True)
