"""The benchmark's arithmetic, shapes and scoring. Nothing here is timed, and nothing is recognised from an image."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from letters import Letter, address, draw, return_address
from typer.testing import CliRunner

from mlocr.cli.app import build
from mlocr.decks.format import Deck, Expectation, Truth
from mlocr.directory.layout import format_zip4, format_zip4_header
from mlocr.errors import UsageError
from mlocr.mail.address import DirectoryRecord, RecordType, TextLine
from mlocr.mail.image import Box
from mlocr.mail.piece import Encoded
from mlocr.ports import BlockImage
from mlocr.reading.settings import ReadingSettings
from mlocr.reading.watched import WatchedReader
from mlocr.services import benchmark, benchmark_peer, benchmark_stages
from mlocr.services.benchmark import BenchOptions, parts_of, peer_tally
from mlocr.services.benchmark_figures import (
    Comparison,
    Figures,
    Located,
    PartResult,
    Spread,
    Tally,
    passes,
    right_rate,
    worst_tally,
)
from mlocr.services.benchmark_locate import compared, is_block, picture_box
from mlocr.services.benchmark_peer import PeerError, PeerRun, code_of, make_dictionary, missing
from mlocr.services.benchmark_scene import Scene, cpu_model
from mlocr.services.benchmark_table import COLUMNS, closing_lines, markdown, row
from mlocr.station.summary import RunSummary

SCENE = Scene("A CPU", 2, 0.5, "3.11.7", "Linux", datetime(2026, 11, 22, 3, tzinfo=UTC), (("mlocr", "1"),), "a deck", 2)


def figures(*per_second: float, right: int | None = None, wrong: int = 0) -> Figures:
    tally = None if right is None else Tally(100, 90, 95, right, 95, wrong)
    return Figures(100, 2, per_second, Spread.of([10.0, 20.0]), tally)


def record(street: str, low: str, high: str, addon: str, **more: str) -> DirectoryRecord:
    parts = {
        "zip5": "04001",
        "update_key": "X1",
        "carrier_route": "C001",
        "predirectional": "",
        "suffix": "",
        "postdirectional": "",
        "primary_parity": "B",
        "building_or_firm": "",
        "secondary_designator": "",
        "secondary_low": "",
        "secondary_high": "",
        "secondary_parity": "",
        "addon_high": addon,
        "state": "ME",
    } | more
    return DirectoryRecord(
        record_type=RecordType.STREET,
        street_name=street,
        primary_low=low.zfill(10),
        primary_high=high.zfill(10),
        addon_low=addon,
        **parts,
    )


# --- arithmetic -------------------------------------------------------------------------------------------------------


def test_spread_takes_median_and_nearest_ranks() -> None:
    spread = Spread.of([float(n) for n in range(1, 101)])
    assert spread == Spread(median=50.5, p95=95.0, p99=99.0, most=100.0)
    assert Spread.of([]) is None


def test_rate_is_the_median_of_the_runs() -> None:
    assert figures(1.0, 9.0, 2.0).rate == 2.0
    assert figures().rate == 0.0


def test_passes_divide_pieces_by_their_seconds() -> None:
    assert passes([[0.5, 1.5], [], [0.25]]) == (1.0, 4.0)


def test_ratios_are_taken_round_by_round() -> None:
    # The medians alone would give 6 / 2; round by round a slow machine weighs on both sides.
    compared = Comparison.of(figures(8.0, 4.0, 6.0), figures(2.0, 4.0, 1.0))
    assert compared.speed == (4.0, 1.0, 6.0)
    assert compared.ratio == 4.0


def test_right_codes_an_hour_count_only_what_is_right() -> None:
    line, peer = figures(8.0, right=90), figures(2.0, right=30)
    assert right_rate(line) == pytest.approx(7.2)
    assert Comparison.of(line, peer).right == pytest.approx(12.0)
    assert Comparison.of(line, figures(2.0, right=0)).right is None
    assert Comparison.of(line, figures(2.0)).right is None


def test_the_worst_run_is_shown() -> None:
    good, bad, worse = Tally(9, 9, 9, 9, 9, 0), Tally(9, 9, 9, 8, 9, 1), Tally(9, 9, 9, 7, 9, 1)
    assert worst_tally([good, worse, None, bad]) is worse
    assert worst_tally([None]) is None


# --- parts and their shape --------------------------------------------------------------------------------------------


def test_the_peer_never_comes_without_the_line() -> None:
    assert parts_of("peer") == ("line", "peer")
    assert parts_of("match") == ("match",)
    assert parts_of("read") == ("locate", "read")
    assert set(parts_of("")) == {"line", "locate", "read", "match", "mark", "wire", "peer"}
    with pytest.raises(UsageError, match="choose one of"):
        parts_of("paint")


def test_table_ends_with_the_ratio_and_names_what_is_skipped() -> None:
    line, peer = figures(8.0, 8.0, right=90), figures(2.0, 4.0, right=30, wrong=12)
    played = [PartResult("line", line), PartResult("peer", peer, "", Comparison.of(line, peer))]
    assert closing_lines(played)[0].startswith("line to peer: 3.00 times the letters an hour")
    assert closing_lines(played)[-1] == "wrong codes: line 0, peer 12, of 100 letters each"
    skipped = [PartResult("line", line), PartResult("peer", None, "no tesseract")]
    assert closing_lines(skipped) == ["peer skipped: no tesseract"]
    assert all(len(row(result)) == len(COLUMNS) for result in (*played, *skipped))
    assert row(played[1])[-3:] == ("10,800", "30/90", "12")


def test_markdown_has_machine_date_and_one_row_a_part() -> None:
    text = markdown(SCENE, [PartResult("read", figures(5.0))])
    assert text.startswith("A CPU, 2 cores, load 0.5 at the start; Python 3.11.7, Linux; 2026-11-22; deck: a deck")
    assert "| read | 100 | 2 | 15.0 | 20.0 | 20.0 | 5.00 | 18,000 |  |  |" in text


def test_pieces_that_ended_badly_are_named() -> None:
    line = Figures(100, 2, (8.0,), None, None, troubled=3)
    assert closing_lines([PartResult("line", line)])[0].startswith("line: 3 pieces of all runs ended late, faulted")
    summary = RunSummary(replay=True)
    summary.dispositions.update({"sprayed": 5, "passed": 2, "late": 1, "faulted": 1, "indeterminate": 1})
    assert benchmark_stages.troubled(summary) == 3


def test_a_stage_no_letter_reaches_says_so() -> None:
    clock = benchmark_stages._Clock(2, {"read": [[0.5, 0.5], [0.25, 0.25]], "mark": [[], []]})
    read = clock.result("read").figures
    assert read is not None
    assert (read.letters, read.per_second, read.milliseconds) == (2, (2.0, 4.0), Spread(375.0, 500.0, 500.0, 500.0))
    for stage in ("match", "mark"):
        assert f"as far as {stage}" in clock.result(stage).skipped


BLOCK = Box(100, 100, 300, 160)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (BLOCK, True),
        (Box(90, 60, 310, 165), True),  # an endorsement above
        (Box(100, 100, 300, 125), False),  # a line of three
        (Box(0, 0, 900, 400), False),  # half the letter
        (Box(400, 100, 600, 160), False),
    ],
)
def test_a_block_is_found_when_it_is_there_and_little_else(found: Box, right: bool) -> None:
    assert is_block(found, BLOCK, 200) is right


def test_letters_are_counted_by_where_their_block_came() -> None:
    lift = draw(Letter(prints=[address(), return_address()]))
    reader = WatchedReader(Whole(), ReadingSettings())
    study = reader.study(lift)
    box = picture_box(study.candidates[0])
    truth = Truth("a.png", (), Expectation("encoded"), (box.x0, box.y0, box.x1, box.y1), 0)
    assert compared(study, truth, 200) == Located(1, first=1, upright=1, among=1, read=1)
    assert compared(study, replace(truth, rotation=180), 200) == Located(1, first=1, among=1)
    assert compared(study, replace(truth, bbox=(0, 0, 40, 40)), 200) == Located(1)
    twice = Located(1, 1, 1, 1, 0).plus(Located(1))
    result = PartResult("locate", Figures(2, 1, (1.0,), None, located=twice))
    assert closing_lines([result])[0].startswith("locate: block found first 50.0 % (1), right way up 50.0 % (1), among")
    assert result.as_json()["figures"]["located"]["letters"] == 2  # type: ignore[index]


class Whole:
    """An engine that reads an address in every block."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def read(self, block: BlockImage) -> tuple[TextLine, ...]:
        return tuple(TextLine("SPRINGFIELD IL 62704", 1.0, box) for box in block.line_boxes)


def stub(options: BenchOptions, today: date, say: object) -> Iterator[PartResult]:
    line, peer = figures(8.0, right=90), figures(2.0, right=30, wrong=5)
    yield PartResult("line", line)
    yield PartResult("peer", peer, "", Comparison.of(line, peer))
    yield PartResult("wire", None, "no wire here")


def test_json_is_one_object_a_part_with_machine_date_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "bench", stub)
    ran = CliRunner().invoke(build(), ["bench", "--json", "--runs", "1"])
    assert ran.exit_code == 0, ran.output
    line, peer, wire = (json.loads(text) for text in ran.stdout.splitlines())
    assert line["figures"]["pieces_per_hour"] == 28_800
    assert line["figures"]["piece_ms"] == {"median": 15.0, "p95": 20.0, "p99": 20.0, "max": 20.0}
    assert line["figures"]["score"]["correct"] == 90
    assert peer["line_to_peer"] == {
        "letters_per_hour": 4.0,
        "letters_per_hour_rounds": [4.0],
        "right_codes_per_hour": 12.0,
    }
    assert (wire["figures"], wire["skipped"]) == (None, "no wire here")
    for each in (line, peer, wire):
        assert {"cpu", "cores", "load", "python", "platform"} == set(each["machine"])
        assert datetime.fromisoformat(each["date"]).tzinfo is not None
        assert each["versions"]["numpy"]
        assert each["runs"] == 1


def test_the_table_for_people_is_on_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "bench", stub)
    ran = CliRunner().invoke(build(), ["bench"])
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.rstrip().endswith("wrong codes: line 0, peer 5, of 100 letters each")
    assert "wire skipped: no wire here" in ran.stdout


def test_cpu_model_comes_from_the_system(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\n", encoding="utf-8")
    assert cpu_model(info) == "Some CPU @ 3 GHz"
    assert cpu_model(tmp_path / "absent")


# --- the peer ---------------------------------------------------------------------------------------------------------


def raw_directory(folder: Path) -> Path:
    folder.mkdir()
    records = [
        record("MAIN", "1", "99", "1001", suffix="ST", primary_parity="O"),
        record("MAIN", "100", "198", "1002", suffix="ST", primary_parity="E"),
        record("MAIN", "100", "198", "1003", suffix="AVE", primary_parity="E"),
        record("PO BOX", "1", "40", "0001", addon_high="0040"),
    ]
    text = format_zip4_header(2026, 10) + "".join(format_zip4(each) for each in records)
    (folder / "zip4.txt").write_text(text, encoding="latin-1")
    return folder


def tagged(text: str) -> dict[str, str]:
    """What a tagger sees in `NUMBER STREET SUFFIX ... ZIP` or `PO BOX NUMBER ... ZIP`."""
    words = text.replace(",", "").split()
    if words[:2] == ["PO", "BOX"]:
        return {"USPSBoxType": "PO BOX", "USPSBoxID": words[2], "ZipCode": words[-1]}
    keys = ("AddressNumber", "StreetName", "StreetNamePostType")
    return dict(zip(keys, words, strict=False)) | {"ZipCode": words[-1]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MR A SMITH\n7 MAIN ST\nADAMS ME 04001", "04001100107"),
        ("mr a smith\n104 Main Ave\nAdams, ME 04001-1003\nSecond notice", "04001100304"),
        ("1 OTHER RD\nBERWICK ME 03901\n\nMS B JONES\n104 MAIN ST\nADAMS ME 04001", "04001100204"),
        ("PO BOX 12\nADAMS ME 04001", "04001001212"),
        ("104 MAIN ST\nFREE GIFT INSIDE\nADAMS ME 04001", "04001100204"),
        ("8 MAIN ST\nADAMS ME 04001", ""),
        ("12A MAIN ST\nADAMS ME 04001", ""),
        ("104 ELM ST\nADAMS ME 04001", ""),
        ("104 MAIN ST\nADAMS ME", ""),
        ("ADAMS ME 04001", ""),
        ("", ""),
    ],
)
def test_the_script_looks_up_the_lowest_address(tmp_path: Path, text: str, code: str) -> None:
    rows = make_dictionary(raw_directory(tmp_path / "directory") / "zip4.txt")
    assert code_of(text, rows, tagged) == code


def test_usaddress_names_the_parts_the_script_asks_for(tmp_path: Path) -> None:
    pytest.importorskip("usaddress", reason="usaddress is not installed")
    rows = make_dictionary(raw_directory(tmp_path / "directory") / "zip4.txt")
    assert code_of("104 MAIN AVE\nADAMS ME 04001", rows, benchmark_peer.tag_address) == "04001100304"
    assert code_of("PO BOX 12\nADAMS ME 04001", rows, benchmark_peer.tag_address) == "04001001212"


def test_the_peer_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_directory(tmp_path / "directory")
    monkeypatch.setattr(benchmark_peer.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(benchmark_peer.shutil, "which", lambda name: None)
    assert "the program tesseract" in missing(raw)
    monkeypatch.setattr(benchmark_peer.shutil, "which", lambda name: "/usr/bin/tesseract")
    assert missing(raw) == ""
    assert "zip4.txt" in missing(tmp_path)
    monkeypatch.setattr(benchmark_peer.importlib.util, "find_spec", lambda name: None)
    assert "needs usaddress" in missing(raw)


def deck_of(folder: Path, digits: dict[str, str]) -> Deck:
    folder.mkdir()
    rows = []
    for name, code in digits.items():
        expect = {"outcome": "rejected", "depth": None}
        if code:
            expect = {"outcome": "encoded", "depth": 11, "zip5": code[:5], "plus4": code[5:9], "dpc": code[9:]}
        rows.append(json.dumps({"file": name, "lines": ["X"], "expect": expect}))
    (folder / "truth.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return Deck(folder, "d", "", "", 200.0, None, folder / "directory", tuple(folder / "images" / n for n in digits))


def test_the_peer_is_scored_as_the_line_is(tmp_path: Path) -> None:
    deck = deck_of(tmp_path / "deck", {"1.png": "04001100107", "2.png": "04001100204", "3.png": "", "4.png": ""})
    codes = {"1.png": "04001100107", "2.png": "04001100304", "3.png": "04001100107", "4.png": ""}
    tally = peer_tally(deck, PeerRun(1.0, (), codes))
    assert tally == Tally(letters=4, full=2, encoded=3, right=1, zip5_right=2, wrong=2)


def played_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_rates: list[float]) -> list[PartResult]:
    """Two rounds over a deck of one letter; the line's plays are given, the peer's are its own."""
    deck = deck_of(tmp_path / "deck", {"1.png": "04001100107"})
    plays = iter(line_rates)
    monkeypatch.setattr(
        benchmark, "_play_line", lambda bench, number: benchmark._Play(1, next(plays), (5.0,), Tally(1, 1, 1, 1, 1, 0))
    )
    bench = benchmark_stages.Bench(
        deck, tmp_path, tmp_path, date(2026, 11, 2), date(2026, 11, 2), len(line_rates), 2, lambda said: None
    )
    return list(benchmark._rounds(bench, True, 11))


def test_without_tesseract_the_line_is_measured_and_the_peer_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_peer.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(benchmark_peer.shutil, "which", lambda name: None)
    line, peer = played_rounds(tmp_path, monkeypatch, [8.0, 6.0])
    assert line.figures is not None and line.figures.per_second == (8.0, 6.0)
    assert peer.figures is None and "tesseract" in peer.skipped


def test_line_and_peer_are_compared_over_the_same_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.5, 1.0])
    monkeypatch.setattr(benchmark, "missing", lambda raw: "")
    monkeypatch.setattr(
        benchmark,
        "play_peer",
        lambda images, raw, processes, psm: PeerRun(next(seconds), (9.0,), {"1.png": "04001100299"}),
    )
    _line, peer = played_rounds(tmp_path, monkeypatch, [8.0, 6.0])
    assert peer.comparison is not None and peer.comparison.speed == (4.0, 6.0)
    assert peer.figures is not None and peer.figures.tally == Tally(1, 1, 1, 0, 1, 1)


def test_a_peer_that_breaks_is_a_skipped_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> PeerRun:
        raise PeerError("a process of the peer ended; run tesseract by hand")

    monkeypatch.setattr(benchmark, "missing", lambda raw: "")
    monkeypatch.setattr(benchmark, "play_peer", broken)
    line, peer = played_rounds(tmp_path, monkeypatch, [8.0, 6.0])
    assert line.figures is not None
    assert (peer.figures, peer.comparison) == (None, None)
    assert "run tesseract by hand" in peer.skipped


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_the_wire_gets_blank_letters_and_a_mark_made_before() -> None:
    camera = benchmark_stages.BlankCamera(2)
    frames = [camera.next(0.0), camera.next(0.0)]
    assert len({frame.name for frame in frames if frame}) == 2
    assert camera.exhausted and camera.next(0.0) is None
    assert frames[0] is not None and frames[0].lift is not None
    outcome = benchmark_stages.made_before().encode(frames[0].lift, None).outcome
    assert isinstance(outcome, Encoded)
    assert outcome.routing.digits == benchmark_stages.ROUTING


def test_the_wire_carries_every_piece(tmp_path: Path) -> None:
    summary = benchmark_stages._wire_runner(tmp_path / "wire", 5).run()
    assert (summary.pieces, summary.dispositions["sprayed"]) == (5, 5)
    assert len(summary.latencies_ms) == 5
