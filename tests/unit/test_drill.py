"""The drill: its quick scenarios on both devices, and checks that find what they are to find."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from firmware import desk_program

from drivers.faults import devices as drill_devices
from drivers.faults.catalogue import scenarios as catalogue
from drivers.faults.endurance import endure
from drivers.faults.scenario import Scenario
from drivers.faults.stand import open_stand
from mlocr.cli.app import run
from mlocr.errors import ConfigurationError, ExitCode
from mlocr.services.drill import DrillOptions, play, scenarios
from mlocr.services.drill_checks import JournalView, by_order, check
from mlocr.services.drill_marks import Fell, fired_as, judged, mark_of
from mlocr.station.journal import Entry

QUICK = [each for each in catalogue() if each.quick]


@pytest.mark.parametrize("device", ["mock", "firmware"])
@pytest.mark.parametrize("scenario", QUICK, ids=[f"{each.group} {each.name}" for each in QUICK])
def test_every_quick_fault_comes_out_as_foreseen(
    scenario: Scenario, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if device == "firmware":
        monkeypatch.setattr(drill_devices, "DESK_PROGRAM", desk_program())
    result = play(scenario, device, 1, open_stand)  # type: ignore[arg-type]
    assert (result.broken, result.unexpected) == ((), ())


def test_every_group_has_its_scenarios_and_no_two_have_one_name() -> None:
    names = [(each.group, each.name) for each in catalogue()]
    assert {group for group, _ in names} == set(range(1, 28))
    assert len(set(names)) == len(names)
    assert all(len(each.ends) == len(each.letters) for each in catalogue())
    assert [each.group for each in scenarios(DrillOptions(only=(3, 11)))] == [3] * 5 + [11] * 3


@pytest.mark.parametrize("device", ["mock", "firmware"])
def test_many_jobs_in_one_session_leak_nothing(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if device == "firmware":
        monkeypatch.setattr(drill_devices, "DESK_PROGRAM", desk_program())
    out = endure(device, 150, 20, 3)
    assert (out.jobs, out.sprayed, out.doubles, out.wrong, out.problems) == (150, 150, 0, 0, [])
    assert out.lost > 20


# --- the checks find what they are to find --------------------------------------------------------------------------


def entry(kind: str, piece: str, **body: object) -> Entry:
    return Entry(0, 1, "", kind, piece, body)


def journal(*more: Entry, end: str = "sprayed") -> list[Entry]:
    rows = [entry("arrived", "b-1", file="letter-1"), entry("intent", "b-1", job="1-1")]
    return [*rows, entry("disposition", "b-1", disposition=end), *more]


MARK, OTHER = fired_as("letter-1"), fired_as("letter-2")


@pytest.mark.parametrize(
    ("fallen", "rows", "finding"),
    [
        (MARK, journal(), ""),
        (MARK[:40], journal(end="indeterminate"), ""),
        ([], journal(end="late"), ""),
        ([*MARK, *MARK], journal(), "sprayed twice"),
        (OTHER, journal(), "not its own"),
        ([(tick + 1, column) for tick, column in MARK], journal(), "not its own"),
        (MARK[:40], journal(), "called sprayed"),
        ([], journal(), "called sprayed"),
        (MARK, journal(end="late"), "called late"),
        (MARK, journal(entry("disposition", "b-1", disposition="late")), "ended 2 times"),
        ([], journal()[:2], "never ended"),
        (MARK, [row for row in journal() if row.kind != "intent"], "without an intent"),
        (MARK, journal(entry("intent", "b-1", job="1-1")), "meant twice"),
        ([], journal(entry("disposition", "b-9", disposition="sprayed"), end="late"), "without a picture"),
    ],
)
def test_what_does_not_hold_is_found(fallen: list[tuple[int, int]], rows: list[Entry], finding: str) -> None:
    found = check(1, {"letter-1": fallen}, JournalView(rows), 0)
    assert (not found.broken) if not finding else any(finding in broken for broken in found.broken)


def test_ink_beside_every_letter_is_found() -> None:
    assert check(1, {"letter-1": MARK}, JournalView(journal()), 5).broken == ["5 columns of ink hit no letter"]


def test_a_letter_never_seen_or_never_fed_has_no_end() -> None:
    found = check(2, {"letter-1": []}, JournalView([]), 0)
    assert (found.ends, found.broken) == ({"letter-1": "unseen", "letter-2": "unfed"}, [])


def test_each_letter_has_a_mark_of_its_own_and_a_part_of_it_is_told_from_the_whole() -> None:
    assert len({mark_of(f"letter-{n}").columns for n in range(1, 30)}) == 29
    assert [judged(MARK[:n], MARK) for n in (0, 1, len(MARK))] == [Fell.NOTHING, Fell.PART, Fell.MARK]


def test_on_a_bench_marks_are_told_apart_in_their_order() -> None:
    first, third = ([column for _, column in fired_as(name)] for name in ("letter-1", "letter-3"))
    fallen: Mapping[str, object] = by_order([*first, *third], 3)
    assert fallen == {"letter-1": fired_as("letter-1"), "letter-2": [], "letter-3": fired_as("letter-3")}
    doubled = by_order([*first, *first], 1)["letter-1"]
    assert judged(doubled, fired_as("letter-1")) in (Fell.TWICE, Fell.WRONG)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_prints_rows_and_says_whether_all_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drill", "--device", "mock", "--only", "24", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["group"], row["device"], row["verdict"], row["double_sprays"]) for row in rows] == [
        (24, "mock", "holds", 0)
    ] * 2
    assert run(["drill", "--device", "mock", "--only", "24", "--quick"]) == 0
    assert "0 double sprays, 0 wrong marks; all held" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["--only", "28"], ["--only", "x"], ["--device", "toaster"], ["--json", "--markdown"]]
)
def test_what_cannot_be_drilled_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drill", *words]) == ExitCode.USAGE
    assert ";" in capsys.readouterr().err


def test_firmware_that_was_not_built_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(drill_devices, "DESK_PROGRAM", tmp_path / "none")
    with pytest.raises(ConfigurationError, match="build it with make"):
        open_stand(QUICK[0], "firmware", 1, tmp_path)
