import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mlocr import pictures
from mlocr.errors import BadInputError, UsageError
from mlocr.pictures import load_lift

RAMP = np.tile(np.linspace(0, 255, 64, dtype=np.uint8), (48, 1))


def saved(path: Path, image: Image.Image, **how: object) -> Path:
    image.save(path, **how)  # type: ignore[arg-type]
    return path


def pixels(path: Path) -> NDArray[np.uint8]:
    lift = load_lift(path, 200)
    assert lift.pixels.dtype == np.uint8
    assert lift.pixels.ndim == 2
    return lift.pixels


def test_grey_keeps_every_pixel_and_its_name(tmp_path: Path) -> None:
    for name in ("a.png", "a.tif", "a.pgm", "a.bmp"):
        path = saved(tmp_path / name, Image.fromarray(RAMP))
        assert np.array_equal(pixels(path), RAMP)
        assert load_lift(path, 200).source == name


def test_colour_becomes_grey(tmp_path: Path) -> None:
    rgb = Image.fromarray(np.dstack([RAMP] * 3))
    assert np.abs(pixels(saved(tmp_path / "a.png", rgb)).astype(int) - RAMP).max() <= 1
    assert np.abs(pixels(saved(tmp_path / "a.jpg", rgb, quality=95)).astype(int) - RAMP).max() <= 6
    cmyk = saved(tmp_path / "b.jpg", rgb.convert("CMYK"), quality=95)
    assert np.abs(pixels(cmyk).astype(int) - RAMP).max() <= 8


def test_one_bit_palette_and_sixteen_bits_become_grey(tmp_path: Path) -> None:
    bits = Image.fromarray(RAMP).point(lambda value: 255 * (value > 127)).convert("1")
    assert set(np.unique(pixels(saved(tmp_path / "bits.tif", bits)))) == {0, 255}
    palette = Image.fromarray(RAMP).convert("P")
    assert np.abs(pixels(saved(tmp_path / "palette.png", palette)).astype(int) - RAMP).max() <= 2
    deep = Image.fromarray(RAMP.astype(np.uint16) * 257)
    assert np.array_equal(pixels(saved(tmp_path / "deep.png", deep)), RAMP)
    assert np.array_equal(pixels(saved(tmp_path / "deep.tif", deep)), RAMP)
    floats = Image.fromarray(RAMP.astype(np.float32) / 255)
    assert np.array_equal(pixels(saved(tmp_path / "float.tif", floats)), RAMP)


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    layered = np.zeros((10, 10, 4), np.uint8)
    layered[:5, :, 3] = 255
    grey = pixels(saved(tmp_path / "a.png", Image.fromarray(layered)))
    assert (grey[:5] == 0).all()
    assert (grey[5:] == 255).all()


def test_resolution_is_the_given_one_then_the_files_then_the_fallback(tmp_path: Path) -> None:
    said = saved(tmp_path / "a.png", Image.fromarray(RAMP), dpi=(240, 240))
    silent = saved(tmp_path / "b.png", Image.fromarray(RAMP))
    assert load_lift(said, 300, 100).dpi == 300.0
    assert load_lift(said, None, 100).dpi == 240.0
    assert load_lift(silent, None, 100).dpi == 100.0
    assert load_lift(saved(tmp_path / "c.jpg", Image.fromarray(RAMP), dpi=(200, 200)), None).dpi == 200.0
    assert load_lift(saved(tmp_path / "d.tif", Image.fromarray(RAMP), dpi=(204, 204)), None).dpi == 204.0
    with pytest.raises(UsageError, match="give it with --dpi"):
        load_lift(silent, None)


@pytest.mark.parametrize("dpi", [(1, 1), (200, 100), (10_000, 10_000)])
def test_a_placeholder_or_uneven_resolution_is_none(tmp_path: Path, dpi: tuple[int, int]) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP), dpi=dpi)
    assert load_lift(path, None, 150).dpi == 150.0


@pytest.mark.parametrize("dpi", [-200.0, 1.0, float("nan"), float("inf")])
def test_a_resolution_that_is_none_is_refused(tmp_path: Path, dpi: float) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP))
    with pytest.raises(UsageError, match="no resolution"):
        load_lift(path, dpi)
    with pytest.raises(UsageError, match="no resolution"):
        load_lift(path, None, dpi)


# --- bad files ------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    )


def refused(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        load_lift(path, 200)
    said = str(caught.value)
    assert path.name in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (60_000, 60_000), (2_000_000_000, 2_000_000_000)])
def test_a_header_of_too_many_pixels_is_refused_before_decoding(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_header(width, height))
    assert "more than 100 megapixels" in refused(path)


def test_missing_empty_foreign_and_folder(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.png")
    (tmp_path / "empty.png").touch()
    assert "is empty" in refused(tmp_path / "empty.png")
    (tmp_path / "text.png").write_text("Dear Sir or Madam")
    assert "is not an image" in refused(tmp_path / "text.png")
    (tmp_path / "folder.png").mkdir()
    assert "is a folder" in refused(tmp_path / "folder.png")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.pgm", "a.bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_refused(tmp_path: Path, name: str, share: float) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (200, 300), dtype=np.uint8)
    path = saved(tmp_path / name, Image.fromarray(noise))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(path)


def test_damaged_pixels_and_metadata_never_raise_anything_else(tmp_path: Path) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (60, 80), dtype=np.uint8)
    random = np.random.default_rng(5)
    for name in ("a.png", "a.jpg", "a.tif"):
        content = saved(tmp_path / name, Image.fromarray(noise), dpi=(200, 200)).read_bytes()
        for _ in range(60):
            spoiled = bytearray(content)
            for at in random.integers(0, len(spoiled), 8):
                spoiled[at] = int(random.integers(0, 256))
            path = tmp_path / f"spoiled-{name}"
            path.write_bytes(bytes(spoiled))
            try:
                lift = load_lift(path, None, 200)
            except BadInputError:
                continue
            assert lift.pixels.dtype == np.uint8
            assert lift.pixels.ndim == 2


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_deep_pictures_of_many_strips_keep_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(pictures, "STRIP", 64)
    grey = np.arange(60 * 50, dtype=np.int64).reshape(60, 50) % 256
    kinds = {"I;16": (grey * 257).astype(np.uint16), "I": grey.astype(np.int32), "F": (grey / 255).astype(np.float32)}
    path = tmp_path / "deep.tiff"
    Image.fromarray(kinds[mode]).save(path)
    assert (load_lift(path, 200.0).pixels == grey).all()


def test_a_picture_of_no_numbers_is_black(tmp_path: Path) -> None:
    path = tmp_path / "nan.tiff"
    Image.fromarray(np.full((20, 30), np.nan, np.float32)).save(path)
    assert (load_lift(path, 200.0).pixels == 0).all()
