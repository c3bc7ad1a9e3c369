import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mlocr.certification.form3553 import (
    LABELS,
    OUT_OF_DATE,
    REPLAY,
    SIMULATED_LINE,
    SIMULATED_MACHINE,
    Names,
    RunCounts,
    RunFacts,
    fill_form,
    product_date,
    tally,
    validation_period,
)
from mlocr.certification.form3553_pdf import as_pdf
from mlocr.certification.form3553_text import as_json, as_text
from mlocr.cli.app import run
from mlocr.errors import BadInputError, DataExpiredError, UsageError
from mlocr.services.papers import form3553
from mlocr.station.journal import Journal

NAMES = Names(
    "CASS Co", "CASS Soft 1", "STD", "MASS Co", "MASS Soft 1", "STD", "S-1", "Processor", "Mailer", "1 MAIN ST"
)
LIVE = RunFacts(date(2026, 11, 22), (2026, 11), RunCounts(9, 5, 8, 4), NAMES, "Autumn", 1, machine_id="ABC1234")


def decided(piece: str, digits: str | None, **body: object) -> tuple[str, str, Mapping[str, object]]:
    if digits is None:
        return "decided", piece, {"outcome": "rejected", "reason": "unreadable", **body}
    return "decided", piece, {"outcome": "encoded", "digits": digits, **body}


# --- counting -------------------------------------------------------------------------------------------------------


def test_depths_are_counted_as_the_form_means_them() -> None:
    counts = tally(
        [
            ("run_started", "", {}),
            *(("arrived", f"p-{n}", {}) for n in range(6)),
            decided("p-0", "12345678901", record_type="S", carrier_route="C001"),
            decided("p-1", "123456789", record_type="P", carrier_route="B002"),
            decided("p-2", "12345", record_type=None, carrier_route=""),
            decided("p-3", "12345", record_type="S", carrier_route="R003"),
            decided("p-4", None, carrier_route="C001", record_type="H"),
        ]
    )
    assert counts == RunCounts(submitted=6, zip4=2, zip5=4, carrier_route=3)


def test_ink_does_not_count_and_unseen_pictures_do() -> None:
    rows = [
        ("arrived", "p-0", {}),
        decided("p-0", "12345678901"),
        ("disposition", "p-0", {"disposition": "late"}),
        ("no_image", "p-1", {}),
        decided("p-1", None),
        ("arrived", "frame-2", {}),
        ("disposition", "frame-2", {"disposition": "faulted"}),
    ]
    assert tally(rows) == RunCounts(submitted=3, zip4=1, zip5=1)


def test_a_piece_counts_once_by_its_last_decision() -> None:
    assert tally([decided("p-0", "12345678901"), decided("p-0", "12345")]) == RunCounts(1, 0, 1)
    assert tally([decided("p-0", "12345678901"), decided("p-0", None)]) == RunCounts(1)
    assert tally([]) == RunCounts()


def test_a_bench_letter_counts_once_under_both_its_names() -> None:
    rows = [
        ("arrived", "frame-0", {}),
        decided("frame-0", "12345678901"),
        ("announced", "frame-0", {"piece": "00000007-1"}),
        ("intent", "00000007-1", {"job": "1-1"}),
        ("disposition", "00000007-1", {"disposition": "sprayed"}),
    ]
    assert tally(rows) == RunCounts(submitted=1, zip4=1, zip5=1)


@pytest.mark.parametrize(
    ("body", "box"),
    [
        ({"record_type": "H", "dpc_rule": "7"}, "E-1"),
        ({"record_type": "H", "dpc_rule": "single_highrise_default"}, "E-1"),
        ({"record_type": "H", "dpc_rule": "5", "footnotes": ["S"]}, "E-1"),
        ({"record_type": "H", "dpc_rule": "", "footnotes": ["N", "H#"]}, "E-1"),
        ({"record_type": "H", "dpc_rule": "6"}, "E-2"),
        ({"record_type": "H", "dpc_rule": "5", "footnotes": ["N"]}, "E-2"),
        ({"record_type": "H", "dpc_rule": "5", "default_record": True}, "E-1"),
        ({"record_type": "H", "dpc_rule": "7", "default_record": False}, "E-2"),
        ({"record_type": "R", "dpc_rule": "no_number"}, "E-3"),
        ({"record_type": "R", "dpc_rule": "primary_number", "default_record": True}, "E-3"),
        ({"record_type": "R", "dpc_rule": "primary_number"}, "E-4"),
        ({"record_type": "S", "dpc_rule": "7"}, None),
        ({"record_type": "F", "dpc_rule": "primary_number", "footnotes": ["H"]}, None),
        ({"record_type": "P", "dpc_rule": "no_number"}, None),
    ],
)
def test_section_e_tells_default_from_exact(body: dict[str, object], box: str | None) -> None:
    form = fill_form([replace(LIVE, counts=tally([decided("p-0", "12345678901", **body)]))])
    values = {number: form.box(number).value for number in LABELS if number.startswith("E-")}
    assert values == {number: int(number == box) for number in values}


@pytest.mark.parametrize(
    ("digits", "body", "box"),
    [
        ("12345678901", {"lacslink": "A"}, "E-5"),
        ("12345678901", {"lacslink": "92"}, "E-5"),
        ("12345678901", {"lacslink": "14", "suitelink": "00", "dpv": "Y"}, None),
        ("12345", {"footnotes": ["R"]}, "E-6"),
        (None, {"footnotes": ["R"]}, "E-6"),
        ("12345678901", {"suitelink": "A"}, "E-7"),
    ],
)
def test_section_e_counts_what_the_tables_did(digits: str | None, body: dict[str, object], box: str | None) -> None:
    form = fill_form([replace(LIVE, counts=tally([decided("p-0", digits, **body)]))])
    values = {number: form.box(number).value for number in LABELS if number.startswith("E-")}
    assert values == {number: int(number == box) for number in values}


def test_five_digits_are_no_highrise_match() -> None:
    assert tally([decided("p-0", "12345", record_type="H", dpc_rule="7")]).highrise_default == 0


# --- filling --------------------------------------------------------------------------------------------------------


def test_every_box_is_there_in_order_and_filled_from_its_place() -> None:
    form = fill_form([LIVE])
    assert [box.box for box in form.boxes] == list(LABELS)
    assert len(LABELS) == 34
    values = {box.box: box.value for box in form.boxes}
    assert {n: values[n] for n in ("A1-1", "A1-2", "A1-3")} == {"A1-1": "CASS Co", "A1-2": "CASS Soft 1", "A1-3": "STD"}
    assert [values[f"A2-{n}"] for n in (1, 2, 3, 4)] == ["MASS Co", "MASS Soft 1", "STD", "S-1"]
    assert [values[f"A1-{n}"] for n in range(4, 10)] == [""] * 6
    assert (values["B1"], values["B4"], values["B5"], values["B6"]) == ("Processor", "Autumn", 1, 9)
    assert (values["B2"], values["B3"]) == (date(2026, 11, 22), date(2026, 11, 1))
    assert [values[f"C-{c}"] for c in "abcde"] == [5, 0, 8, 4, 0]
    assert (values["D1"], values["D2"], values["D3"]) == ("", "", "Mailer\n1 MAIN ST")
    assert [values[f"E-{n}"] for n in (5, 6, 7)] == [0, 0, 0]
    with pytest.raises(KeyError):
        form.box("F-1")


def test_a_clean_live_run_has_no_mark_and_claims_only_what_is_configured() -> None:
    assert fill_form([LIVE]).marks == ()
    bare = fill_form([replace(LIVE, names=Names())])
    assert all(bare.box(f"A1-{n}").value == "" for n in range(1, 10))
    assert all(bare.box(f"A2-{n}").value == "" for n in range(1, 5))
    assert any("none is claimed" in each for each in bare.notes)


def test_dates_have_their_parts_and_routes_theirs_only_when_coded() -> None:
    form = fill_form([LIVE])
    assert dict(form.box("B2").parts)["d CRIS"] == date(2026, 11, 22)
    assert dict(form.box("B3").parts)["d CRIS"] == date(2026, 11, 1)
    assert dict(form.box("B3").parts)["c eLOT"] is None
    none = fill_form([replace(LIVE, counts=RunCounts(9, 5, 8, 0))])
    assert dict(none.box("B3").parts)["d CRIS"] is None


@pytest.mark.parametrize(
    ("product", "processed", "days", "end"),
    [
        ((2026, 11), date(2026, 11, 22), 180, date(2027, 2, 28)),
        ((2026, 11), date(2026, 11, 22), 90, date(2027, 2, 28)),
        ((2027, 12), date(2027, 12, 1), 180, date(2028, 3, 31)),
        ((2024, 1), date(2024, 3, 31), 180, date(2024, 4, 30)),
        ((2020, 6), date(2020, 7, 1), 180, date(2020, 12, 28)),
        ((2020, 6), date(2020, 7, 1), 90, date(2020, 9, 29)),
    ],
)
def test_validation_periods(product: tuple[int, int], processed: date, days: int, end: date) -> None:
    assert validation_period(product, processed, days) == (processed, end)


def test_the_product_bears_the_first_or_before_that_the_fifteenth() -> None:
    assert product_date((2022, 10)) == date(2022, 10, 1)
    assert product_date((2022, 9)) == date(2022, 9, 15)


def test_a_row_without_pieces_has_no_period() -> None:
    form = fill_form([replace(LIVE, counts=RunCounts(3, 0, 2, 0))])
    assert dict(form.box("C-a").parts) == {"from": None, "to": None}
    assert dict(form.box("C-c").parts) == {"from": date(2026, 11, 22), "to": date(2027, 2, 28)}
    assert dict(form.box("C-d").parts) == {"from": None, "to": None}


def test_several_lists_add_up_under_the_oldest_dates() -> None:
    older = replace(
        LIVE, processed=date(2026, 10, 30), product=(2026, 10), list_name="Summer", number_of_lists=2, source="run 1"
    )
    form = fill_form([replace(LIVE, source="run 2"), older])
    assert (form.box("B2").value, form.box("B3").value) == (date(2026, 10, 30), date(2026, 10, 1))
    assert (form.box("B4").value, form.box("B5").value, form.box("B6").value) == ("Autumn; Summer", 3, 18)
    assert form.box("C-a").value == 10
    assert dict(form.box("C-a").parts) == {"from": date(2026, 10, 30), "to": date(2027, 1, 31)}
    assert form.sources == ("run 2", "run 1")


def test_runs_of_different_mailers_or_machines_share_no_form() -> None:
    for other in (replace(LIVE, names=Names(mailer="Other")), replace(LIVE, machine_id="XYZ1234")):
        with pytest.raises(ValueError, match="different"):
            fill_form([LIVE, other])
    with pytest.raises(ValueError, match="no run"):
        fill_form([])


def test_marks_say_each_reason() -> None:
    run_ = replace(LIVE, replay=True, simulated_machine=True, simulated_line=True, product=(2020, 1))
    assert fill_form([run_]).marks == (REPLAY, SIMULATED_MACHINE, SIMULATED_LINE, OUT_OF_DATE)
    assert REPLAY == "REPLAY - NOT FOR POSTAGE"
    assert fill_form([LIVE, replace(LIVE, replay=True)]).marks == (REPLAY,)


def test_an_unknown_product_and_a_cut_run_are_noted() -> None:
    form = fill_form([replace(LIVE, product=None, ended=False)])
    assert form.box("B3").value == ""
    assert dict(form.box("C-a").parts) == {"from": None, "to": None}
    assert any("does not say which directory" in each for each in form.notes)
    assert any("cut off" in each for each in form.notes)


# --- rendering ------------------------------------------------------------------------------------------------------


def test_text_has_every_box_once_and_its_marks_at_both_ends() -> None:
    text = as_text(fill_form([replace(LIVE, replay=True)]))
    lines = text.splitlines()
    for number, label in LABELS.items():
        assert sum(line.startswith(f"{number:<5} {label}") for line in lines) == 1, number
    assert text.count("*** REPLAY - NOT FOR POSTAGE ***") == 2
    assert any(line.split()[-3:] == ["11/22/2026", "-", "02/28/2027"] for line in lines if line.startswith("C-a"))
    assert "NOT FOR POSTAGE" not in as_text(fill_form([LIVE]))


def test_json_is_plain_and_complete() -> None:
    form = as_json(fill_form([LIVE]))
    again: dict[str, Any] = json.loads(json.dumps(form))
    assert again["for_postage"] is True
    assert [row["box"] for row in again["boxes"]] == list(LABELS)
    assert all({"box", "label", "value"} <= set(row) for row in again["boxes"])
    by_box = {row["box"]: row for row in again["boxes"]}
    assert by_box["C-a"]["validation_to"] == "2027-02-28"
    assert by_box["B3"]["parts"]["a ZIP+4 File"] == "2026-11-01"
    assert as_json(fill_form([replace(LIVE, replay=True)]))["for_postage"] is False


def test_pdf_is_one_page_the_same_each_time_and_bears_hard_texts() -> None:
    names = replace(NAMES, mailer="\u0141\u00f3d\u017a " * 40, mailer_address="A" * 300 + "\nB\nC\nD\nE")
    form = fill_form([replace(LIVE, names=names, list_name="list " * 80, source="x" * 400, replay=True)])
    content = as_pdf(form)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
    assert content == as_pdf(form)
    assert content != as_pdf(fill_form([LIVE]))


# --- from a journal -------------------------------------------------------------------------------------------------


def started(**changes: object) -> dict[str, object]:
    return {
        "replay": False,
        "as_of": "2026-11-22",
        "today": "2026-11-22",
        "product": [2026, 11],
        "machine_id": "ABC1234",
        "inkjet": "serial:/dev/ttyUSB0",
        "job": {"list_name": "Autumn", "number_of_lists": 2, "processor": "P", "mailer": "M", "mailer_address": "A"},
        "certificate": {"cass_company": "CASS Co", "mlocr_serial": "S-1"},
        **changes,
    }


def journal(path: Path, bodies: Iterable[dict[str, object]], ended: bool = True) -> Path:
    for body in bodies:
        writer = Journal(path, lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
        writer.open()
        writer.append("run_started", "", body, durable=True)
        for n in range(4):
            writer.append("arrived", f"p-{n}", {"file": f"{n}.png"})
        for row in (
            decided("p-0", "12345678901", record_type="H", dpc_rule="7", carrier_route="C001", footnotes=[]),
            decided("p-1", "123456789", record_type="R", dpc_rule="primary_number", carrier_route="R001", footnotes=[]),
            decided("p-2", "12345", record_type=None, dpc_rule="", carrier_route="", footnotes=["D"]),
            decided("p-3", None),
        ):
            writer.append(*row)
        if ended:
            writer.append("run_ended", "", {"pieces": 4}, durable=True)
        writer.close()
    return path


def test_a_live_journal_fills_the_form(tmp_path: Path) -> None:
    form = form3553(journal(tmp_path / "j.db", [started()]))
    values = {box.box: box.value for box in form.boxes}
    assert form.marks == ()
    assert (values["A1-1"], values["A2-4"], values["B1"], values["D3"]) == ("CASS Co", "S-1", "P", "M\nA")
    assert (values["B4"], values["B5"], values["B6"]) == ("Autumn", 2, 4)
    assert [values[f"C-{c}"] for c in "abcde"] == [2, 0, 3, 2, 0]
    assert [values[f"E-{n}"] for n in range(1, 8)] == [1, 0, 0, 1, 0, 0, 0]
    assert "seal" in form.sources[0]


def test_the_last_run_counts_unless_others_are_named(tmp_path: Path) -> None:
    path = journal(tmp_path / "j.db", [started(), started(as_of="2026-11-20")])
    assert form3553(path).box("B6").value == 4
    assert form3553(path).box("B2").value == date(2026, 11, 20)
    assert form3553(path, [1]).box("B2").value == date(2026, 11, 22)
    both = form3553(path, [1, 2, 1])
    assert (both.box("B2").value, both.box("B5").value, both.box("B6").value) == (date(2026, 11, 20), 4, 8)
    with pytest.raises(BadInputError, match="holds no run 7"):
        form3553(path, [7])


def test_runs_that_do_not_go_together_are_a_usage_error(tmp_path: Path) -> None:
    path = journal(tmp_path / "j.db", [started(), started(machine_id="XYZ9999")])
    with pytest.raises(UsageError, match="--run"):
        form3553(path, [1, 2])


def test_simulations_are_marked(tmp_path: Path) -> None:
    form = form3553(journal(tmp_path / "j.db", [started(machine_id="SIM0001", inkjet="mock")]))
    assert form.marks == (SIMULATED_MACHINE, SIMULATED_LINE)
    assert any("SIM0001 (simulated)" in each for each in form.notes)


@pytest.mark.parametrize("product", [[2026, 1], [2027, 3], None])
def test_a_live_run_on_data_not_valid_that_day_gets_no_form(tmp_path: Path, product: list[int] | None) -> None:
    with pytest.raises(DataExpiredError):
        form3553(journal(tmp_path / "j.db", [started(product=product)]))


def test_a_replay_on_such_data_is_only_marked(tmp_path: Path) -> None:
    form = form3553(journal(tmp_path / "j.db", [started(replay=True, product=[2020, 1])]))
    assert form.marks[:2] == (REPLAY, OUT_OF_DATE)
    unknown = form3553(journal(tmp_path / "k.db", [started(replay=True, product=None)]))
    assert unknown.marks == (REPLAY,)


@pytest.mark.parametrize(
    "changes", [{"as_of": "yesterday"}, {"as_of": None}, {"product": [2026, 13]}, {"product": "x"}]
)
def test_a_start_row_that_says_nothing_usable_is_a_sentence(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BadInputError):
        form3553(journal(tmp_path / "j.db", [started(**changes)]))


def test_a_run_that_does_not_say_is_taken_for_a_replay(tmp_path: Path) -> None:
    body = started()
    del body["replay"]
    assert REPLAY in form3553(journal(tmp_path / "j.db", [body])).marks


def test_a_cut_run_is_noted(tmp_path: Path) -> None:
    form = form3553(journal(tmp_path / "j.db", [started()], ended=False))
    assert any("cut off" in each for each in form.notes)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "start"), [("pdf", b"%PDF-"), ("text", b"PS Form 3553"), ("json", b'{"form": "3553"')]
)
def test_the_command_writes_each_format(tmp_path: Path, kind: str, start: bytes) -> None:
    path = journal(tmp_path / "j.db", [started(replay=True)])
    out = tmp_path / "deep" / "form.out"
    assert run(["report", "3553", "--journal", str(path), "--format", kind, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(start)


def test_the_format_follows_the_ending_and_a_dash_is_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = journal(tmp_path / "j.db", [started(replay=True)])
    assert run(["report", "3553", "--journal", str(path), "--out", str(tmp_path / "f.json")]) == 0
    assert json.loads((tmp_path / "f.json").read_text())["marks"] == [REPLAY]
    capsys.readouterr()
    assert run(["report", "3553", "--journal", str(path), "--format", "json", "--out", "-"]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert json.loads(said.out)["form"] == "3553"
    assert REPLAY in said.err
    assert run(["report", "3553", "--journal", str(path), "--format", "pdf", "--out", "-"]) == 2


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def code(path: Path, out: Path = tmp_path / "form.txt") -> int:
        answer = run(["report", "3553", "--journal", str(path), "--out", str(out)])
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert said.startswith("mlocr: ") or answer == 0
        return answer

    good = journal(tmp_path / "good.db", [started()])
    assert code(good) == 0
    assert code(good, tmp_path / "good.db" / "form.txt") == 8
    assert code(tmp_path / "none.db") == 8
    assert code(journal(tmp_path / "old.db", [started(product=[2026, 1])])) == 4
    empty = Journal(tmp_path / "empty.db", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    empty.open()
    empty.close()
    assert code(tmp_path / "empty.db") == 8
    with closing(sqlite3.connect(good)) as db:
        db.execute("UPDATE entry SET body = replace(body, '12345', '54321') WHERE kind = 'decided'")
        db.commit()
    assert code(good) == 7
    (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
    assert code(tmp_path / "junk.db") == 7
    assert run(["report", "3553", "--out", "x"]) == 2
