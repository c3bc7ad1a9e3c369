"""Questions to a Hitachi printer and its answers, one at a time; what is there at the far end is made out at open."""

from __future__ import annotations

from collections.abc import Callable

from drivers.inkjet.hitachi_settings import PrinterTerms
from drivers.inkjet.hitachi_text import ACK, DC2, ENQ, NAK, erasure
from drivers.link import ByteLink
from mlocr.errors import DeviceFaultError

_WRITE = 2.0
NAMES = {ACK: "ACK", NAK: "NAK", None: "nothing"}


class PrinterLine:
    """The half-duplex line: the host asks, the printer answers ACK or NAK, or in vain is waited for."""

    def __init__(self, link: ByteLink, terms: PrinterTerms, clock: Callable[[], float]) -> None:
        self._link = link
        self._terms = terms
        self._clock = clock
        self.sent = self.received = 0
        self.heard = clock()
        self.late = False
        """An answer is owed that may still come."""

    def greet(self) -> None:
        """See that a printer is there, on-line, overwrite-protected, and let it hold nothing.

        Raises DeviceFaultError with one sentence that says what to set.
        """
        name, items = self._terms.name, self._terms.items
        self._link.write(bytes((ENQ,)), _WRITE)
        first = self._answer(0, any_byte=True)
        if first is None:
            raise DeviceFaultError(
                f"{name} does not answer; check its power and cable, and set inkjet.baud to its own (4800 at first)"
            )
        if first == ENQ:
            raise DeviceFaultError(f"{name} sends back what it is sent (an echo, no printer); check the wiring")
        if first not in (ACK, NAK):
            raise DeviceFaultError(
                f"{name} answers ENQ with {first:02X} hex, which is neither ACK nor NAK;"
                " check the baud rate, the parity and what is connected"
            )
        if self.ask(bytes((DC2,))) != ACK:
            raise DeviceFaultError(f"{name} is off-line; switch its communication on (Comm On/Off) and start again")
        answer = self.ask(erasure(items))
        if answer != ACK:
            raise DeviceFaultError(
                f"{name} answers {NAMES[answer]} when its {items} print items are erased;"
                " set up its print format with so many items, or items in [inkjet.settings]"
            )
        if self.ask(bytes((ENQ,))) != NAK:
            raise DeviceFaultError(
                f"{name} is in its overwrite-enabled mode, in which nothing tells of a print;"
                " set overwrite-protected in its communication environment"
            )

    def ask(self, sent: bytes) -> int | None:
        """Send one transmission; ACK, NAK, or None where no answer came in time (it may still have been taken)."""
        self._drain()
        self._link.write(sent, _WRITE + 10 * len(sent) / self._terms.baud)
        self.sent += 1
        return self._answer(len(sent))

    def clear(self) -> bool:
        """Let the printer hold nothing; whether it said so."""
        return self.ask(bytes((DC2,))) == ACK and self.ask(erasure(self._terms.items)) == ACK

    def _drain(self) -> None:
        """An answer that comes late must not be taken for that to the next question."""
        quiet = self._terms.answer if self.late else 0.0
        while self._link.read(quiet):
            pass
        self.late = False

    def _answer(self, length: int, any_byte: bool = False) -> int | None:
        until = self._clock() + self._terms.answer + 10 * length / self._terms.baud
        while True:
            left = until - self._clock()
            for byte in self._link.read(max(0.0, left)):
                self.heard, self.received = self._clock(), self.received + 1
                if any_byte or byte in (ACK, NAK):
                    return byte
            if left <= 0:
                self.late = True
                return None

    def close(self) -> None:
        """Give the port back."""
        self._link.close()
