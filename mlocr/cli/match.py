"""`mlocr match`: address lines in, codes out."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mlocr.cli.common import opened_text, parse_date, print_json, shown
from mlocr.errors import BadInputError

HELP = """Match address lines against the postal directory; no image involved.

Takes JSON lines ({"id": 1, "lines": ["124 MAIN ST", "HAVENPORT ME 04901"]}, optionally "confidences" and
"alternatives") or plain text with a blank line between addresses, from FILE or standard input. Answers in order.

Example: mlocr match --directory test_decks/first/directory --as-of 2026-11-20 --json addresses.jsonl
"""


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("match", help=HELP)(match)


def match(
    directory: Annotated[Path, typer.Option(help="A built directory, or a folder with zip4.txt and ctystate.txt.")],
    file: Annotated[Path | None, typer.Argument(help="JSON lines or plain text; standard input if left out.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Coding date YYYY-MM-DD (default: today).")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
) -> None:
    """Answer each record."""
    from platformdirs import user_cache_path

    from mlocr.services.matching import match_json, match_stream, opened_matcher

    when = parse_date(as_of) or datetime.now().date()
    source = "standard input" if file is None or str(file) == "-" else str(file)
    cache = user_cache_path("mlocr") / "directories"
    with opened_text(file) as stream, opened_matcher(directory, cache, when) as matcher:
        try:
            for question, answer in match_stream(stream, source, matcher):
                if json:
                    print_json(match_json(question.id, answer))
                else:
                    code = answer.routing.digits if answer.routing else "-"
                    reason = answer.reason.value if answer.reason else ""
                    where = ", ".join(part for part in (answer.delivery_line, answer.last_line) if part)
                    typer.echo(f"{shown(question.id):<12} {code:<12} {reason:<22} {where}".rstrip())
        except UnicodeDecodeError as error:
            raise BadInputError(f"{source} is not UTF-8 text ({error.reason}); give JSON lines or text") from error
