from collections.abc import Callable
from pathlib import Path

import pytest
from directory_samples import (
    BOXES,
    CITY_STATE_RECORDS,
    GENUINE,
    HIGHRISE,
    MEMPHIS,
    MOMENT,
    SHELBORNE,
    ZIP4_RECORDS,
    built,
    city_state_text,
    raw_folder,
    zip4_text,
)

from mlocr.directory import build
from mlocr.directory.build import build_directory
from mlocr.directory.layout import format_city_state, format_city_state_header, format_zip4
from mlocr.directory.schema import FILE_NAME
from mlocr.directory.store import open_directory
from mlocr.errors import BadInputError, RecordError


def test_the_report_counts_what_was_built(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    report = build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert report.product == (2026, 11)
    assert report.zip4_counts == {"H": 1, "P": 1, "S": 2}
    assert report.city_state_counts == {"A": 1, "D": 4, "N": 1, "P": 1, "S": 1, "Z": 1}
    assert [name for name, _ in report.sources] == ["zip4.txt", "ctystate.txt"]


def test_the_genuine_sample_builds(tmp_path: Path) -> None:
    if not GENUINE.is_file():
        pytest.skip("the genuine ZIP+4 sample is not on this machine")
    city_state = tmp_path / "ctystate.txt"
    sample = GENUINE.read_text()
    zips = {sample[at + 1 : at + 6] for at in range(0, len(sample), 182) if sample[at] == "D"}
    details = [MEMPHIS._replace(zip5=zip5) for zip5 in sorted(zips)]
    city_state.write_text("".join([format_city_state_header(2017, 5), *map(format_city_state, details)]))
    report = build_directory([GENUINE], [city_state], tmp_path / "built")
    assert report.zip4_counts == {"F": 1, "G": 1, "H": 1, "P": 16, "R": 1, "S": 36}
    directory = open_directory(tmp_path / "built")
    assert directory.product_year_month == (2017, 5)
    assert [r.addon_low for r in directory.records("00601", "CALLE CONCORDIA")] == ["2134", "2204", "2133", "2203"]
    directory.close()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (built(tmp_path / name, moment=MOMENT) / FILE_NAME for name in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()


def test_several_files_make_one_directory(tmp_path: Path) -> None:
    one, two = tmp_path / "tn.txt", tmp_path / "ky.txt"
    one.write_text("".join(zip4_text([SHELBORNE])))
    two.write_text("\r\n".join(zip4_text([HIGHRISE])))
    city = raw_folder(tmp_path / "raw") / "ctystate.txt"
    build_directory([one, two], [city], tmp_path / "built")
    directory = open_directory(tmp_path / "built")
    assert list(directory.records("38134", "SHELBORNE")) == [SHELBORNE, HIGHRISE]
    directory.close()


# --- what is malformed builds nothing -------------------------------------------------------------------------------


def _short(records: list[str]) -> None:
    records[2] = records[2][:-3]


def _long(records: list[str]) -> None:
    records[2] += "X"


def _parity(records: list[str]) -> None:
    records[2] = records[2][:78] + "Q" + records[2][79:]


def _zip(records: list[str]) -> None:
    records[2] = records[2][:1] + "3813O" + records[2][6:]


def _backwards(records: list[str]) -> None:
    at = next(at for at, text in enumerate(records) if "0000005200" in text)
    low, high = "0000005200", "0000005298"
    records[2] = records[at].replace(low, "x").replace(high, low).replace("x", high)


@pytest.mark.parametrize("spoil", [_short, _long, _parity, _zip, _backwards])
def test_a_malformed_record_leaves_the_old_directory(tmp_path: Path, spoil: Callable[[list[str]], None]) -> None:
    out = built(tmp_path)
    before = (out / FILE_NAME).read_bytes()
    records = zip4_text([r._replace(zip5="99999") for r in ZIP4_RECORDS])
    spoil(records)
    raw = raw_folder(tmp_path / "spoiled", records)
    with pytest.raises(RecordError, match=r"zip4\.txt, record 3, field "):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], out)
    assert (out / FILE_NAME).read_bytes() == before
    assert [p.name for p in out.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("name", ["zip4.txt", "ctystate.txt"])
def test_a_product_file_without_records_leaves_the_old_directory(tmp_path: Path, name: str) -> None:
    out = built(tmp_path)
    before = (out / FILE_NAME).read_bytes()
    raw = raw_folder(tmp_path / "raw", zip4_text([]), city_state_text([]))
    whole = raw_folder(tmp_path / "whole")
    files = {each: (raw if each == name else whole) / each for each in ("zip4.txt", "ctystate.txt")}
    with pytest.raises(BadInputError, match=rf"{name} has a header and no records"):
        build_directory([files["zip4.txt"]], [files["ctystate.txt"]], out)
    assert (out / FILE_NAME).read_bytes() == before


def test_a_zip_code_without_its_city_leaves_the_old_directory(tmp_path: Path) -> None:
    out = built(tmp_path)
    before = (out / FILE_NAME).read_bytes()
    raw = raw_folder(tmp_path / "raw", zip4_text([SHELBORNE, SHELBORNE._replace(zip5="99998")]))
    with pytest.raises(BadInputError, match="no detail record of ZIP Code 99998"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], out)
    assert (out / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("ending", ["\n\n", "\r\n\r\n\r\n", "\n\x1a", "\x1a", "\n\x1a\n", "\r\n\x1a\r\n"])
@pytest.mark.parametrize("separator", ["\n", "\r\n", ""])
def test_what_old_systems_write_behind_the_last_record(tmp_path: Path, ending: str, separator: str) -> None:
    raw = raw_folder(tmp_path / "raw")
    (raw / "zip4.txt").write_bytes((separator.join(zip4_text([SHELBORNE, HIGHRISE])) + ending).encode())
    report = build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert report.zip4_counts == {"H": 1, "S": 1}


def test_an_empty_line_between_records_is_malformed(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    (raw / "zip4.txt").write_text("\n".join([*zip4_text([SHELBORNE]), "", format_zip4(HIGHRISE), ""]))
    with pytest.raises(RecordError, match=r"zip4\.txt, record 3, field record"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")


def test_a_malformed_city_state_record_builds_nothing(tmp_path: Path) -> None:
    records = city_state_text()
    records[-1] = "X" + records[-1][1:]
    raw = raw_folder(tmp_path / "raw", city_state=records)
    with pytest.raises(RecordError, match=r"ctystate\.txt, record 10, field copyright_detail_code"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_a_new_build_replaces_the_old_one_under_its_readers(tmp_path: Path) -> None:
    out = built(tmp_path)
    reader = open_directory(out)
    built(tmp_path, [BOXES])
    assert list(reader.records("38134", "SHELBORNE")) == [SHELBORNE, HIGHRISE]
    reader.close()
    reader = open_directory(out)
    assert list(reader.records("38134", "SHELBORNE")) == []
    reader.close()


def test_editions_must_agree(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw", city_state=city_state_text(edition=(2026, 10)))
    with pytest.raises(BadInputError, match=r"ctystate\.txt is of edition 2026-10 but .*zip4\.txt is of 2026-11"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    with pytest.raises(BadInputError, match="same content"):
        build_directory([raw / "zip4.txt", raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")


def test_both_products_are_needed(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    with pytest.raises(BadInputError, match="at least one of each"):
        build_directory([raw / "zip4.txt"], [], tmp_path / "built")


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    raw = raw_folder(tmp_path / "raw")
    with pytest.raises(BadInputError, match="cannot be read"):
        build_directory([raw / name], [raw / "ctystate.txt"], tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_an_out_that_is_a_file(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    with pytest.raises(BadInputError, match="give another --out"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], raw / "zip4.txt")


def test_an_empty_product_file(tmp_path: Path) -> None:
    raw = raw_folder(tmp_path / "raw")
    (raw / "zip4.txt").write_bytes(b"")
    with pytest.raises(BadInputError, match="is empty"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")


# --- delete records -------------------------------------------------------------------------------------------------


def _streets(tmp_path: Path, records: list[str]) -> list[str]:
    raw = raw_folder(tmp_path / "raw", records)
    report = build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    directory = open_directory(report.path)
    names = [
        f"{r.street_name} {r.addon_low}"
        for name in directory.street_names("38134")
        for r in directory.records("38134", name)
    ]
    directory.close()
    return names


def test_a_delete_record_removes_the_record_it_names(tmp_path: Path) -> None:
    gone = format_zip4(SHELBORNE._replace(action_code="D"))
    assert _streets(tmp_path, [*zip4_text([SHELBORNE, HIGHRISE]), gone]) == ["SHELBORNE 5660"]


def test_a_delete_record_alone_is_never_matched(tmp_path: Path) -> None:
    assert _streets(tmp_path, zip4_text([SHELBORNE._replace(action_code="D"), BOXES])) == ["PO BOX 0201"]


def test_a_record_added_after_its_delete_stays(tmp_path: Path) -> None:
    records = [SHELBORNE, SHELBORNE._replace(action_code="D"), SHELBORNE._replace(addon_low="5611", addon_high="5611")]
    assert _streets(tmp_path, zip4_text(records)) == ["SHELBORNE 5611"]


def test_a_general_action_code_is_kept(tmp_path: Path) -> None:
    assert _streets(tmp_path, zip4_text([SHELBORNE._replace(action_code="G")])) == ["SHELBORNE 5610"]


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_folder(tmp_path / "raw")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadInputError, match="No space left on device"):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_an_interrupted_build_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_folder(tmp_path / "raw")

    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "_make_durable", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_every_city_state_record_is_stored(tmp_path: Path) -> None:
    directory = open_directory(built(tmp_path))
    found = [
        *(detail for zip5 in ("38134", "38103", "79245") for detail in directory.cities_of_zip(zip5)),
        *directory.aliases("38134"),
        directory.seasonal("04609"),
        directory.scheme("38134"),
        *directory.zip_splits("38134"),
        directory.po_box_only("38173"),
    ]
    directory.close()
    assert found == list(CITY_STATE_RECORDS)
