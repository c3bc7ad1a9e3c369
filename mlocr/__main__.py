"""The entry point: `mlocr` and `python -m mlocr`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A spawned worker imports this module again: it needs none of the command line.
    from mlocr.cli.app import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
