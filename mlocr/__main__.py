"""The entry point: `mlocr` and `python -m mlocr`."""

import sys

from mlocr.cli.app import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
