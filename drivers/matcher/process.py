"""A matcher in a child process: the contract's `match` JSON, one question a line, one answer a line.

One question is under way at a time. Each carries an id that cannot be guessed, so that no late or stray line is ever
taken for its answer; a child that is dead, late or out of step costs the piece its code, and is started anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from drivers.matcher.answers import Nonsense, failed, read_answer
from drivers.matcher.child import Child, ChildTrouble
from drivers.matcher.options import check_keys, count, seconds, text
from drivers.matcher.patience import Limits, Patience
from drivers.matcher.questions import fresh_id, probe, question
from mlocr.errors import ConfigurationError, DeviceFaultError
from mlocr.mail.address import AddressBlock
from mlocr.mail.match import Match

KEYS = (
    "argv",
    "folder",
    "answer_timeout_s",
    "start_timeout_s",
    "stop_timeout_s",
    "restarts_per_minute",
    "failures_in_a_row",
)
_MOST_BANNER = 100


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """The program and its arguments, the folder it starts in (empty: this one), seconds, and where patience ends."""

    argv: tuple[str, ...]
    folder: str = ""
    answer_timeout: float = 5.0
    start_timeout: float = 30.0
    stop_timeout: float = 1.0
    limits: Limits = field(default_factory=Limits)


def open_process(settings: Mapping[str, object]) -> ProcessMatcher:
    """A matcher in a child process; nothing is started yet. Settings: `KEYS`, `argv` is needed.

    Raises ConfigurationError for a setting it does not know or cannot take.
    """
    check_keys("process", settings, KEYS)
    usual = Limits()
    limits = Limits(
        count("process", settings, "restarts_per_minute", usual.restarts_per_minute),
        count("process", settings, "failures_in_a_row", usual.failures_in_a_row),
    )
    return ProcessMatcher(
        ProcessSettings(
            argv=_argv(settings.get("argv")),
            folder=text("process", settings, "folder"),
            answer_timeout=seconds("process", settings, "answer_timeout_s", 5.0),
            start_timeout=seconds("process", settings, "start_timeout_s", 30.0),
            stop_timeout=seconds("process", settings, "stop_timeout_s", 1.0),
            limits=limits,
        )
    )


def _argv(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(each, str) for each in value):
        raise ConfigurationError(
            'the process matcher needs argv, a list of texts without a shell, say ["/opt/engine/bin/match", "--json"]'
        )
    if not value[0] or any("\0" in each for each in value):
        raise ConfigurationError(f"the process matcher's argv {list(value)!r} names no program; mend it")
    return tuple(value)


class ProcessMatcher:
    """`ports.MatchEngine` over a child process. One thread at a time; each process that uses it has its own child."""

    def __init__(
        self,
        settings: ProcessSettings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        new_id: Callable[[], str] = fresh_id,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._patience = Patience(settings.limits, clock)
        self._child: Child | None = None
        self._proving = ""

    def open(self) -> None:
        """Start the child and wait until it answers a probe.

        Raises ConfigurationError when there is no such program, DeviceFaultError when it does not answer in time.
        """
        self._disown()
        if self._child is None:
            self._start()
        try:
            self._proven(self._started() + self._settings.start_timeout)
        except ChildTrouble as trouble:
            how = self._stopped(trouble.why)
            raise DeviceFaultError(f"{self._name} did not start: {how}; try it by hand, and mend {self._key}") from None

    def match(self, block: AddressBlock) -> Match:
        """The child's answer, or MATCHER_FAILED with the reason in the trace; within the answer's time-out.

        Raises DeviceFaultError when the limits of failures or of restarts are met.
        """
        deadline = self._clock() + self._settings.answer_timeout
        if self._patience.worn_out:
            raise self._fault(self._patience.worn_out)
        self._disown()
        try:
            return self._asked(block, deadline)
        except ChildTrouble as trouble:
            why = self._stopped(trouble.why)
        except Nonsense as nonsense:
            why = nonsense.why if nonsense.in_step else self._stopped(nonsense.why)
        self._patience.failed(why)
        return failed(why)

    @property
    def longest_open_s(self) -> float:
        """Seconds after which `open` has returned or raised."""
        return self._settings.start_timeout + self._settings.stop_timeout

    @property
    def longest_match_s(self) -> float:
        """Seconds after which `match` has returned or raised."""
        return self._settings.answer_timeout + self._settings.stop_timeout

    def close(self) -> None:
        """End the child: close its input, wait, SIGTERM, wait, SIGKILL. Safe to call twice."""
        self._disown()
        child, self._child = self._child, None
        if child is not None:
            child.stop(self._settings.stop_timeout, politely=True)

    # --- one question -------------------------------------------------------------------------------------------------

    def _asked(self, block: AddressBlock, deadline: float) -> Match:
        self._mend(deadline)
        starting = self._late_start(deadline)
        if starting is not None:
            return starting
        child, asked = self._own(), self._new_id()
        child.write_line(question(block, asked), deadline)
        match = read_answer(child.read_line(deadline), asked, block)
        self._patience.answered()
        return match

    def _mend(self, deadline: float) -> None:
        """A child that waits in step, started anew where there is none; its answer to the probe may still be due."""
        if self._child is not None and not self._proving and (did := self._child.unasked()):
            self._patience.lost(self._stopped(did))
        if self._child is None:
            if self._patience.restarts_used_up:
                raise self._fault(self._patience.restarts_used_up)
            self._sleep(min(self._patience.pause, max(deadline - self._clock(), 0.0)))
            self._patience.restarting()
            self._start()

    def _late_start(self, deadline: float) -> Match | None:
        """None once the child has answered the probe; else this piece's reject, while the child goes on starting."""
        limit = self._started() + self._settings.start_timeout
        try:
            self._proven(min(deadline, limit))
        except ChildTrouble as trouble:
            if trouble.late and self._clock() < limit:
                return failed("it is being started again and has not answered yet")
            raise
        return None

    # --- the child ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._child = Child(self._settings.argv, self._settings.folder, self._clock)
        self._proving = self._new_id()
        # One that ended at once says so when it is read, with its last words.
        with suppress(ChildTrouble):
            self._child.write_line(probe(self._proving), self._started() + self._settings.start_timeout)

    def _proven(self, deadline: float) -> None:
        """Wait for the answer to the probe. Lines before it are a banner, and are skipped while they are few."""
        for _ in range(_MOST_BANNER):
            if not self._proving:
                return
            try:
                read_answer(self._own().read_line(deadline), self._proving)
                self._proving = ""
            except Nonsense as nonsense:
                if nonsense.in_step:
                    raise ChildTrouble(f"its answer to the first question is nonsense: {nonsense.why}") from None
        if self._proving:
            raise ChildTrouble(f"it wrote {_MOST_BANNER} lines and no answer")

    def _stopped(self, why: str) -> str:
        """Stop the child, and the whole story in words."""
        child, self._child = self._child, None
        return f"{why} ({child.stop(self._settings.stop_timeout)})" if child is not None else why

    def _disown(self) -> None:
        # After a fork both processes would read the same pipe, and each take the other's answers.
        if self._child is not None and self._child.pid != os.getpid():
            self._child.forget()
            self._child = None

    def _own(self) -> Child:
        if self._child is None:
            raise ChildTrouble("it is not started")
        return self._child

    def _started(self) -> float:
        return self._own().started

    def _fault(self, limit: str) -> DeviceFaultError:
        return DeviceFaultError(
            f"{self._name} is given up: {limit} (last: {self._patience.why}); mend the engine, or {self._key}"
        )

    @property
    def _name(self) -> str:
        return f"the matcher's program {self._settings.argv[0]!r}"

    @property
    def _key(self) -> str:
        return "[matcher.settings]"
