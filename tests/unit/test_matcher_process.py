"""The matcher in a child process, and everything a child can do wrong."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.matcher.child import Child
from drivers.matcher.process import ProcessMatcher, ProcessSettings, open_process
from drivers.matcher.questions import probe
from mlocr.errors import ConfigurationError, DeviceFaultError
from mlocr.mail.address import AddressBlock, TextLine
from mlocr.mail.match import Match
from mlocr.mail.reasons import RejectReason

NAUGHTY = Path(__file__).with_name("naughty_child.py")
BLOCK = AddressBlock((TextLine("124 MAIN ST"), TextLine("HAVENPORT ME 04901")))
SOON = 1.0
"""Seconds that a child which never answers is waited for; nothing else in these tests waits."""


class Rig:
    """A matcher over a child that does as told, and the lives its children have had."""

    def __init__(self, note: Path) -> None:
        self.note = note
        self.matcher: ProcessMatcher | None = None
        self.slept: list[float] = []

    def open(self, *lives: list[str], **settings: object) -> ProcessMatcher:
        argv = [sys.executable, "-S", str(NAUGHTY), str(self.note), json.dumps(lives)]
        self.matcher = made({"argv": argv, "answer_timeout_s": 20, **settings}, self.slept.append)
        self.matcher.open()
        return self.matcher

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self.note.read_text().split()]

    @property
    def lives(self) -> int:
        return len(self.pids)


def made(settings: dict[str, object], sleep: Callable[[float], None]) -> ProcessMatcher:
    checked: ProcessSettings = open_process(settings)._settings
    return ProcessMatcher(checked, sleep=sleep)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made_rig = Rig(tmp_path / "lives")
    yield made_rig
    if made_rig.matcher is not None:
        made_rig.matcher.close()
        assert not any(alive(pid) for pid in made_rig.pids)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ended(pid: int) -> bool:
    """Whether a process that is not our own child ends within moments of its SIGKILL."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    over = bool(poll.poll(10_000))
    os.close(descriptor)
    return over


def said(match: Match) -> str:
    assert match.routing is None
    assert match.reason is RejectReason.MATCHER_FAILED
    assert match.trace[0].rule == "matcher_failed"
    return match.trace[0].said


def good(match: Match) -> bool:
    return match.routing is not None and match.routing.digits == "04901"


# --- one question goes wrong, the next is answered by a new child ----------------------------------------------------

OUT_OF_STEP = {
    "die": r"ended or closed its output \(status 3, its last words: the licence server is gone\)",
    "killed": r"ended or closed its output \(signal 9\)",
    "half and end": "is no JSON",
    "other id": "does not carry the id",
    "id as a number": "does not carry the id",
    "no id": "does not carry the id",
    "no json": "is no JSON",
    "a list": "is no JSON object",
    "not utf-8": "is not UTF-8",
    "an empty line": "is no JSON",
    "flood": "wrote a line of more than",
    "closes its output": "ended or closed its output",
}


@pytest.mark.parametrize("how", OUT_OF_STEP)
def test_a_child_out_of_step_costs_one_piece_and_is_started_anew(rig: Rig, how: str) -> None:
    matcher = rig.open(["ok", "ok", how], ["ok"])
    assert good(matcher.match(BLOCK))
    assert re.search(OUT_OF_STEP[how], said(matcher.match(BLOCK)))
    assert good(matcher.match(BLOCK))
    assert good(matcher.match(BLOCK))
    assert rig.lives == 2
    assert not alive(rig.pids[0])


@pytest.mark.parametrize("how", ["late", "half"])
def test_a_late_answer_is_no_answer_and_its_child_is_ended(rig: Rig, how: str) -> None:
    matcher = rig.open(["ok", how], ["ok"], answer_timeout_s=SOON)
    wanted = "did not answer in time, only half a line" if how == "half" else "did not answer in time"
    assert wanted in said(matcher.match(BLOCK))
    assert not alive(rig.pids[0])
    # The new child may take its time to start: pieces pass until it answers.
    answers = [matcher.match(BLOCK) for _ in range(5)]
    assert good(answers[-1])
    assert rig.lives == 2


def test_nonsense_in_the_answer_asked_for_costs_the_piece_and_not_the_child(rig: Rig) -> None:
    matcher = rig.open(["ok", "wrong check digit"])
    assert said(matcher.match(BLOCK)) == "check_digit '0' is not 6, that of the digits given"
    assert good(matcher.match(BLOCK))
    assert rig.lives == 1


@pytest.mark.parametrize("how", ["twice", "and a log line", "whole without a line end"])
def test_what_comes_after_a_whole_answer_costs_no_piece(rig: Rig, how: str) -> None:
    matcher = rig.open(["ok", how], ["ok"])
    answers = [matcher.match(BLOCK) for _ in range(3)]
    if not good(answers[1]):
        # The line that nobody asked for came when the next question was on its way already.
        assert said(answers.pop(1)).startswith("the answer ")
    assert all(good(answer) for answer in answers)
    assert rig.lives == 2


def test_a_line_that_comes_later_unasked_costs_no_piece_and_is_no_answer(rig: Rig) -> None:
    matcher = rig.open(["ok", "and a log line"], ["ok"])
    assert good(matcher.match(BLOCK))
    child = matcher._child
    assert child is not None
    while not child._held:  # until the line that nobody asked for is there
        assert child._ready(child._out, select.POLLIN, time.monotonic() + 10)
        child._held = child._read() or b""
    line, child._held = child._held, b""
    assert line == b"INFO answered one\n"
    # Back into the pipe's place: what the next question finds there.
    reader, writer = os.pipe()
    os.write(writer, line)
    os.set_blocking(reader, False)
    stdout, child._out = child._out, reader
    assert child.unasked() == "it wrote more than the answer it was asked for"
    child._out = stdout
    os.close(reader)
    os.close(writer)
    assert good(matcher.match(BLOCK))
    assert rig.lives == 2


@pytest.mark.parametrize(
    ("how", "politely", "said_of_it"),
    [
        ("ok", True, "status 0"),
        ("says goodbye", True, "status 5, its last words: bye"),
        ("says goodbye", False, "status 5, its last words: bye"),
        ("late", False, "signal 15"),
        ("deaf", False, "signal 9"),
    ],
)
def test_a_child_is_asked_to_end_before_it_is_made_to(
    tmp_path: Path, how: str, politely: bool, said_of_it: str
) -> None:
    child = Child([sys.executable, "-S", str(NAUGHTY), str(tmp_path / "lives"), json.dumps([[how]])], "")
    child.write_line(probe("q1"), time.monotonic() + 20)
    if how != "late":
        child.read_line(time.monotonic() + 20)
    assert child.stop(0.5 if how == "deaf" or politely else 10.0, politely) == said_of_it


def test_a_child_that_hears_no_more_is_started_anew(rig: Rig) -> None:
    matcher = rig.open(["ok", "closes its input"], ["ok"], answer_timeout_s=SOON)
    assert good(matcher.match(BLOCK))
    # Whether the pipe takes one question more is a matter of moments.
    why = said(matcher.match(BLOCK))
    assert "closed its input" in why or "did not answer in time" in why
    answers = [matcher.match(BLOCK) for _ in range(5)]
    assert good(answers[-1])
    assert rig.lives == 2


def test_a_banner_before_the_first_answer_is_passed_over(rig: Rig) -> None:
    matcher = rig.open(["banner", "ok"])
    assert good(matcher.match(BLOCK))
    assert rig.lives == 1


def test_a_banner_later_on_is_out_of_step(rig: Rig) -> None:
    matcher = rig.open(["ok", "banner"], ["ok"])
    assert "is no JSON" in said(matcher.match(BLOCK))
    assert good(matcher.match(BLOCK))


def test_its_chatter_on_stderr_never_stops_it(rig: Rig) -> None:
    matcher = rig.open(["chatters", "chatters", "chatters"])
    assert good(matcher.match(BLOCK))
    assert good(matcher.match(BLOCK))
    assert rig.lives == 1


def test_a_question_larger_than_the_pipe_goes_through(rig: Rig) -> None:
    matcher = rig.open(["ok"])
    assert good(matcher.match(AddressBlock((TextLine("7" * 1_000_000),))))


# --- starting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("die", r"status 3, its last words: the licence server is gone"),
        ("wrong check digit", r"its answer to the first question is nonsense: check_digit"),
        ("endless banner", r"it wrote 100 lines and no answer"),
        ("closes its output", r"it ended or closed its output"),
    ],
)
def test_a_child_that_does_not_speak_at_the_start_is_a_fault_in_one_sentence(rig: Rig, how: str, why: str) -> None:
    with pytest.raises(DeviceFaultError, match=why):
        rig.open([how])
    assert not alive(rig.pids[0])


def test_a_child_that_never_answers_the_probe_is_waited_for_and_no_longer(rig: Rig) -> None:
    with pytest.raises(DeviceFaultError, match="did not answer in time"):
        rig.open(["late"], start_timeout_s=SOON)
    assert not alive(rig.pids[0])


def test_a_new_child_that_starts_slowly_lets_pieces_pass_and_is_given_its_time(rig: Rig) -> None:
    matcher = rig.open(["ok", "die"], ["late"], answer_timeout_s=SOON, start_timeout_s=2.5 * SOON)
    assert "status 3" in said(matcher.match(BLOCK))
    assert "is being started again" in said(matcher.match(BLOCK))
    assert "is being started again" in said(matcher.match(BLOCK))
    assert rig.lives == 2
    assert "did not answer in time" in said(matcher.match(BLOCK))


def test_no_such_program_is_the_configuration_s_fault(tmp_path: Path) -> None:
    for argv, folder in ((["/no/such/engine"], ""), ([str(tmp_path)], ""), ([sys.executable], "/no/such/folder")):
        matcher = open_process({"argv": argv, "folder": folder})
        with pytest.raises(ConfigurationError, match="cannot be started"):
            matcher.open()
        matcher.close()


def test_the_arguments_go_to_the_program_as_they_are_and_to_no_shell(tmp_path: Path) -> None:
    argv = [sys.executable, "-S", str(NAUGHTY), str(tmp_path / "a note; $(touch pwned) && *"), '[["ok"]]']
    matcher = open_process({"argv": argv, "folder": str(tmp_path)})
    matcher.open()
    assert good(matcher.match(BLOCK))
    matcher.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a note; $(touch pwned) && *"]


# --- the end of patience --------------------------------------------------------------------------------------------


def test_restarts_in_a_minute_are_counted_and_then_the_run_ends(rig: Rig) -> None:
    matcher = rig.open(["ok", "die"], restarts_per_minute=2, failures_in_a_row=100)
    for _ in range(3):
        assert "status 3" in said(matcher.match(BLOCK))
    with pytest.raises(DeviceFaultError, match=r"given up: it was started again 2 times within a minute \(last: .*st"):
        matcher.match(BLOCK)
    assert rig.lives == 3


def test_failures_in_a_row_end_the_run_even_of_a_child_that_lives(rig: Rig) -> None:
    plan = ["ok", *["wrong check digit"] * 2, "ok", *["wrong check digit"] * 3, "ok"]
    matcher = rig.open(plan, failures_in_a_row=3)
    answers = [matcher.match(BLOCK) for _ in range(6)]
    assert [good(answer) for answer in answers] == [False, False, True, False, False, False]
    for _ in range(2):
        with pytest.raises(DeviceFaultError, match=r"3 questions in a row .*\(last: check_digit '0'"):
            matcher.match(BLOCK)
    assert rig.lives == 1


def test_the_pauses_between_restarts_grow_and_stay_bounded(rig: Rig) -> None:
    matcher = rig.open(["ok", "die"], restarts_per_minute=50, failures_in_a_row=50)
    for _ in range(7):
        matcher.match(BLOCK)
    pauses = [pause for pause in rig.slept if pause > 0]
    assert len(pauses) == 6
    assert [round(pause, 1) for pause in pauses] == [0.2, 0.5, 1.0, 2.0, 2.0, 2.0]


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_child_deaf_to_its_input_and_to_sigterm_is_killed(rig: Rig) -> None:
    matcher = rig.open(["deaf"], stop_timeout_s=0.1)
    matcher.close()
    assert not alive(rig.pids[0])


def test_what_the_child_has_started_ends_with_it(rig: Rig) -> None:
    matcher = rig.open(["has a child", "ok"], stop_timeout_s=0.1)
    assert good(matcher.match(BLOCK))
    matcher.close()
    assert ended(int(Path(f"{rig.note}.child").read_text()))


def test_closing_before_opening_and_twice_is_safe_and_matching_opens_by_itself(rig: Rig) -> None:
    matcher = rig.open(["ok"])
    matcher.close()
    matcher.close()
    assert good(matcher.match(BLOCK))
    assert rig.lives == 2


FORKED = """
import os, sys
from drivers.matcher.process import open_process
from mlocr.mail.address import AddressBlock, TextLine
matcher = open_process({"argv": sys.argv[1:]})
matcher.open()
block = AddressBlock((TextLine("1 MAIN ST"),))
pid = os.fork()
answers = [matcher.match(block).routing.digits for _ in range(50)]
matcher.close()
if pid == 0:
    os._exit(0 if answers == ["04901"] * 50 else 1)
status = os.waitpid(pid, 0)[1]
print(answers == ["04901"] * 50, status)
"""


def test_after_a_fork_each_process_has_a_child_of_its_own(tmp_path: Path) -> None:
    note = tmp_path / "lives"
    argv = [sys.executable, "-S", str(NAUGHTY), str(note), '[["ok"]]']
    done = subprocess.run(
        [sys.executable, "-c", FORKED, *argv], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["True", "0"], done.stderr
    assert len(note.read_text().split()) == 2
