"""What every sub-command shares: JSON lines on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Mapping

from rich.console import Console

console = Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, object]) -> None:
    """Write one JSON object as one line on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
