import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drivers.camera.folder import FolderCamera, images_in, open_folder
from mlocr.errors import BadInputError, ConfigurationError


def picture(path: Path, grey: int = 200, dpi: float | None = 200) -> Path:
    Image.fromarray(np.full((40, 60), grey, np.uint8)).save(path, **({"dpi": (dpi, dpi)} if dpi else {}))
    return path


def opened(**settings: object) -> FolderCamera:
    camera = open_folder(settings)
    camera.open()
    return camera


def test_a_folder_is_played_in_name_order_and_only_its_images(tmp_path: Path) -> None:
    for n, name in enumerate(("b.PNG", "a.tif", "c.jpg", "d.pgm")):
        picture(tmp_path / name, 50 * n)
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "._a.tif").write_bytes(b"a hidden file of the system")
    (tmp_path / "folder.png").mkdir()
    camera = opened(folder=str(tmp_path), dpi=300)
    frames = [camera.next(0) for _ in range(4)]
    assert [(f.trigger, f.name) for f in frames if f] == [(1, "a.tif"), (2, "b.PNG"), (3, "c.jpg"), (4, "d.pgm")]
    assert [f.lift.dpi for f in frames if f and f.lift] == [300.0] * 4
    assert frames[1] is not None
    assert frames[1].lift is not None
    assert frames[1].lift.pixels[0, 0] == 0
    assert camera.exhausted
    assert camera.next(0) is None


def test_paths_keep_their_order_and_repeat_counts_on(tmp_path: Path) -> None:
    paths = [str(picture(tmp_path / name)) for name in ("z.png", "a.png")]
    camera = opened(paths=paths, repeat=2)
    frames = [camera.next(0) for _ in range(4)]
    assert [(f.trigger, f.name) for f in frames if f] == [(1, "z.png"), (2, "a.png"), (3, "z.png"), (4, "a.png")]
    assert camera.exhausted


def test_a_bad_file_is_a_frame_with_its_fault_and_the_next_follows(tmp_path: Path) -> None:
    good = picture(tmp_path / "c.png")
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "b.png").write_bytes(good.read_bytes()[:60])
    camera = opened(paths=[str(tmp_path / name) for name in ("a.png", "b.png", "none.png", "c.png")], settle_s=0)
    frames = [camera.next(0) for _ in range(4)]
    assert [f.lift is None for f in frames if f] == [True, True, True, False]
    assert all("\n" not in f.fault and f.name in f.fault for f in frames[:3] if f)
    assert frames[3] is not None
    assert frames[3].fault == ""
    assert (camera.stats().acquired, camera.stats().delivered, camera.stats().lost) == (4, 1, 3)


def test_resolution_is_the_decks_else_the_files_else_the_fallback(tmp_path: Path) -> None:
    said, silent = str(picture(tmp_path / "a.png", dpi=150)), str(picture(tmp_path / "b.png", dpi=None))

    def dpis(**settings: object) -> list[float | None]:
        camera = opened(paths=[said, silent], **settings)
        frames = [camera.next(0) for _ in range(2)]
        return [f.lift.dpi if f and f.lift else None for f in frames]

    assert dpis(dpi=240) == [240.0, 240.0]
    assert dpis(fallback_dpi=100.0) == [150.0, 100.0]
    assert dpis() == [150.0, None]


def test_no_frame_before_open_or_after_close_and_open_starts_again(tmp_path: Path) -> None:
    camera = open_folder({"paths": [str(picture(tmp_path / "a.png"))]})
    assert camera.next(0) is None
    camera.open()
    assert camera.next(0) is not None
    camera.open()
    again = camera.next(0)
    assert again is not None
    assert again.trigger == 1
    camera.close()
    camera.close()
    assert camera.next(0) is None


def test_a_name_that_is_no_unicode_is_played_under_a_name_that_is(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    try:
        picture(tmp_path / "plain.png").rename(odd)
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    camera = opened(folder=str(tmp_path))
    frame = camera.next(0)
    assert frame is not None
    assert frame.lift is not None
    assert frame.name == frame.lift.source == "caf?.png"
    odd.write_bytes(b"junk")
    os.utime(odd, (0, 0))
    camera.open()
    fault = camera.next(0)
    assert fault is not None
    assert fault.fault.encode("utf-8")


def test_settings_that_do_not_fit_are_sentences() -> None:
    with pytest.raises(ConfigurationError, match=r"no setting 'foldr'; known are .*folder"):
        open_folder({"foldr": "x"})
    with pytest.raises(ConfigurationError, match="needs `paths` or `folder`"):
        open_folder({"dpi": 200})
    with pytest.raises(BadInputError, match="no image to play"):
        open_folder({"paths": []}).open()


def test_folders_without_images_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there is no folder"):
        images_in(tmp_path / "none")
    with pytest.raises(BadInputError, match="holds no image"):
        images_in(tmp_path)
    with pytest.raises(BadInputError, match="there is no folder"):
        images_in(picture(tmp_path / "a.png"))
