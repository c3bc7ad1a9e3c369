"""The command line's root: every file of this folder with a `register(app)` is a sub-command."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import typer

import mlocr.cli
from mlocr.cli.common import forget_output, output_gone
from mlocr.errors import ExitCode, StationError


def build(only: str = "") -> typer.Typer:
    """The application with every sub-command that is built, or with the one named `only`: it starts sooner."""
    app = typer.Typer(
        name="mlocr",
        help="An open mail encoding station: reads a letter, finds its delivery point code, sprays the barcode.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def root(debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error.")) -> None:
        """Hold the options every sub-command shares."""

    names = sorted(module.name for module in pkgutil.iter_modules(mlocr.cli.__path__))
    for name in [only] if only in names else names:
        command = importlib.import_module(f"mlocr.cli.{name}")
        if hasattr(command, "register"):
            command.register(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command line with `arguments`; the exit code of `mlocr.errors.ExitCode`."""
    _fill_closed_streams()
    try:
        return _run(arguments)
    except BrokenPipeError:
        if not output_gone():
            raise
    except SystemExit as error:  # the option parser's own end of a broken pipe; no command of ours raises it
        if not isinstance(error.__context__, BrokenPipeError) or not output_gone():
            raise
    forget_output()
    return ExitCode.DONE  # whoever read our output has read enough


def _run(arguments: Sequence[str]) -> int:
    debug = "--debug" in arguments
    # --debug counts wherever it stands, so that a failed command can be repeated with it at the end.
    given = [a for a in arguments if a != "--debug"]
    command = typer.main.get_command(build(given[0] if given else ""))
    try:
        answer = command.main(args=given, prog_name="mlocr", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        print(f"mlocr: {_usage_sentence(error)}", file=sys.stderr)  # noqa: T201
        return ExitCode.USAGE
    except (KeyboardInterrupt, typer.Abort):
        print("mlocr: interrupted", file=sys.stderr)  # noqa: T201
        return ExitCode.INTERRUPTED
    except StationError as error:
        if debug:
            raise
        print(f"mlocr: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        if debug:
            raise
        forget_output()
        print(f"mlocr: {_system_sentence(error)}", file=sys.stderr)  # noqa: T201
        return ExitCode.BAD_INPUT
    return int(answer) if isinstance(answer, int) else ExitCode.DONE


def _fill_closed_streams() -> None:
    """A standard stream that the caller closed leads nowhere; else the next file opened would take its number."""
    # The interpreter has None for a closed one; in this order they get their own numbers back.
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def _system_sentence(error: OSError) -> str:
    """What the system refused and no command foresaw: a full disk below the output, say."""
    why = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"the output, or a file of this command, cannot be read or written ({why}); make room or give another"
    return f"{os.fsdecode(error.filename)} cannot be read or written ({why}); make room or give another"


def _usage_sentence(error: typer.TyperException) -> str:
    path = getattr(getattr(error, "ctx", None), "command_path", "mlocr")
    said = error.format_message().replace("Value error, ", "").strip().rstrip(".")
    # Without a sub-command the help has been shown already, and the error says nothing.
    return f"{said[:1].lower()}{said[1:] or 'a sub-command is missing'}; see `{path} --help`"
