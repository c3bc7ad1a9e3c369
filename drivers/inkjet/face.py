"""The dot-matrix face of symbolic jobs (docs/wire-protocol.md section 12): the table that both ends must have alike.

A character a line: its code, then seven rows of five dots from the top, bit 4 the leftmost. The hash of these lines
stands in HELLO_ACK: a device with another face is never sent text.
"""

from __future__ import annotations

import zlib

ROWS = 7
COLUMNS = 5
CELLS = COLUMNS + 2  # a character's advance: five dots and two blanks

FACE_TEXT = """\
20 00 00 00 00 00 00 00
23 0a 0a 1f 0a 1f 0a 0a
24 04 0f 14 0e 05 1e 04
25 19 19 02 04 08 13 13
26 0c 12 14 08 15 12 0d
28 02 04 08 08 08 04 02
29 08 04 02 02 02 04 08
2a 00 04 15 0e 15 04 00
2b 00 04 04 1f 04 04 00
2c 00 00 00 00 0c 04 08
2d 00 00 00 1f 00 00 00
2e 00 00 00 00 00 0c 0c
2f 00 01 02 04 08 10 00
30 0e 11 13 15 19 11 0e
31 04 0c 04 04 04 04 0e
32 0e 11 01 02 04 08 1f
33 1f 02 04 02 01 11 0e
34 02 06 0a 12 1f 02 02
35 1f 10 1e 01 01 11 0e
36 06 08 10 1e 11 11 0e
37 1f 01 02 04 08 08 08
38 0e 11 11 0e 11 11 0e
39 0e 11 11 0f 01 02 0c
3a 00 0c 0c 00 0c 0c 00
3d 00 00 1f 00 1f 00 00
41 0e 11 11 1f 11 11 11
42 1e 11 11 1e 11 11 1e
43 0e 11 10 10 10 11 0e
44 1e 11 11 11 11 11 1e
45 1f 10 10 1e 10 10 1f
46 1f 10 10 1e 10 10 10
47 0e 11 10 17 11 11 0e
48 11 11 11 1f 11 11 11
49 0e 04 04 04 04 04 0e
4a 07 02 02 02 02 12 0c
4b 11 12 14 18 14 12 11
4c 10 10 10 10 10 10 1f
4d 11 1b 15 15 11 11 11
4e 11 19 15 15 13 11 11
4f 0e 11 11 11 11 11 0e
50 1e 11 11 1e 10 10 10
51 0e 11 11 11 15 12 0d
52 1e 11 11 1e 14 12 11
53 0f 10 10 0e 01 01 1e
54 1f 04 04 04 04 04 04
55 11 11 11 11 11 11 0e
56 11 11 11 11 11 0a 04
57 11 11 11 15 15 1b 11
58 11 11 0a 04 0a 11 11
59 11 11 0a 04 04 04 04
5a 1f 01 02 04 08 10 1f
"""
FACE = zlib.crc32(FACE_TEXT.encode("ascii"))


def _read(text: str) -> dict[int, tuple[int, ...]]:
    lines = (bytes.fromhex(line) for line in text.splitlines())
    return {code: tuple(rows) for code, *rows in lines}


GLYPHS = _read(FACE_TEXT)
"""Rows of each character of the face, by its code. Never changed once made."""
