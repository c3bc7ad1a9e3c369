"""Where the virtual line's letters come from, and the camera that sees them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from drivers.belt import BeltLetter
from mlocr.ports import Camera, CameraFrame, CameraStats

_PREFETCH = 4


class LineCamera:
    """The camera at the camera photocell: one frame per trigger, once the letter has passed."""

    def __init__(self, source: Camera) -> None:
        self._source = source
        self._frames: deque[CameraFrame] = deque()
        self._changed = threading.Condition()
        self._delivered = 0
        self._ended = False
        self._problem: Exception | None = None

    def open(self) -> None:
        """Open the source of letters."""
        self._source.open()

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def next(self, timeout: float) -> CameraFrame | None:
        """The next frame, or None after `timeout` seconds or at the end. Raises what broke the source."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._frames or self._problem) or self._ended, timeout)
            if not self._frames:
                if self._problem is not None:
                    raise self._problem
                return None
            self._delivered += 1
            return self._frames.popleft()

    @property
    def exhausted(self) -> bool:
        """True when the last letter's frame was taken."""
        with self._changed:
            return self._ended and not self._frames and self._problem is None

    def stats(self) -> CameraStats:
        """Frames seen and taken; loss and staleness are the source's."""
        with self._changed:
            acquired = self._delivered + len(self._frames)
            return replace(self._source.stats(), acquired=acquired, delivered=self._delivered)

    def push(self, frame: CameraFrame) -> None:
        """The line: a letter has passed."""
        with self._changed:
            self._frames.append(frame)
            self._changed.notify_all()

    def fail(self, problem: Exception) -> None:
        """The line: the source broke; the fault is raised where frames are taken."""
        with self._changed:
            self._problem = problem
            self._changed.notify_all()

    def end(self) -> None:
        """The line: no letter comes any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class Feeder:
    """Takes letters from the source ahead of time, in a thread of its own: a slow picture must not stop the wire."""

    def __init__(self, source: Camera, length: Callable[[CameraFrame], int]) -> None:
        self.wake: Callable[[], None] = lambda: None
        self.problem: Exception | None = None
        self._source = source
        self._length = length
        self._ready: deque[BeltLetter] = deque()
        self._room = threading.Condition()
        self._stopped = False
        self._held = False
        self._done = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take letters."""
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more, and drop what is ready."""
        with self._room:
            self._stopped = True
            self._ready.clear()
            self._room.notify_all()

    def hold(self, held: bool) -> None:
        """Give no letter while `held`."""
        with self._room:
            self._held = held
        self.wake()

    @property
    def held(self) -> bool:
        """Letters are kept back."""
        with self._room:
            return self._held

    def take(self) -> BeltLetter | None:
        """The next letter, if one is ready."""
        with self._room:
            letter = self._ready.popleft() if self._ready and not self._held else None
            self._room.notify_all()
            return letter

    @property
    def empty(self) -> bool:
        """True when no letter is here and none will come."""
        with self._room:
            return not self._ready and (self._done or self._stopped)

    def _run(self) -> None:
        try:
            while not self._stopped and not self._source.exhausted:
                frame = self._source.next(0.1)
                if frame is None:
                    continue
                letter = BeltLetter(frame, self._length(frame))
                with self._room:
                    self._room.wait_for(lambda: len(self._ready) < _PREFETCH or self._stopped)
                    if self._stopped:
                        break
                    self._ready.append(letter)
                self.wake()
        except Exception as error:
            self.problem = error
        with self._room:
            self._done = True
        self.wake()
