"""The host's HELLO, and what the answers to it show of the line (docs/wire-protocol.md section 5). No port or clock.

A HELLO bears the bytes 13 and 11 in its nonce, which the device sends back: a line with software flow control answers
none of them. Where nothing comes back a plain HELLO without these bytes is tried in between. If only that is answered,
the line is not fit for use.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.inkjet.frames import VERSION, Frame, Type, encode
from drivers.inkjet.messages import SCHEMA, Hello, pack

_FLOW = bytes((0x13, 0x11))
_MARKED_TRIES = 4
_PLAIN_TRIES = 2
_SAMPLE = 40


class Greeting:
    """The HELLOs of one asking for a session. At the first opening they also try the line."""

    def __init__(self, make_nonce: Callable[[], int], floor: int, first: bool) -> None:
        self._make = make_nonce
        self._floor = floor
        self._probing = first
        self._plain = self._tries = 0
        self._plain_heard = False
        self.nonce = self._marked_nonce() if first else make_nonce()

    def hello(self, last_nonce: int, epoch: int) -> bytes:
        """The next HELLO to send."""
        turn, self._tries = self._tries % (_MARKED_TRIES + _PLAIN_TRIES), self._tries + 1
        if self._probing and not self._plain_heard and turn >= _MARKED_TRIES:
            plain = self._plain_hello(turn == _MARKED_TRIES)
            if plain:
                return plain
        return _hello(self.nonce, self._plain if self._plain_heard else last_nonce, epoch, self._floor)

    def _marked_nonce(self) -> int:
        """A nonce with the bytes 13 and 11, in a HELLO that does not leave the other direction stopped."""
        random, last = self._make(), self._plain if self._plain_heard else 0
        tried = (marked(_without_flow(random + turn)) for turn in range(256))
        fit = (nonce for nonce in tried if _flow_in(_hello(nonce, last, 0, self._floor))[-1:] == _FLOW[-1:])
        return next(fit, marked(random))

    def _plain_hello(self, fresh: bool) -> bytes:
        """A HELLO without the two bytes; empty where there is none (the schema has them)."""
        # The epoch that the device gives, one more as a rule, should hold neither byte either.
        pairs = ((n, n.to_bytes(4, "little") + (n + 1).to_bytes(5, "little")) for n in range(self._floor, 1 << 32))
        floor = next((n for n, both in pairs if not _flow_in(both)), self._floor)
        random = self._make() if fresh else self._plain
        for turn in range(256):
            nonce = _without_flow(random + turn)
            data = _hello(nonce, 0, 0, floor)
            if not _flow_in(data):
                self._plain = nonce
                return data
        return b""

    def answered(self, nonce: int) -> bool:
        """A device answered a HELLO with this nonce. True when it is the one that opens the session."""
        if nonce == self._plain:
            if not self._plain_heard:
                self._plain_heard, self._tries = True, 0
                self.nonce = self._marked_nonce()
            return False
        self._probing = self._probing and nonce != self.nonce
        return nonce == self.nonce

    @property
    def flow_controlled(self) -> bool:
        """A plain HELLO was answered, and those with the bytes 13 and 11 were not."""
        return self._probing and self._plain_heard and self._tries >= _MARKED_TRIES

    def is_own(self, nonce: int) -> bool:
        """True for a HELLO of ours: the line sends back what it is sent."""
        return nonce in (self.nonce, self._plain)


def marked(nonce: int) -> int:
    """The same random number with the bytes 13 and 11 in it, in this order on the wire."""
    return nonce & ~0xFFFF_0000 | 0x1113_0000


def _hello(nonce: int, last_nonce: int, epoch: int, floor: int) -> bytes:
    return encode(Frame(Type.HELLO, pack(Hello(nonce, last_nonce, epoch, floor, SCHEMA))), SCHEMA)


def _flow_in(data: bytes) -> bytes:
    """The bytes of software flow control in these, in order."""
    return bytes(byte for byte in data if byte in _FLOW)


def _without_flow(nonce: int) -> int:
    """A number of 64 bits none of whose bytes is one of the two."""
    swapped = (nonce & (1 << 64) - 1).to_bytes(8, "little").translate(bytes.maketrans(_FLOW, b"\x14\x12"))
    return int.from_bytes(swapped, "little") or 1


class Overheard:
    """What came from the far end before it spoke as a device: what kind of thing it is."""

    def __init__(self) -> None:
        self._count = self._frames = 0
        self._sample = b""

    def hear(self, data: bytes) -> None:
        """Bytes from the port."""
        self._count += len(data)
        self._sample = (self._sample + data)[:_SAMPLE]

    def frame(self) -> None:
        """A whole frame of a device's was among them."""
        self._frames += 1

    def why(self, baud: int, version: int) -> str:
        """Why no session came of it, as the rest of a sentence that begins with the port, with what to do."""
        if version:
            return (
                f"speaks version {version} of the protocol where this station speaks {VERSION};"
                " give controller and station programs of the same version"
            )
        if not self._count:
            return (
                f"does not answer at {baud:,} baud; check its power, cable and baud rate,"
                " and that neither end uses flow control"
            )
        if self._frames:
            return (
                "is heard and does not answer HELLO; check the cable both ways,"
                " and that neither end uses flow control (XON/XOFF)"
            )
        text = self._sample.decode("ascii", "replace").split("\n")[0].strip()
        if len(text) > 3 and text.isascii() and text.isprintable():
            return f"is no inkjet controller: it says {text!r}; give the port that the controller is at"
        return f"sends bytes that are no frames at {baud:,} baud; set the controller's baud rate, or give another port"
