"""The vectors that C and Python are both held to: checksums, stuffing, frames, rasters, and traces of whole sessions.

`python make_vectors.py` writes vectors/ from the Python package (importable from the repository's root); `--check` only
says whether they are current. Formats: vectors/README.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
VECTORS = HERE / "vectors"
sys.path.insert(0, str(HERE.parents[1]))

from drivers.inkjet.columns import compress, expand, raster  # noqa: E402
from drivers.inkjet.face import GLYPHS  # noqa: E402
from drivers.inkjet.frames import Flag, Frame, FrameDecoder, Type, cobs_decode, cobs_encode, encode  # noqa: E402
from drivers.inkjet.messages import (  # noqa: E402
    SCHEMA,
    Config,
    Event,
    EventAck,
    Hello,
    HelloAck,
    JobBegin,
    JobCommit,
    JobPart,
    JobRef,
    Piece,
    commit_crc,
    pack,
    unpack,
)
from drivers.inkjet.mock import DeviceConfig, MockDevice  # noqa: E402
from drivers.inkjet.symbolic import describe, draw  # noqa: E402
from mlocr.mail.code import DrawnBars, DrawnText  # noqa: E402

NONE = "-"
# The head of section 11 of the document; what the traces are recorded on.
DOCUMENTED = DeviceConfig(
    ticks_per_inch=1000.0,
    dpi=100.0,
    dots=10,
    distance=40_000,
    margin=500,
    max_window=1000,
    min_length=500,
    max_length=16_000,
    min_gap=250,
    debounce=20,
    reverse_tolerance=2,
    firmware="spray-c 1",
)
MARK = (0x3FF,) * 4 + (0,) * 5 + (0x201,) * 4


def checksums(rng: random.Random) -> Iterator[str]:
    """`data crc`."""
    for size in (0, 1, 9, 33, 300):
        data = b"123456789" if size == 9 else rng.randbytes(size)
        yield f"{data.hex() or NONE} {zlib.crc32(data):08x}"


def stuffings(rng: random.Random) -> Iterator[str]:
    """`data stuffed`, or `! stuffed` for what is none."""
    samples = [b"", b"\0", b"\0\0", b"a\0b", b"a" * 253, b"a" * 254, b"a" * 255, b"a" * 254 + b"\0", b"a" * 508]
    samples += [bytes(rng.choice((0, 1, 2, 255)) for _ in range(rng.randrange(1, 400))) for _ in range(12)]
    yield from (f"{data.hex() or NONE} {cobs_encode(data).hex()}" for data in samples)
    for spoilt in (b"\2", b"\5abc", b"\3a\0b", b"\1\0", b"\xffab"):
        assert cobs_decode(spoilt) is None
        yield f"! {spoilt.hex()}"


def frames(rng: random.Random) -> Iterator[str]:
    """`wire schema type session seq ack flags payload`, or `! wire schema` for what holds no frame of that schema."""
    sizes = (0, 1, 41, 245, 246, 247, 499, 512)
    kinds = list(Type)
    for number, size in enumerate(sizes * 3):
        kind = kinds[number % len(kinds)]
        payload = rng.randbytes(size) if number % 2 else bytes(size)
        frame = Frame(kind, payload, rng.randrange(1 << 16), rng.randrange(1 << 16), rng.randrange(1 << 16), number % 4)
        row = (kind.value, frame.session, frame.seq, frame.ack, frame.flags, payload.hex() or NONE)
        yield " ".join(map(str, (encode(frame, SCHEMA).hex(), f"{SCHEMA:08x}", *row)))
    good = encode(Frame(Type.ENABLE, b"", 7, 1, 2, 1), SCHEMA)
    for at in range(1, len(good) - 1):
        spoilt = good[:at] + bytes((good[at] ^ 0x10 or 1,)) + good[at + 1 :]
        yield f"! {spoilt.hex()} {SCHEMA:08x}"
    yield f"! {good.hex()} {SCHEMA ^ 1:08x}"
    yield f"! 00{(b'x' * 600).hex()}00 {SCHEMA:08x}"


def rasters(rng: random.Random) -> Iterator[str]:
    """`encoding columns dots dpi data raster`, the raster `!` where the data do not make exactly that."""
    for dots in (1, 8, 10, 40, 150):
        full = (1 << dots) - 1
        bars = [full if n % 5 < 2 else rng.choice((0, 1, full)) for n in range(300)]
        for marks in (bars[:1], bars[:13], bars, [full] * 600):
            encoding, data = compress(marks, dots)
            yield f"{int(encoding)} {len(marks)} {dots} 200000 {data.hex()} {raster(marks, dots).hex()}"
    for number, count, dots, text in (
        (0, 2, 10, "ff03ff"), (0, 1, 10, "ff04"), (0, 1, 10, "ff03ff03"), (3, 1, 8, "ff"), (1, 2, 8, "01ff"),
        (1, 2, 8, "01ff0003"), (1, 2, 8, "01ff0000"), (1, 2, 8, "01ff0102"), (1, 2, 8, "01ff000100"), (1, 2, 8, "00"),
        (1, 2, 8, "000002"), (1, 2, 10, "01ff0400020000"), (1, 2, 8, "01ff00020001"), (1, 1, 8, "02ff"),
    ):  # fmt: skip
        assert expand(number, bytes.fromhex(text), count, dots) is None
        yield f"{number} {count} {dots} 200000 {text} !"
    yield from drawings(rng)


def drawings(rng: random.Random) -> Iterator[str]:
    """Symbolic jobs: every character of the face, both ways, at several resolutions; bars; and what is none."""
    text = "".join(map(chr, GLYPHS))
    for dpi in (100.0, 203.2, 240.0, 600.0):
        for upward in (False, True):
            for whole in (text[:17], text[17:34], text[34:]):
                part = whole[: int(1500 / dpi)] if upward else whole  # a head of at most 160 dots
                high = round(dpi * 0.09) + 2
                line = DrawnText(part, high if upward else 0, 0, 9.5, 0.09, upward)
                size = round(len(part) * dpi / 9.5) + 2
                yield _drawing((line,), *((high + 1, size) if upward else (size, high)), dpi)
    for kinds in (1, 2, 3, 4):
        heights = tuple((rng.randrange(9), rng.randrange(9, 40)) for _ in range(kinds))
        bars = DrawnBars(3, 4, 9, heights, tuple(rng.randrange(kinds) for _ in range(65)))
        yield _drawing((bars, DrawnText("SIM 0001", 2, 4, 12.0, 0.1)), 600, 40, 200.0)
    bars, line = "010000050003020100000800e4", "0200000000" + "1c250000" + "905f0100" + "000131"
    for spoilt in (
        bars[:-2], bars + "00", "03" + bars[2:], "00" + bars[2:], bars[:12] + "00" + bars[14:],
        bars[:12] + "05" + bars[14:],
        bars[:14] + "00" + bars[16:], bars[:10] + "06" + bars[12:], bars.replace("0800", "0900"), "01ffff" + bars[6:],
        line[:-2], line[:-2] + "61", line[:-4] + "0031", line[:-4] + "0231", line.replace("000131", "020131"),
        line.replace("1c250000", "e7030000"), line.replace("905f0100", "41420f00"), "02ffff" + line[6:], line * 5,
    ):  # fmt: skip
        assert expand(2, bytes.fromhex(spoilt), 16, 8, 100_000) is None, spoilt
        yield f"2 16 8 100000 {spoilt} !"


def _drawing(parts: Sequence[DrawnBars | DrawnText], columns: int, dots: int, dpi: float) -> str:
    data = describe(parts)
    assert data is not None
    drawn = draw(data, columns, dots, round(dpi * 1000))
    assert drawn is not None, (parts, columns, dots, dpi)
    return f"2 {columns} {dots} {round(dpi * 1000)} {data.hex()} {raster(drawn, dots).hex()}"


def _figures(config: DeviceConfig) -> str:
    """The configuration in the names of the desk program's `--set`."""
    values = {"ticks_per_inch": round(config.ticks_per_inch * 1000), "dpi": round(config.dpi * 1000)}
    same = "dots distance margin max_window min_length max_length min_gap debounce reverse_tolerance photocell"
    values |= {name: int(getattr(config, name)) for name in same.split()}
    return " ".join(f"{name}={value}" for name, value in values.items())


class Scribe:
    """Plays commands of the desk's language on the Python device, and writes down what they led to."""

    def __init__(self, config: DeviceConfig, start: int = 0) -> None:
        self.lines: list[str] = [f"# encoder={start} {_figures(config)}"]
        self.device = MockDevice(config, encoder_start=start)
        self.device.on_trigger = lambda trigger, number: self._told(f"trigger {trigger} {number}")
        self.device.on_fire = self._fired
        self._decoder = FrameDecoder(SCHEMA)
        self._session = self._seq = self._heard = self._now = 0

    def _told(self, line: str) -> None:
        self.lines.append(f"< {line}")

    def _fired(self, ticks: Sequence[int], columns: Sequence[int]) -> None:
        for tick, column in zip(ticks, columns, strict=True):
            self._told(f"fire {tick} {column:04x}")

    def do(self, command: str, action: Callable[[], None]) -> None:
        """One command and its consequences."""
        self.lines.append(f"> {command}")
        action()
        out = self.device.take_output()
        if out:
            self._told(f"tx {out.hex()}")
        for frame in self._decoder.feed(out):
            ack = unpack(HelloAck, frame.payload) if frame.type is Type.HELLO_ACK else None
            if ack is not None:
                self._session, self._seq, self._heard = ack.session, 0, ack.event_tail
            event = unpack(Event, frame.payload) if frame.type is Type.EVENT else None
            if event is not None and event.number == self._heard:
                self._heard += 1

    def clock(self, milliseconds: int) -> None:
        """The clock goes on, then everything due by time happens."""
        self._now += milliseconds
        self.do(f"clock {self._now * 1000}", lambda: self.device.receive(b"", self._now / 1000))
        self.do("poll", lambda: self.device.poll(self._now / 1000))

    def send(self, kind: Type, payload: bytes = b"", flags: Flag = Flag.NEEDS_ACK) -> None:
        """One frame of the host."""
        greeting = kind is Type.HELLO
        seq = self._seq if flags else 0
        frame = Frame(kind, payload, 0 if greeting else self._session, seq, self._heard & 0xFFFF, flags)
        wire = encode(frame, SCHEMA)
        self._seq += bool(flags)
        self.do(f"rx {wire.hex()}", lambda: self.device.receive(wire, self._now / 1000))

    def hello(self, nonce: int, last: int = 0, epoch: int = 0) -> None:
        """A session, configured and enabled."""
        self.send(Type.HELLO, pack(Hello(nonce, last, epoch, 0, SCHEMA)), Flag(0))
        self.send(Type.CONFIG, pack(Config(60_000, 2000, 0)))
        self.send(Type.ENABLE)

    def to(self, tick: int) -> None:
        """The belt."""
        self.do(f"enc {tick}", lambda: self.device.encoder_to(tick))

    def edge(self, word: str, leading: bool = True) -> None:
        """A photocell."""
        action = self.device.head_edge if word == "head" else lambda: self.device.camera_edge(leading)
        self.do(f"{word} {int(leading)}", action)

    def letter(self, at: int, length: int = 9500) -> None:
        """A letter passes the camera."""
        self.to(at)
        self.edge("camera")
        self.to(at + length)
        self.edge("camera", False)
        self.to(at + length + DOCUMENTED.debounce)

    def job(self, counter: int, piece: int, origin: int, boot: int = 0) -> None:
        """A whole job."""
        encoding, data = compress(MARK, 10)
        boot = boot or self.device.boot
        head = JobBegin(1, counter, boot, piece, origin, 1000, 500, 100_000, len(data), len(MARK), 10, encoding)
        self.send(Type.JOB_BEGIN, pack(head))
        self.send(Type.JOB_DATA, pack(JobPart(1, counter, 0), data))
        self.send(Type.JOB_COMMIT, pack(JobCommit(1, counter, commit_crc(head, raster(MARK, 10)))))

    def drawn(self, counter: int, piece: int, origin: int, data: bytes, vouched: int = 1) -> None:
        """A whole symbolic job of 40 columns; not vouched for, its commit is another raster's."""
        columns = draw(data, 40, 10, 100_000) or (0,) * 40
        head = JobBegin(1, counter, self.device.boot, piece, origin, 1000, 500, 100_000, len(data), 40, 10, 2)
        self.send(Type.JOB_BEGIN, pack(head))
        for at in range(0, len(data), 20):
            self.send(Type.JOB_DATA, pack(JobPart(1, counter, at), data[at : at + 20]))
        crc = commit_crc(head, raster(columns, 10)) ^ (not vouched)
        self.send(Type.JOB_COMMIT, pack(JobCommit(1, counter, crc)))

    def settle(self) -> None:
        """Events out, and durable."""
        self.clock(10)
        self.send(Type.EVENT_ACK, pack(EventAck(self._heard - 1)))


def trace_mark() -> list[str]:
    """A letter gets its mark; the same commit again changes nothing; a stale frame does nothing."""
    scribe = Scribe(DOCUMENTED)
    scribe.hello(0x1122334455667788)
    scribe.letter(100_000)
    scribe.job(1, 1, 100_000)
    scribe.to(139_990)
    scribe.edge("head")
    scribe.to(150_000)
    scribe.job(1, 1, 100_000)
    scribe.settle()
    scribe.send(Type.QUERY, pack(JobRef(1, 1)))
    scribe.send(Type.BYE, b"", Flag(0))
    return scribe.lines


def trace_refusals() -> list[str]:
    """Unknown piece, taken piece, wrong origin, stale boot, short gap, double feed, late; and each letter's end."""
    scribe = Scribe(DOCUMENTED)
    scribe.hello(5)
    scribe.letter(1000)
    scribe.letter(12_000)
    scribe.letter(12_000 + 9500 + 100)
    scribe.letter(34_000, 17_000)
    scribe.job(1, 9, 1000)
    scribe.job(2, 1, 3000)
    scribe.job(3, 1, 1000, boot=7)
    scribe.job(4, 2, 12_000)
    scribe.job(5, 4, 34_000)
    scribe.job(6, 1, 1000)
    scribe.send(Type.CANCEL, pack(JobRef(1, 6)))
    scribe.job(7, 1, 1000)
    scribe.to(80_000)
    scribe.settle()
    return scribe.lines


def trace_reversal() -> list[str]:
    """The encoder wraps; the belt runs back while a mark is falling: it is aborted and the letters behind are void."""
    start = 0xFFFFFFFF - 20_000
    scribe = Scribe(DOCUMENTED, start)
    scribe.hello(6)
    for number, at in enumerate((1000, 13_000), 1):
        scribe.letter(at)
        scribe.job(number, number, (at + start) & 0xFFFFFFFF)
    scribe.to(41_000)
    scribe.edge("head")
    scribe.to(41_521)
    scribe.to(41_400)
    scribe.to(60_000)
    scribe.settle()
    return scribe.lines


def trace_symbolic() -> list[str]:
    """A mark that is drawn; drawings that are none, that leave the head, and whose raster is not vouched for."""
    scribe = Scribe(DOCUMENTED)
    scribe.hello(9)
    scribe.letter(100_000)
    good = describe((DrawnBars(0, 2, 5, ((0, 10), (0, 4)), (0, 1, 1, 0)), DrawnText("7", 22, 0, 9.5, 0.09)))
    assert good is not None
    scribe.drawn(1, 1, 100_000, good[:-1])
    scribe.drawn(2, 1, 100_000, good[:-1] + b"a")
    scribe.drawn(3, 1, 100_000, good[:1] + b"\x20" + good[2:])
    scribe.drawn(4, 1, 100_000, good, vouched=0)
    scribe.drawn(5, 1, 100_000, good)
    scribe.to(140_000)
    scribe.edge("head")
    scribe.to(150_000)
    scribe.settle()
    return scribe.lines


def trace_bench() -> list[str]:
    """Pieces announced by the host, fired by a clock; the same tag makes no second piece; a second is BUSY."""
    scribe = Scribe(replace(DOCUMENTED, photocell=False))
    scribe.send(Type.HELLO, pack(Hello(8, 0, 0, 0, SCHEMA)), Flag(0))
    scribe.send(Type.CONFIG, pack(Config(60_000, 2000, 0)))
    scribe.send(Type.CONFIG, pack(Config(60_000, 2000, 1)))
    scribe.send(Type.ENABLE)
    scribe.send(Type.PIECE, pack(Piece(77, 9500)))
    scribe.send(Type.PIECE, pack(Piece(77, 9500)))
    scribe.job(1, 1, 0)
    scribe.send(Type.PIECE, pack(Piece(78, 9500)))
    scribe.clock(90)
    scribe.settle()
    scribe.send(Type.PIECE, pack(Piece(78, 9500)))
    scribe.send(Type.PIECE, pack(Piece(79, 9500)))
    scribe.job(2, 2, 0)
    return scribe.lines


def files() -> dict[str, list[str]]:
    """Every vector file's lines."""
    tables = {"crc32": checksums, "cobs": stuffings, "frames": frames, "columns": rasters}
    made = {f"{name}.txt": [f"# {table.__doc__}", *table(random.Random(1))] for name, table in tables.items()}
    for trace in (trace_mark, trace_refusals, trace_reversal, trace_symbolic, trace_bench):
        lines = trace()
        made[f"{trace.__name__}.txt"] = [lines[0], f"# {trace.__doc__}", *lines[1:]]
    return made


def main() -> int:
    """Write or check; 0 when all are current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name, lines in files().items():
        path, text = VECTORS / name, "\n".join(lines) + "\n"
        if not check:
            path.write_text(text, "utf-8")
        elif not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
    if stale:
        sys.stderr.write(f"not what the Python package makes: {', '.join(stale)}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
