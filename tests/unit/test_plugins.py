import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from mlocr.errors import ConfigurationError
from mlocr.station import plugins
from mlocr.station.plugins import BUILTIN, load_factory, names


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, table in BUILTIN.items() for name in table])
def test_every_built_in_driver_is_there(kind: str, name: str) -> None:
    assert callable(load_factory(kind, name))


def test_a_driver_written_out_is_taken() -> None:
    assert load_factory("camera", "drivers.camera.folder:open_folder").__name__ == "open_folder"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="no ocr driver 'onyx'; known are cascade, mailface, onnx, tess"):
        load_factory("ocr", "onyx")
    with pytest.raises(ConfigurationError, match="known are file, firmware, hitachi:PORT, mock, serial:PORT, or write"):
        load_factory("inkjet", "mok")
    with pytest.raises(ConfigurationError, match="known are builtin, http, process, or write"):
        load_factory("matcher", "proces")
    with pytest.raises(ConfigurationError, match="known are none"):
        load_factory("printer", "any")


@pytest.mark.parametrize("name", [":open", "module:", "..up:open", "a/b:open", "drivers.ocr:a.b", "drivers. ocr:open"])
def test_a_name_that_cannot_be_one_is_a_sentence(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"package\.module:factory"):
        load_factory("ocr", name)


def test_a_missing_module_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"needs the module 'no_such_package', which is not installed"):
        load_factory("ocr", "no_such_package.engine:open")


def test_a_missing_or_wrong_attribute_is_named() -> None:
    with pytest.raises(ConfigurationError, match="has no 'open_nothing'"):
        load_factory("camera", "drivers.camera.folder:open_nothing")
    with pytest.raises(ConfigurationError, match="is no factory"):
        load_factory("camera", "drivers.camera.folder:KINDS")


def test_what_a_module_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_driver.py").write_text("import library_that_is_not_there\n")
    (tmp_path / "torn_driver.py").write_text("raise ImportError('libtorn.so.3: cannot open shared object file')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match="needs the module 'library_that_is_not_there'"):
        load_factory("camera", "half_driver:open")
    with pytest.raises(ConfigurationError, match=r"cannot be loaded \(libtorn\.so\.3"):
        load_factory("camera", "torn_driver:open")
    assert "half_driver" not in sys.modules


def test_entry_points_are_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(group: str) -> list[EntryPoint]:
        assert group == "mlocr.camera"
        return [EntryPoint("theirs", "drivers.camera.folder:open_folder", group)]

    monkeypatch.setattr(plugins, "entry_points", listed)
    assert names("camera") == ["folder", "opencv", "recorded", "theirs"]
    assert load_factory("camera", "theirs") is load_factory("camera", "folder")
