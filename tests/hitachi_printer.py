"""A Hitachi printer at the far end of a pseudo-terminal, written from the tables of its operating manual.

It takes apart what it is sent by the tables of RX section 5.3 (control codes, print items, user patterns) and answers
by the timing charts of 5.5.1; what it printed is kept as columns of dots. Nothing of the driver is used.
"""

from __future__ import annotations

import threading

from drivers.link import PtyEnd

LENGTH = {0x30: 8, 0x31: 8, 0x32: 8, 0x33: 16, 0x34: 16, 0x35: 32, 0x36: 32, 0x37: 72, 0x38: 128, 0x39: 32}
ACROSS = {0x31: 5, 0x32: 8, 0x36: 12, 0x37: 18, 0x38: 24}
STORED = {0x31: 8, 0x32: 8, 0x36: 16, 0x37: 24, 0x38: 32}
ACK, NAK = b"\x06", b"\x15"


class BadText(Exception):
    """What the printer answers NAK."""


class Printer:
    """The printer without its wire: bytes in, answers out; `trigger` is a letter at its own detector."""

    def __init__(self, items: int = 5, size: int = 0x38, protected: bool = True) -> None:
        self.items = [b""] * items
        self.size = size
        self.protected = protected
        self.online = True
        self.ready = True
        self.patterns: dict[tuple[int, int], bytes] = {}
        self.printed: list[tuple[int, ...]] = []
        self.power = True
        self.swallow_answers = 0
        self.spoil = 0
        """Answer NAK to so many texts that are right."""
        self.texts: list[bytes] = []
        self.answers: list[tuple[str, str]] = []
        self._held = b""

    def receive(self, data: bytes) -> bytes:
        if not self.power:
            return b""
        self._held += data
        out = b""
        while self._held:
            answer, used = self._next()
            if not used:
                break
            sent, self._held = self._held[:used], self._held[used:]
            if not answer:
                continue
            self.answers.append((sent.hex(" "), answer.hex()))
            if self.swallow_answers:
                self.swallow_answers -= 1
            else:
                out += answer
        return out

    def _next(self) -> tuple[bytes, int]:
        first = self._held[0]
        if first == 0x05:
            return (ACK if self.online and self.ready else NAK), 1
        if first == 0x12:
            self.ready = self.ready or self.online
            return (ACK if self.online else NAK), 1
        if first != 0x02:
            return b"", 1
        try:
            steps, used = self._parse()
        except BadText:
            end = self._held.find(b"\x03")
            return (NAK if end >= 0 else b""), end + 1
        return self._take(steps, used) if used else (b"", 0)

    def _take(self, steps: list[tuple[str, int, bytes]], used: int) -> tuple[bytes, int]:
        self.texts.append(self._held[:used])
        if not self.online or not self.ready or self.spoil or used > 3000:
            self.spoil = max(0, self.spoil - 1)
            return NAK, used
        if any(kind == "item" and number > len(self.items) for kind, number, _ in steps):
            return NAK, used
        changed = False
        for kind, number, data in steps:
            if kind == "pattern":
                self.patterns[(data[0], number)] = data[1:]
            else:
                self.items[number - 1] = data
                changed = True
        if changed and self.protected:
            self.ready = False
        return ACK, used

    def _parse(self) -> tuple[list[tuple[str, int, bytes]], int]:
        """The parts of one text and the bytes it took; 0 while its end has not come."""
        at, steps = 1, []
        data = self._held
        while True:
            if at >= len(data):
                return [], 0
            code = data[at]
            if code == 0x03:
                return steps, at + 1
            if code == 0x10:
                end = at + 2
                while end < len(data) and data[end] not in (0x03, 0x10, 0x1F):
                    end += 1
                if at + 1 >= len(data) or end >= len(data):
                    return [], 0
                characters = data[at + 2 : end]
                if len(characters) > 10 or not 0x31 <= data[at + 1] <= 0x94:
                    raise BadText
                steps.append(("item", data[at + 1] - 0x30, characters))
                at = end
            elif code == 0x1F:
                if at + 4 > len(data):
                    return [], 0
                header, size, character = data[at + 1 : at + 4]
                if header != 0x32 or size not in LENGTH or character < 0xD0:
                    raise BadText
                end = at + 4 + LENGTH[size]
                if end > len(data):
                    return [], 0
                steps.append(("pattern", character, bytes((size,)) + data[at + 4 : end]))
                at = end
            else:
                raise BadText

    def trigger(self) -> None:
        """A letter at the detector: what the items hold is printed, and the printer is ready for another text."""
        self.printed.append(self.columns())
        self.ready = True

    def columns(self) -> tuple[int, ...]:
        """What would be printed now, column by column, lowest dot in bit 0."""
        columns: list[int] = []
        for character in b"".join(self.items):
            data = self.patterns.get((self.size, character), bytes(LENGTH[self.size]))
            high = LENGTH[self.size] // STORED[self.size]
            cells = [data[n : n + high] for n in range(0, len(data), high)][: ACROSS[self.size]]
            columns += [int.from_bytes(cell, "little") for cell in cells]
        return tuple(columns)


class PrinterWire:
    """The printer on a pseudo-terminal, in a thread of its own."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.pty = PtyEnd()
        self.pty.open()
        self.lock = threading.RLock()
        self.junk = b""
        self.letters_come = False
        """One letter comes to the detector for each text with something to print."""
        self.echo = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            data = self.pty.read(0.005)
            if not data:
                continue
            with self.lock:
                out = data if self.echo else self.junk or self.printer.receive(data)
                if self.letters_come and not self.printer.ready and any(self.printer.columns()):
                    self.printer.trigger()
            self.pty.write(out, 1.0)

    def trigger(self) -> None:
        with self.lock:
            self.printer.trigger()

    def close(self) -> None:
        self._end.set()
        self._thread.join(2.0)
        self.pty.close()
