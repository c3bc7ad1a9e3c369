"""The mock device's end of the link: numbering, acknowledgement, events on their way to the host (section 3)."""

from __future__ import annotations

from drivers.inkjet.frames import Flag, Frame, FrameDecoder, Type, before, difference, encode
from drivers.inkjet.messages import Nak, Reason, pack
from drivers.inkjet.mock_log import EventLog

_EVENT_AGAIN = 0.1
_EVENT_WINDOW = 8


class DeviceLink:
    """Takes numbered frames in order, once each; answers travel unnumbered, events by the log's own numbers."""

    def __init__(self, schema: int, log: EventLog) -> None:
        self.session = self.last = 0
        self.frames = 0
        self.decoder = FrameDecoder(schema)
        self._schema = schema
        self._log = log
        self._out = bytearray()
        self._expected = 0
        self._ack_due = False
        self._host_next = self._event_next = 1
        self._event_at = 0.0

    @property
    def bad(self) -> int:
        """Frames that were none."""
        return self.decoder.bad

    @property
    def unsent(self) -> int:
        """Events the host has not been sent yet."""
        return self._log.next - self._event_next

    @property
    def ack_due(self) -> bool:
        """A frame was taken and nothing sent since."""
        return self._ack_due

    def restart(self, session: int) -> None:
        """A new session: numbering starts at 0, events at the oldest one kept."""
        self.session = self.last = session
        self._expected, self._ack_due = 0, False
        self._host_next = self._event_next = self._log.tail

    def close(self) -> None:
        """The host said farewell: its frames are those of no session from here on."""
        self.session, self._ack_due = 0, False

    def take_output(self) -> bytes:
        """The bytes to send since the last call."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def send(self, kind: Type, payload: bytes, seq: int = 0, flags: Flag = Flag.FROM_DEVICE) -> None:
        """One frame; greetings carry no session."""
        session = 0 if kind in (Type.HELLO_ACK, Type.HELLO_REFUSED) else self.session
        self._out += encode(Frame(kind, payload, session, seq, self._expected, flags), self._schema)
        self._ack_due = False

    def accept(self, frame: Frame) -> bool:
        """True for the next numbered frame in order. A duplicate is acknowledged again, a gap answered with NAK."""
        if not frame.flags & Flag.NEEDS_ACK:
            return False
        if frame.seq == self._expected:
            self._expected = (self._expected + 1) & 0xFFFF
            self._ack_due = True
            return True
        if before(frame.seq, self._expected):
            self._ack_due = True
        else:
            self.send(Type.NAK, pack(Nak(Reason.OUT_OF_ORDER)))
        return False

    def hear_ack(self, frame: Frame, now: float) -> None:
        """The host has events up to here (not yet durably): no need to send them again."""
        step = difference(frame.ack, self._host_next & 0xFFFF, 16)
        if 0 < step <= self._log.next - self._host_next:
            self._host_next += step
            self._event_at = now
            self._event_next = max(self._event_next, self._host_next)

    def was_sent(self, event: int) -> bool:
        """True when this event has gone out at least once in this session."""
        return event < self._event_next

    def send_events(self, now: float) -> None:
        """Events in order, a few ahead of what the host has; from its first missing one again after a while."""
        self._host_next = max(self._host_next, self._log.tail)
        self._event_next = max(self._event_next, self._host_next)
        if self._event_next > self._host_next and now - self._event_at > _EVENT_AGAIN:
            self._event_next = self._host_next
        while self._event_next < min(self._log.next, self._host_next + _EVENT_WINDOW):
            event = self._log.get(self._event_next)
            if event is not None:
                if self._event_next == self._host_next:
                    self._event_at = now  # from here on it is waited for
                self.send(Type.EVENT, pack(event), event.number & 0xFFFF, Flag.FROM_DEVICE | Flag.NEEDS_ACK)
            self._event_next += 1
