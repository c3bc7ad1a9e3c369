"""One child process on three pipes: lines out, lines in, its chatter drained. No wait is without a limit.

The child leads a process group of its own: Ctrl-C at the terminal does not reach it, and its end takes along what it
started. It is given its arguments as a list; no shell sees them.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from drivers.matcher.answers import LONGEST_ANSWER, clean
from mlocr.errors import ConfigurationError

_CHUNK = 65_536
_CHATTER = 4096
_LAST_READS = 16
_KILLED_WITHIN = 5.0
"""Seconds in which the kernel ends a killed process; one that hangs in a device is left behind."""


class ChildTrouble(Exception):
    """The child is dead, late or out of step; the text says which. `late`: the time given ran out, nothing else."""

    def __init__(self, why: str, late: bool = False) -> None:
        self.why = why
        self.late = late
        super().__init__(why)


class Child:
    """A started child. One thread uses it; a thread of its own drains its stderr."""

    def __init__(self, argv: Sequence[str], folder: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Start it. Raises ConfigurationError when there is no such program or it may not be run."""
        self._clock = clock
        self.started = clock()
        self.pid = os.getpid()
        self._held = b""
        self._chatter = b""
        self._wake, self._waker = os.pipe()
        try:
            self._process = subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=folder or None,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            os.close(self._wake)
            os.close(self._waker)
            said = getattr(error, "strerror", None) or error
            raise ConfigurationError(
                f"the matcher's program {argv[0]!r} cannot be started ({said}); mend argv or folder in matcher.settings"
            ) from None
        self._in, self._out, self._err = (
            stream.fileno()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
            if stream is not None
        )
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._drainer = threading.Thread(target=self._drain, name="mlocr-matcher-stderr", daemon=True)
        self._drainer.start()

    # --- lines --------------------------------------------------------------------------------------------------------

    def write_line(self, line: bytes, deadline: float) -> None:
        """Hand over one line. Raises ChildTrouble when the child is gone or takes no more until the deadline."""
        left = memoryview(line + b"\n")
        while left:
            try:
                left = left[os.write(self._in, left) :]
            except BlockingIOError:
                if not self._ready(self._in, select.POLLOUT, deadline):
                    raise ChildTrouble("it takes no more input", late=True) from None
            except OSError:
                raise ChildTrouble("it ended or closed its input") from None

    def read_line(self, deadline: float) -> bytes:
        """The next line it writes, without the line end; the end of its output ends a line too.

        Raises ChildTrouble when none comes in time, when it is too long, and when the output has ended.
        """
        while b"\n" not in self._held:
            if len(self._held) > LONGEST_ANSWER:
                raise ChildTrouble(f"it wrote a line of more than {LONGEST_ANSWER} bytes")
            if not self._ready(self._out, select.POLLIN, deadline):
                half = ", only half a line" if self._held else ""
                raise ChildTrouble(f"it did not answer in time{half}", late=True)
            data = self._read()
            if data == b"":
                if self._held:
                    break
                raise ChildTrouble("it ended or closed its output")
            self._held += data or b""
        line, _, self._held = self._held.partition(b"\n")
        return line.rstrip(b"\r")

    def unasked(self) -> str:
        """What it did without being asked, in words: wrote something, or ended. Empty when it waits in step."""
        if not self._held and self._ready(self._out, select.POLLIN, self._clock()):
            data = self._read()
            if data == b"":
                return "it ended or closed its output"
            self._held += data or b""
        return "it wrote more than the answer it was asked for" if self._held else ""

    def _read(self) -> bytes | None:
        try:
            return os.read(self._out, _CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _ready(self, descriptor: int, event: int, deadline: float) -> bool:
        poll = select.poll()
        poll.register(descriptor, event)
        return bool(poll.poll(max(deadline - self._clock(), 0.0) * 1000))

    # --- the end ------------------------------------------------------------------------------------------------------

    def stop(self, grace: float, politely: bool = False) -> str:
        """End it, and say how it ended. With `politely` its input is closed and it may end by itself first.

        Then SIGTERM, and after `grace` seconds SIGKILL, to its whole group. Safe to call once.
        """
        process = self._process
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        gone = politely and self._gone(grace)
        if not gone:
            # One that has already ended by itself keeps its own status.
            gone = self._gone(0.0) or self._signalled(signal.SIGTERM, grace)
        self._signalled(signal.SIGKILL, 0.0 if gone else _KILLED_WITHIN)
        self._end_drain()
        if process.stdout is not None:
            process.stdout.close()
        return self._how()

    def forget(self) -> None:
        """Let go of a child that another process started (a fork's parent): its pipes are closed here, it lives on."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        os.close(self._wake)
        os.close(self._waker)
        self._process.returncode = 0  # it is not ours to wait for

    def _gone(self, within: float) -> bool:
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _signalled(self, number: int, within: float) -> bool:
        # Also after the leader's own end: what it started may hold its pipes still.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
        return self._gone(within)

    def _how(self) -> str:
        code = self._process.returncode
        if code is None:
            how = "it cannot be killed"
        elif code < 0:
            how = f"signal {-code}"
        else:
            how = f"status {code}"
        lines = self._chatter.decode("utf-8", "replace").strip().splitlines()
        return f"{how}, its last words: {clean(lines[-1], 200)}" if lines else how

    # --- its stderr ---------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        poll = select.poll()
        poll.register(self._err, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        left = _LAST_READS
        while left:
            ready = {descriptor for descriptor, _ in poll.poll()}
            # Once it is over, what stands in the pipe is read and no more: something may go on writing for ever.
            left -= self._wake in ready
            data = os.read(self._err, _CHUNK) if self._err in ready else b""
            if not data:
                return
            self._chatter = (self._chatter + data)[-_CHATTER:]

    def _end_drain(self) -> None:
        os.write(self._waker, b".")
        self._drainer.join(1.0)
        os.close(self._wake)
        os.close(self._waker)
        if self._process.stderr is not None:
            self._process.stderr.close()
