import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mlocr.cli.app import run
from mlocr.errors import ConfigurationError, UsageError
from mlocr.services.configuration import check, load, settings, toml_value
from mlocr.station.bootstrap import tracking_settings
from mlocr.station.config import (
    ImbSection,
    StationConfig,
    build_config,
    flatten,
    known_keys,
    nearest_key,
    read_config_file,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "station.toml"


def refused(tables: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        build_config([("station.toml", tables)])
    return str(caught.value)


def test_no_layer_gives_the_defaults_and_no_origin() -> None:
    built = build_config([])
    assert built.config == StationConfig()
    assert built.origins == {}


def test_later_layers_win_and_leave_their_name() -> None:
    built = build_config(
        [
            ("a.toml", {"mark": {"symbology": "postnet", "head_dpi": 300}, "run": {"workers": 1}}),
            ("command line", {"mark": {"symbology": "imb"}}),
        ]
    )
    assert built.config.mark.symbology == "imb"
    assert built.config.mark.head_dpi == 300.0
    assert built.config.run.workers == 1
    assert built.origins == {"mark.symbology": "command line", "mark.head_dpi": "a.toml", "run.workers": "a.toml"}


def test_layers_are_not_changed_by_merging() -> None:
    first: dict[str, Any] = {"mark": {"symbology": "postnet"}}
    build_config([("a", first), ("b", {"mark": {"symbology": "imb"}})])
    assert first == {"mark": {"symbology": "postnet"}}


@pytest.mark.parametrize(
    ("tables", "unknown", "nearest"),
    [
        ({"mark": {"symbolgy": "imb"}}, "mark.symbolgy", "mark.symbology"),
        ({"reeder": {"engine": "onnx"}}, "reeder", "reader"),
        ({"symbology": "imb"}, "symbology", "mark.symbology"),
        ({"reader": {"symbology": "imb"}}, "reader.symbology", "mark.symbology"),
        ({"run": {"wokers": 2}}, "run.wokers", "run.workers"),
        ({"identity": {"machineid": "ABC1234"}}, "identity.machineid", "identity.machine_id"),
        ({"limit": {}}, "limit", "limits"),
        ({"job": {"mailer_adress": ""}}, "job.mailer_adress", "job.mailer_address"),
        ({"marks": {"symbology": "imb"}}, "marks", "mark"),
        ({"imb": {"mailerid": "1"}}, "imb.mailerid", "imb.mailer_id"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(tables: dict[str, Any], unknown: str, nearest: str) -> None:
    said = refused(tables)
    assert f"there is no setting {unknown};" in said
    assert said.endswith(f"did you mean {nearest}?")


def test_a_key_like_none_points_to_the_list() -> None:
    assert nearest_key("xyzzy") == ""
    assert "mlocr config show" in refused({"xyzzy": 1})


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"mark": {"symbology": "qr"}}, "mark.symbology must be one of: 'postnet', 'imb', not 'qr'"),
        ({"mark": {"minimum_depth": 7}}, "mark.minimum_depth must be one of: 5, 9, 11, not 7"),
        ({"mark": {"head_dpi": "200"}}, "mark.head_dpi must be a number, not '200'"),
        ({"mark": {"head_dpi": -1}}, "mark.head_dpi must be greater than 0.0, not -1"),
        ({"mark": 5}, "mark must be a table of settings, not 5"),
        ({"mark": [{"symbology": "imb"}]}, "mark must be a table of settings, not [{'symbology': 'imb'}]"),
        ({"reader": {"settings": 3}}, "reader.settings must be a table of settings, not 3"),
        ({"identity": {"machine_id": "ABC"}}, "identity.machine_id must be at least 7 characters long, not 'ABC'"),
        ({"identity": {"lane": "12345"}}, "identity.lane must be at most 4 characters long, not '12345'"),
        ({"run": {"workers": 1.5}}, "run.workers must be a whole number, not 1.5"),
        ({"run": {"workers": True}}, "run.workers must be a whole number, not true"),
        ({"run": {"workers": "2"}}, "run.workers must be a whole number, not '2'"),
        ({"run": {"workers": 65}}, "run.workers must be 64 or less, not 65"),
        ({"run": {"queue": 0}}, "run.queue must be 1 or more, not 0"),
        ({"run": {"worker_timeout_s": float("inf")}}, "run.worker_timeout_s must be a finite number, not inf"),
        ({"run": {"worker_timeout_s": float("nan")}}, "run.worker_timeout_s must be a finite number, not nan"),
        ({"limits": {"reject_percent": 120}}, "limits.reject_percent must be 100.0 or less, not 120"),
        ({"job": {"list_name": 5}}, 'job.list_name must be text in quotes ("..."), not 5'),
    ],
)
def test_a_wrong_value_is_one_sentence(tables: dict[str, Any], said: str) -> None:
    assert refused(tables) == f"station.toml: {said}; mend it and try again"


def test_a_dated_name_and_a_long_value_are_shown_as_written_and_short() -> None:
    assert "not 2026-11-22;" in refused(tomllib.loads("[job]\nlist_name = 2026-11-22"))
    assert len(refused({"mark": {"symbology": "x" * 5000}})) < 200


def test_the_origin_named_is_the_one_that_set_the_wrong_value() -> None:
    with pytest.raises(ConfigurationError, match=r"^command line: run\.workers"):
        build_config([("a.toml", {"run": {"workers": 1}}), ("command line", {"run": {"workers": -1}})])


def test_a_plain_value_under_a_table_stays_visible() -> None:
    with pytest.raises(ConfigurationError, match=r"^a\.toml: mark must be a table"):
        build_config([("a.toml", {"mark": 5}), ("command line", {"mark": {"symbology": "imb"}})])


def test_files_that_cannot_be_read_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no configuration file"):
        read_config_file(tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_config_file(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'[job]\nmailer = "caf\xe9"\n')
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_config_file(latin)
    broken = tmp_path / "broken.toml"
    broken.write_text("[mark\nsymbology = 1")
    with pytest.raises(ConfigurationError, match=r"is not TOML: .*line 1.*mend that place"):
        read_config_file(broken)


def test_the_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(Exception, match="frozen"):
        build_config([]).config.run.workers = 3  # type: ignore[misc]


# --- the example ----------------------------------------------------------------------------------------------------


def test_the_example_names_every_key_and_equals_the_defaults() -> None:
    tables = read_config_file(EXAMPLE)
    assert build_config([("example", tables)]).config == StationConfig()
    written = {f"{section}.{name}" for section, table in tables.items() for name in table}
    assert written == set(flatten(StationConfig()))
    assert written | set(tables) == set(known_keys())


def test_the_example_explains_itself_line_by_line() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert all(len(line) <= 120 for line in lines)
    assert sum(line.startswith("#") or "  # " in line for line in lines) > len(known_keys()) / 2


# --- config show and check ------------------------------------------------------------------------------------------


def test_show_is_toml_that_loads_to_the_same_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "station.toml"
    file.write_text(
        '[job]\nmailer_address = "1 \\"MAIN\\" ST\\nBUFFALO \u00e9"\n[reader.settings]\nsqueeze = 0.7\n'
        '[line.settings]\n"odd key" = [1, 2.5, true, "x"]\ndeep = { a = 1 }\n'
    )
    assert run(["config", "show", "--config", str(file), "--set", "mark.symbology=postnet"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    again = build_config([("shown", tomllib.loads(shown.out))]).config
    assert again == load(file, ["mark.symbology=postnet"]).config


def test_show_tells_each_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "station.toml"
    file.write_text("[run]\nworkers = 1\n[reader.settings]\nsqueeze = 0.7\n")
    assert run(["config", "show", "--origin", "--config", str(file), "--set", "run.queue=8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"run.workers = 1  # {file}" in lines
    assert f"reader.settings.squeeze = 0.7  # {file}" in lines
    assert "run.queue = 8  # command line" in lines
    assert 'mark.symbology = "imb"  # default' in lines


def test_show_as_json_is_one_object_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["key"] for row in rows] == list(flatten(StationConfig()))
    assert {row["origin"] for row in rows} == {"default"}


def test_check_says_right_or_leaves_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "check", "--config", str(EXAMPLE)]) == 0
    assert "the configuration is right" in capsys.readouterr().err
    for wrong in ("[mark]\nsymbolgy = 'imb'", "[reeder]", "[mark]\nhead_dpi = 7.0", "[matcher.settings]\nfuzy = true"):
        file = tmp_path / "wrong.toml"
        file.write_text(wrong)
        assert run(["config", "check", "--config", str(file)]) == 3, wrong
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("mlocr: ")
        assert said.err.count("\n") == 1
        assert "Traceback" not in said.err
    assert run(["config", "check", "--config", str(tmp_path / "none.toml")]) == 3


@pytest.mark.parametrize(
    "given",
    [
        "reader.engine=nothing",
        "reader.settings.sqeeze=0.5",
        "inkjet.driver=nothing",
        "inkjet.driver=serial:",
        "mark.template={lane}",
        "mark.settings.baselin=0.25",
        'identity.machine_id="ABC\\u00e9123"',
        "matcher.engine=no.such.module:thing",
        'imb.mailer_id="98765432"',
        'imb.barcode_id="05"',
        "imb.serial_low=1000000000",
    ],
)
def test_check_asks_the_parts(given: str) -> None:
    with pytest.raises(ConfigurationError):
        check(load(None, [given]))


@pytest.mark.parametrize("given", ["mark.symbology", "=5", "mark..x=1", ""])
def test_a_setting_that_is_none_is_a_usage_error(given: str) -> None:
    with pytest.raises(UsageError, match="write KEY=VALUE"):
        load(None, [given])


def test_values_given_are_toml_or_else_text() -> None:
    config = load(None, ["run.workers=1", "job.mailer=The Mailer", 'job.list_name="5"', "mark.head_dpi=300.0"]).config
    assert (config.run.workers, config.job.mailer, config.job.list_name) == (1, "The Mailer", "5")
    assert config.mark.head_dpi == 300.0


def test_toml_values() -> None:
    for value in (True, 3, 2.5, 'a\\b"c\n\x7f', [1, "x"], {"a b": {"c": [True]}}):
        assert tomllib.loads(f"x = {toml_value(value)}")["x"] == value
    assert [s.key for s in settings(load(None))] == list(flatten(StationConfig()))


def test_serial_ranges_of_stations_that_share_a_mailer_identifier_are_checked() -> None:
    own = ImbSection(serial_low=0, serial_high=499_999_999, other_stations=[(500_000_000, 999_999_999)])
    assert tracking_settings(own).serial_high == 499_999_999
    assert tracking_settings(ImbSection(mailer_id="912345678")).serial_high == 999_999
    with pytest.raises(ConfigurationError, match="overlap"):
        tracking_settings(ImbSection(other_stations=[(5, 9)]))
