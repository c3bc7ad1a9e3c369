"""Tables through `mlocr match`: column names, delimiters, bad rows, what is kept and what is said."""

import csv
import io
from pathlib import Path

import pytest
from fake_directory import small_directory

from mlocr.cli.app import run
from mlocr.directory.layout import format_city_state, format_city_state_header, format_zip4, format_zip4_header
from mlocr.errors import BadInputError, ExitCode, UsageError
from mlocr.services.matching_columns import Sheet, make_sheet, parse_columns
from mlocr.services.matching_records import CsvCutter

GOOD = "124 MAIN ST,HAVENPORT,ME,04901"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small directory as product files."""
    folder = tmp_path_factory.mktemp("raw")
    d = small_directory()
    rows = [format_zip4_header(2026, 11), *(format_zip4(r) for r in d.rows)]
    (folder / "zip4.txt").write_text("\n".join(rows) + "\n")
    cities = [format_city_state_header(2026, 11), *(format_city_state(c) for c in [*d.cities, *d.alias_rows])]
    (folder / "ctystate.txt").write_text("\n".join(cities) + "\n")
    return folder


@pytest.fixture
def table(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Table":
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Table(raw, tmp_path, capsys)


class Table:
    """Runs one table through the command."""

    def __init__(self, raw: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._raw = raw
        self._folder = folder
        self._capsys = capsys
        self.code = ExitCode.DONE
        self.error = ""
        self.text = ""

    def rows(self, data: str | bytes, *more: str, name: str = "in.csv", delimiter: str = ",") -> list[dict[str, str]]:
        """The answer's rows by column name; the header counts each name once."""
        file = self._folder / name
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        self.code = ExitCode(run(["match", "--directory", str(self._raw), "--as-of", "2026-11-20", *more, str(file)]))
        shown = self._capsys.readouterr()
        self.text, self.error = shown.out, shown.err
        return list(csv.DictReader(io.StringIO(shown.out, newline=""), delimiter=delimiter, strict=True))


def code(row: dict[str, str]) -> str:
    return row["zip5"] + row["plus4"] + row["dpc"]


def test_the_columns_of_the_input_are_kept_and_the_answer_appended(table: Table) -> None:
    rows = table.rows(f'id,Note,Address,City,State,Zip Code\n7,"a, b",{GOOD}\n')
    assert table.code == ExitCode.DONE
    assert table.text.splitlines()[0].startswith("id,Note,Address,City,State,Zip Code,outcome,reason,depth,zip5,plus4")
    assert (rows[0]["id"], rows[0]["Note"], rows[0]["Zip Code"]) == ("7", "a, b", "04901")
    assert (rows[0]["outcome"], rows[0]["depth"], code(rows[0]), rows[0]["check_digit"]) == (
        "encoded", "11", "04901100124", "8",
    )  # fmt: skip
    assert (rows[0]["carrier_route"], rows[0]["delivery_line"], rows[0]["return_code"], rows[0]["error"]) == (
        "C001", "124 MAIN ST", "31", "",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["in.csv", "in.txt", "in"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_known_by_its_header_whatever_its_delimiter_or_name(table: Table, name: str, delimiter: str) -> None:
    data = f"Street,City,State,ZIP\n{GOOD}\n".replace(",", delimiter)
    rows = table.rows("\ufeff" + data, name=name, delimiter=delimiter)
    assert [code(row) for row in rows] == ["04901100124"]
    assert "Street" in rows[0], "the byte order mark is no part of a name"


def test_line_ends_stay_as_they_are(table: Table) -> None:
    table.rows(f"address,city,state,zip\r\n{GOOD}\r\n")
    assert table.text.count("\r\n") == 2


def test_a_spreadsheets_own_word_about_its_delimiter(table: Table) -> None:
    rows = table.rows(f"sep=;\naddress;city;state;zip\n{GOOD.replace(',', ';')}\n", delimiter=";")
    assert [code(row) for row in rows] == ["04901100124"]


def test_columns_named_by_the_user(table: Table) -> None:
    data = f"A,B,C,D\n{GOOD}\n"
    rows = table.rows(data, "--columns", "line1=A, city=B,state=c,zip=4")
    assert [code(row) for row in rows] == ["04901100124"]
    table.rows(data)
    assert table.code == ExitCode.BAD_INPUT
    assert "--columns line1=COLUMN" in table.error
    table.rows(data, "--columns", "line1=Q")
    assert table.code == ExitCode.USAGE
    assert "no column 'Q'" in table.error
    for bad in ("street=A", "line1", "line1=A,line1=B"):
        table.rows(data, "--columns", bad)
        assert table.code == ExitCode.USAGE


def test_a_table_without_a_header_loses_no_address(table: Table) -> None:
    numbered = "line1=1,city=2,state=3,zip=4"
    assert table.rows(f"{GOOD}\n{GOOD}\n", "--columns", numbered) == []
    assert table.code is ExitCode.BAD_INPUT
    assert "put a header line above it" in table.error
    assert len(table.rows(f"a,b,c,d\n{GOOD}\n{GOOD}\n", "--columns", numbered)) == 2


def test_an_endless_cell_is_a_bad_row(table: Table) -> None:
    with pytest.raises(csv.Error, match="field larger"):  # of the test's own reader
        table.rows(f'Address,City,State,ZIP\n"{"A" * 200_000}",HAVENPORT,ME,04901\n{GOOD}\n')
    assert table.code is ExitCode.BAD_INPUT
    _, first, second = table.text.splitlines()
    assert ",rejected,malformed_record," in first
    assert "a cell of more than 131072 characters" in first
    assert second.startswith(f"{GOOD},encoded,")


def test_an_unclear_column_is_asked_for(table: Table) -> None:
    data = f"address,Street,city,state,zip\nX,{GOOD}\n"
    table.rows(data)
    assert table.code == ExitCode.BAD_INPUT
    assert "'address' and 'Street' could each be line1" in table.error
    assert [code(row) for row in table.rows(data, "--columns", "line1=Street")] == ["04901100124"]


def test_the_same_name_twice_is_told_apart_by_number(table: Table) -> None:
    data = "address,city,state,zip,zip\n124 MAIN ST,HAVENPORT,ME,04901,99999\n"
    table.rows(data)
    assert table.code == ExitCode.BAD_INPUT
    table.rows(data, "--columns", "zip=zip")
    assert table.code == ExitCode.BAD_INPUT
    table.rows(data, "--columns", "zip=4")
    assert table.code == ExitCode.DONE
    assert "04901,1001,24" in table.text


def test_a_column_of_the_answer_that_the_table_has_already(table: Table) -> None:
    rows = table.rows(f"address,city,state,ZIP5,plus4\n{GOOD},9999\n")
    assert (rows[0]["ZIP5"], rows[0]["plus4"]) == ("04901", "9999")
    assert (rows[0]["matched_zip5"], rows[0]["matched_plus4"]) == ("04901", "1001")


def test_a_bad_row_costs_no_other(table: Table) -> None:
    rows = table.rows(
        "id,address,city,state,zip\n"
        f"1,{GOOD}\n"
        "2,124 MAIN ST, APT 2,HAVENPORT,ME,04901\n"
        f'3,"{GOOD}\n'
        f"4,{GOOD}\n"
        f'5,"124" MAIN ST,HAVENPORT,ME,04901\n'
        "6\n"
        "\n"
        f"7,{GOOD},,,\n"
    )
    assert table.code == ExitCode.BAD_INPUT
    assert [row["id"] for row in rows] == list("1234567")
    assert [code(row) for row in rows] == ["04901100124", "", "", "04901100124", "04901100124", "", "04901100124"]
    assert [row["reason"] for row in rows][1:3] == ["malformed_record"] * 2
    assert rows[1]["error"].startswith("line 3: 6 cells") and rows[1]["zip"] == "ME,04901"
    assert rows[2]["error"].startswith("line 4: a quotation mark")
    assert rows[5]["outcome"] == "rejected" and not rows[5]["error"], "a short row is one with empty cells"
    assert "2 rows could not be read, the first in line 3" in table.error


def test_bytes_of_another_character_set(table: Table) -> None:
    data = f"id,address,city,state,zip\n1,{GOOD}\nM\u00fcller,{GOOD}\n3,{GOOD}\n".encode("cp1252")
    rows = table.rows(data)
    assert table.code == ExitCode.BAD_INPUT
    assert [code(row) for row in rows] == ["04901100124", "", "04901100124"]
    assert "line 3" in table.error and "--encoding" in table.error
    rows = table.rows(data, "--encoding", "cp1252")
    assert table.code == ExitCode.DONE and rows[1]["id"] == "M\u00fcller"
    rows = table.rows(data.decode("cp1252").encode("utf-16"))
    assert table.code == ExitCode.DONE and rows[1]["id"] == "M\u00fcller"
    table.rows(data, "--encoding", "klingon")
    assert table.code == ExitCode.USAGE


def test_forms_of_the_answer(table: Table) -> None:
    data = f"id,address,city,state,zip\nx,{GOOD}\n"
    table.rows(data, "--json")
    assert '"id": "x"' in table.text and '"plus4": "1001"' in table.text
    table.rows(data, "--format", "text")
    assert table.text.startswith("x            04901100124")
    table.rows("124 MAIN ST\nHAVENPORT ME 04901\n", "--format", "csv", name="in.txt")
    assert table.code == ExitCode.BAD_INPUT, "a table without columns of an address"
    rows = table.rows('{"id": 5, "lines": ["124 MAIN ST", "HAVENPORT ME 04901"]}', "--format", "csv", name="in")
    assert (rows[0]["id"], code(rows[0])) == ("5", "04901100124")
    table.rows(data, "--format", "xml")
    assert table.code == ExitCode.USAGE
    table.rows(data, "--json", "--format", "csv")
    assert table.code == ExitCode.USAGE


def test_explained_to_a_person(table: Table) -> None:
    table.rows(f"id,address,city,state,zip\nx,{GOOD}\n", "--explain")
    assert table.code == ExitCode.DONE
    assert table.text.startswith("=== x ===")
    assert "124 MAIN ST" in table.text and "04901100124" in table.text
    table.rows(f"id,address,city,state,zip\nx,{GOOD}\n", "--explain", "--json")
    assert table.code == ExitCode.USAGE


def test_an_empty_table(table: Table) -> None:
    table.rows("")
    assert table.code in (ExitCode.USAGE, ExitCode.BAD_INPUT)
    assert "empty" in table.error
    assert table.rows("address,city,state,zip\n") == []
    assert table.code == ExitCode.DONE and table.text.startswith("address,city,state,zip,outcome")


# --- a row's lines ----------------------------------------------------------------------------------------------------


def lines(header: str, *cells: str) -> list[str]:
    sheet = make_sheet(header.split(","), ",", "\n", {}, "t")
    return [line.text for line in sheet.block(cells).lines]


def test_the_order_of_an_address() -> None:
    header = "zip,state,city,addr2,addr1,company,name,urbanization"
    assert lines(header, "00926", "PR", "SAN JUAN", "APT 5", "1 CALLE A", "ACME", "J DOE", "LAS GLADIOLAS") == [
        "J DOE", "ACME", "URB LAS GLADIOLAS", "1 CALLE A", "APT 5", "SAN JUAN PR 00926",
    ]  # fmt: skip
    assert lines("address,city_state_zip", "1 A ST\nAPT 2", "X ME 04901") == ["1 A ST", "APT 2", "X ME 04901"]


def test_a_house_number_in_a_column_of_its_own() -> None:
    header = "House Number,Street Name,Apt,city"
    assert lines(header, "12", "MAIN ST", "5", "X")[0] == "12 MAIN ST # 5"
    assert lines(header, "", "12 MAIN ST", "", "X")[0] == lines(header, "12", "12 MAIN ST", "", "X")[0] == "12 MAIN ST"


def test_a_whole_address_in_one_cell(table: Table) -> None:
    data = 'id,Full Address\n1,"124 MAIN ST, HAVENPORT, ME 04901"\n2,"124 MAIN ST\nHAVENPORT ME 04901"\n3,\n'
    assert [code(row) for row in table.rows(data)] == ["04901100124", "04901100124", ""]
    data = data.replace("Full Address", "where")
    assert [code(row) for row in table.rows(data, "--columns", "address=where")][:2] == ["04901100124"] * 2
    table.rows(data)
    assert table.code == ExitCode.BAD_INPUT and "address=COLUMN" in table.error


def test_columns_of_lines_hold_the_last_line_among_them() -> None:
    assert lines("id,line1,line2,line3", "1", "ACME", "1 A ST", "X ME 04901") == ["ACME", "1 A ST", "X ME 04901"]
    with pytest.raises(BadInputError, match="no address can be made"):
        lines("address,address 2,town name", "1 A ST", "", "X")
    sheet = make_sheet(["a", "b"], ",", "\n", {"line1": "a", "line2": "b"}, "t")
    assert [line.text for line in sheet.block(["1 A ST", "X ME 04901"]).lines] == ["1 A ST", "X ME 04901"]


@pytest.mark.parametrize(
    ("unit", "line"),
    [("5", "1 A ST # 5"), ("APT 5", "1 A ST APT 5"), ("#5", "1 A ST #5"), ("", "1 A ST"), ("B", "1 A ST # B")],
)
def test_a_unit_without_a_designator_takes_the_pound_sign(unit: str, line: str) -> None:
    assert lines("address,unit,city", "1 A ST", unit, "X")[0] == line


@pytest.mark.parametrize(
    ("cell", "plus4", "printed"),
    [
        ("04901", "", "04901"), ("4901", "", "04901"), ("4901.0", "", "04901"), ("501", "", "00501"),
        ("04901", "12", "04901-0012"), ("04901", "0000", "04901"), ("04901", "x", "04901"),
        ("049011234", "", "04901-1234"), ("49011234", "", "04901-1234"), ("04901-1234", "", "04901-1234"),
        ("", "04901-1234", "04901-1234"), ("K1A 0B1", "", "K1A 0B1"), ("", "", ""), ("12", "", "12"),
        ("04901-", "", "04901-"), ("\u0664\u0669\u0660\u0661", "", "\u0664\u0669\u0660\u0661"),
    ],
)  # fmt: skip
def test_zip_codes_of_spreadsheets(cell: str, plus4: str, printed: str) -> None:
    assert lines("line1,city,zip,zip4", "1 A ST", "X", cell, plus4)[-1] == f"X {printed}".strip()


def test_columns_of_a_sheet() -> None:
    assert parse_columns("line1=A, zip = B C,name=") == {"line1": "A", "zip": "B C", "name": ""}
    with pytest.raises(UsageError, match="where PART is one of"):
        parse_columns("adress=A")
    sheet = make_sheet(["name", "address", "city"], ",", "\n", {"name": ""}, "t")
    assert isinstance(sheet, Sheet) and "name" not in dict(sheet.places)
    with pytest.raises(BadInputError, match="no address can be made"):
        make_sheet(["name", "address"], ",", "\n", {}, "t")


def test_a_stray_quotation_mark_does_not_swallow_the_file() -> None:
    cutter = CsvCutter(",")
    lines = ['1,"A\n', *(f"{n},B\n" for n in range(2, 2000))]
    records = []
    for at in range(0, len(lines), 100):
        records += cutter.feed(lines[at : at + 100], False)
    records += cutter.feed([], True)
    assert len(records) == len(lines)
    assert [row[1] for _, row in records if row[1]] == ["a quotation mark that is never closed"]  # type: ignore[index]
