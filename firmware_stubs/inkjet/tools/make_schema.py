"""The C header of SPRAY/1 from the document: numbers, sizes and offsets of section 10 of docs/wire-protocol.md.

`python make_schema.py` writes core/schema.h; `--check` only says whether it is current.
"""

from __future__ import annotations

import argparse
import re
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
DOCUMENT = HERE.parents[1] / "docs" / "wire-protocol.md"
HEADER = HERE / "core" / "schema.h"
_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8}
_PREFIX = {
    "type": "TYPE",
    "Trigger": "TRIGGER",
    "Encoding": "ENCODING",
    "State": "STATE",
    "Reason": "WHY",
    "Kind": "KIND",
}
_TOP = """/* Numbers, sizes and offsets of SPRAY/1 (docs/wire-protocol.md section 10). Made by tools/make_schema.py. */
#ifndef SCHEMA_H
#define SCHEMA_H
"""


def schema_text(document: str) -> str:
    """The text the schema hash is made over. Raises ValueError where the document has none."""
    found = re.search(r"^## 10\. .*?```\n(.*?)```", document, re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError("the document has no section 10 with a schema")
    return found[1]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _widths(layout: str) -> list[int]:
    """Byte widths of the fields of a struct layout: counts repeat a letter, `14s` is one field."""
    widths: list[int] = []
    for count, letter in re.findall(r"(\d*)([A-Zs])", layout):
        widths += [int(count)] if letter == "s" else [_SIZES[letter]] * int(count or 1)
    return widths


def header(text: str) -> str:
    """The C header for this schema text."""
    groups: dict[str, list[str]] = {}
    layouts: list[str] = []
    for line in text.splitlines()[1:]:
        table, rest = line.split(" ", 1)
        if "=" in rest:
            name, value = rest.split("=")
            groups.setdefault(table, []).append(f"    {_PREFIX[table]}_{name} = {value},")
            continue
        layout, *fields = rest.split(" ")
        at, rows = 0, []
        for field, width in zip(fields, _widths(layout), strict=True):
            rows.append(f"    {_snake(table)}_{field.upper()} = {at},")
            at += width
        layouts.append("\n".join(["enum {", *rows, f"    {_snake(table)}_SIZE = {at}", "};"]))
    blocks = [f"#define SCHEMA_HASH 0x{zlib.crc32(text.encode('ascii')):08x}u"]
    for names in groups.values():
        blocks.append("\n".join(["enum {", *names[:-1], names[-1].rstrip(","), "};"]))
    return _TOP + "\n" + "\n\n".join(blocks + layouts) + "\n\n#endif\n"


def main() -> int:
    """Write or check the header; 0 when it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    wanted = header(schema_text(DOCUMENT.read_text("utf-8")))
    if parser.parse_args().check:
        current = HEADER.is_file() and HEADER.read_text("utf-8") == wanted
        if not current:
            sys.stderr.write("core/schema.h is not the document's; run tools/make_schema.py\n")
        return 0 if current else 1
    HEADER.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
