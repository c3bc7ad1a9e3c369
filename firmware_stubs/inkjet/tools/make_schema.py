"""The C headers of SPRAY/1 from docs/wire-protocol.md: numbers, sizes and offsets (section 10), the face (section 12).

`python make_schema.py` writes core/schema.h and core/face.h; `--check` only says whether they are current.
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
FACE = HERE / "core" / "face.h"
_SIZES = {"B": 1, "H": 2, "h": 2, "I": 4, "Q": 8}
_PREFIX = {
    "type": "TYPE",
    "Trigger": "TRIGGER",
    "Encoding": "ENCODING",
    "State": "STATE",
    "Reason": "WHY",
    "Kind": "KIND",
    "Part": "PART",
}
_TOP = """/* Numbers, sizes and offsets of SPRAY/1 (docs/wire-protocol.md section 10). Made by tools/make_schema.py. */
#ifndef SCHEMA_H
#define SCHEMA_H
"""
_FACE_TOP = """/* The face of symbolic text: rows from the top, bit 4 the leftmost dot (docs/wire-protocol.md
 * section 12). Made by tools/make_schema.py. */
#ifndef FACE_H
#define FACE_H
"""


def listing(document: str, section: int) -> str:
    """The text of a section's block: what a hash is made over. Raises ValueError where the document has none."""
    found = re.search(rf"^## {section}\. .*?```\n(.*?)```", document, re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError(f"the document has no section {section} with a listing")
    return found[1]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _widths(layout: str) -> list[int]:
    """Byte widths of the fields of a struct layout: counts repeat a letter, `14s` is one field."""
    widths: list[int] = []
    for count, letter in re.findall(r"(\d*)([A-Zhs])", layout):
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


def face_header(text: str) -> str:
    """The C table of this face: rows of dots by character, none of them for what the face lacks."""
    glyphs = {glyph[0]: glyph[1:] for glyph in map(bytes.fromhex, text.splitlines())}
    first, last, none = min(glyphs), max(glyphs), 0xFF
    rows = []
    for code in range(first, last + 1):
        dots = ", ".join(f"0x{row:02x}" for row in glyphs.get(code, (none,)))
        rows.append(f"    {{{dots}}}, /* 0x{code:02x} */")
    sizes = {
        "FIRST": f"0x{first:02x}u",
        "LAST": f"0x{last:02x}u",
        "ROWS": "7u",
        "COLUMNS": "5u",
        "NONE": f"0x{none:02x}u",
    }
    lines = [f"#define FACE_HASH 0x{zlib.crc32(text.encode('ascii')):08x}u"]
    lines += [f"#define FACE_{name} {value}" for name, value in sizes.items()]
    lines += ["", f"static const unsigned char FACE_DOTS[{last - first + 1}][FACE_ROWS] = {{", *rows, "};"]
    return _FACE_TOP + "\n" + "\n".join(lines) + "\n\n#endif\n"


def main() -> int:
    """Write or check the headers; 0 when they are current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    document = DOCUMENT.read_text("utf-8")
    wanted = {HEADER: header(listing(document, 10)), FACE: face_header(listing(document, 12))}
    if parser.parse_args().check:
        stale = [path.name for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
        if stale:
            sys.stderr.write(f"not the document's: {', '.join(stale)}; run tools/make_schema.py\n")
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
