"""Finding, decoding and measuring marks on pictures of letters."""

from dataclasses import replace

import numpy as np
import pytest
from marked_letters import TRACKING, Scene, blank, marked, worn

from mlocr.mail.code import RoutingCode, SprayImage, Symbology
from mlocr.mail.image import ImageLift
from mlocr.marking import edges, postnet
from mlocr.marking.draw import draw_columns, spray_columns
from mlocr.marking.sizes import BarSizes, sizes_for
from mlocr.marking.spray import MarkPlan
from mlocr.marking.verify import FoundMark, find_marks


def only(lift: ImageLift) -> FoundMark:
    found = find_marks(lift)
    assert len(found) == 1
    return found[0]


def with_bars(scene: Scene, bars: str, sizes: BarSizes, left_bar: float = 3.875, baseline: float = 0.25) -> ImageLift:
    """A letter with these bars, of these sizes, there."""
    from mlocr.mail.code import BarcodeSymbol

    pixels, letter = blank(scene)
    columns = sizes.columns(BarcodeSymbol(scene.symbology, bars))
    image = SprayImage(columns, sizes.full, scene.head, left_bar - len(columns) / scene.head, baseline)
    pixels = draw_columns(pixels, letter, spray_columns(image), image.dots, image.dpi, image.baseline)
    return ImageLift(worn(pixels, scene), scene.dpi, "letter.png")


@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize(
    "scene",
    [
        Scene(),
        Scene(turn=180),
        Scene(turn=4.7, dpi=150, head=120),
        Scene(turn=-9.5, noise=8),
        Scene(turn=186, paper=190),
        Scene(dpi=100, blur=0.4),
        Scene(dpi=600, head=600, width=6, noise=0, turn=1),
        Scene(dpi=300, head=240, width=6.5, height=4.5, digits="611142300", blur=1.0),
        Scene(digits="61114", noise=10, blur=1.0),
    ],
)
def test_marks_are_read_back_wherever_the_letter_lies(symbology: Symbology, scene: Scene) -> None:
    scene = replace(scene, symbology=symbology)
    lift, _, mark = marked(scene)
    found = only(lift)
    assert found.symbology is symbology
    assert found.check_ok and found.bars == mark.symbol.bars
    assert found.routing == scene.digits
    assert found.tracking == (TRACKING.digits if symbology is Symbology.IMB else "")
    assert found.digits == found.tracking + found.routing
    assert found.in_clear_zone
    # The letter may lie askew on the belt; its mark is square to it.
    assert found.violations == ()
    if scene.dpi >= 150:
        assert found.text == mark.text


@pytest.mark.parametrize("width", [5.0, 5.5, 5.8, 6.3])
@pytest.mark.parametrize("turn", [0, 180, 3])
def test_the_identifier_is_read_on_short_cards_too(width: float, turn: float) -> None:
    lift, _, mark = marked(Scene(width=width, height=3.5, turn=turn))
    assert only(lift).text == mark.text


@pytest.mark.parametrize("dpi", [120, 200, 300])
@pytest.mark.parametrize("turn", [0, 2.5, 180])
def test_measures_are_true(dpi: float, turn: float) -> None:
    lift, _, _ = marked(Scene(dpi=dpi, turn=turn, noise=2))
    sizes = sizes_for(Symbology.IMB, 200)
    measures = only(lift).measures
    near = 0.25 / dpi + 0.001
    assert measures["full_bar_height"] == pytest.approx(sizes.full / 200, abs=near)
    assert measures["tracker_height"] == pytest.approx((sizes.high - sizes.low) / 200, abs=near)
    assert measures["ascender_height"] == pytest.approx((sizes.full - sizes.low) / 200, abs=near)
    assert measures["bar_width"] == pytest.approx(sizes.width / 200, abs=near)
    assert measures["pitch"] == pytest.approx(sizes.pitch / 200, abs=0.0002)
    assert measures["skew"] == pytest.approx(0, abs=0.2)
    assert measures["left_bar_from_right_edge"] == pytest.approx(3.875, abs=0.02)
    assert measures["baseline"] == pytest.approx(0.25, abs=0.02)
    assert measures["contrast"] > 0.5


def test_the_box_holds_the_bars_and_little_more() -> None:
    lift, letter, mark = marked(Scene())
    box = only(lift).box
    x0, y1 = letter.to_picture(letter.width - 3.875, 0.25)
    x1, y0 = letter.to_picture(letter.width - mark.spray.offset, 0.25 + 29 / 200)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((x0, y0, x1, y1), abs=2)


@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"pitch": 11}, "pitch"),
        ({"pitch": 8}, "pitch"),
        ({"width": 7}, "bar_width"),
        ({"width": 2}, "bar_width"),
        ({"full": 38}, "full_bar_height"),
    ],
)
def test_each_missed_tolerance_is_named(symbology: Symbology, change: dict[str, int], named: str) -> None:
    scene = Scene(symbology=symbology)
    plan = MarkPlan.for_head(symbology, 200)
    bars = plan.symbol(RoutingCode.of(scene.digits), TRACKING).bars
    found = only(with_bars(scene, bars, replace(plan.bars, **change)))
    assert found.check_ok
    assert named in found.violations


@pytest.mark.parametrize(
    ("left_bar", "baseline", "named"),
    [(3.3, 0.25, "left_bar_position"), (4.4, 0.25, "left_bar_position"), (3.875, 0.10, "vertical_position")],
)
def test_a_mark_out_of_place_is_named(left_bar: float, baseline: float, named: str) -> None:
    scene = Scene()
    plan = MarkPlan.for_head(Symbology.IMB, 200)
    bars = plan.symbol(RoutingCode.of(scene.digits), TRACKING).bars
    assert only(with_bars(scene, bars, plan.bars, left_bar, baseline)).violations == (named,)


def test_faint_ink_is_named() -> None:
    lift, _, _ = marked(Scene(noise=2))
    faint = (225 - (225 - lift.pixels.astype(float)) * 0.25).clip(0, 255)
    belt = lift.pixels < 50
    pixels = np.where(belt & (np.arange(len(lift.pixels)) < 90)[:, None], lift.pixels, faint).astype(np.uint8)
    found = find_marks(ImageLift(pixels, 200, "faint"))
    assert found and found[0].check_ok and "contrast" in found[0].violations


def test_a_wrong_check_digit_gives_no_digits() -> None:
    scene = Scene(symbology=Symbology.POSTNET)
    good = postnet.encode(scene.digits).bars
    wrong = good[:56] + postnet.DIGITS[(int(postnet.digits_of(good)[-1]) + 1) % 10] + good[61:]  # type: ignore[index]
    found = only(with_bars(scene, wrong, sizes_for(Symbology.POSTNET, 200)))
    assert not found.check_ok and found.digits == found.routing == ""
    assert found.bars == wrong


def test_a_lost_end_bar_gives_no_postnet_digits() -> None:
    scene = Scene(symbology=Symbology.POSTNET)
    bars = postnet.encode(scene.digits).bars[:-1]
    found = only(with_bars(scene, bars, sizes_for(Symbology.POSTNET, 200)))
    assert not found.check_ok and "bar_count" in found.violations


def test_a_wrong_bar_in_intelligent_mail_gives_no_digits() -> None:
    scene = Scene()
    plan = MarkPlan.for_head(Symbology.IMB, 200)
    bars = plan.symbol(RoutingCode.of(scene.digits), TRACKING).bars
    for place in (0, 20, 64):
        wrong = bars[:place] + {"F": "T", "T": "F", "A": "D", "D": "A"}[bars[place]] + bars[place + 1 :]
        found = only(with_bars(scene, wrong, plan.bars))
        assert not found.check_ok and found.digits == ""


def test_a_bar_worn_to_half_its_height_is_mended_by_the_check_sequence_alone() -> None:
    lift, letter, mark = marked(Scene(noise=0, blur=0))
    place = mark.symbol.bars.index("F", 10)
    pixels = lift.pixels.copy()
    # The upper half of one full bar's ascender is missing: neither a full bar nor a descender.
    bar = sizes_for(Symbology.IMB, 200)
    x = letter.width - 3.875 + place * bar.pitch / 200
    x0, y1 = letter.to_picture(x - 0.01, 0.25 + (bar.full + bar.high) / 2 / 200)
    x1, y0 = letter.to_picture(x + 0.03, 0.25 + (bar.full + 1) / 200)
    pixels[round(y0) : round(y1), round(x0) : round(x1)] = 225
    found = only(ImageLift(pixels, 200, "worn"))
    assert found.check_ok and found.bars == mark.symbol.bars
    assert found.measures["mended_bars"] > 0


def test_two_marks_are_both_found_the_clear_zone_first() -> None:
    scene = Scene()
    lift, letter, _ = marked(scene)
    upper = postnet.encode("97201")
    sizes = sizes_for(Symbology.POSTNET, 200)
    columns = sizes.columns(upper)
    pixels = draw_columns(
        lift.pixels, letter, spray_columns(SprayImage(columns, sizes.full, 200, 3.0, 2.0)), sizes.full, 200, 2.0
    )
    found = find_marks(ImageLift(pixels, 200, "two"))
    assert [(one.symbology, one.routing, one.in_clear_zone) for one in found] == [
        (Symbology.IMB, scene.digits, True),
        (Symbology.POSTNET, "97201", False),
    ]


def test_a_blank_letter_and_a_blank_picture_have_no_mark() -> None:
    pixels, _ = blank(Scene())
    assert find_marks(ImageLift(worn(pixels, Scene()), 200, "blank")) == ()
    assert find_marks(ImageLift(np.full((40, 60), 255, np.uint8), 200, "tiny")) == ()
    assert find_marks(ImageLift(np.zeros((1, 1), np.uint8), 200, "dot")) == ()
    noise = np.random.default_rng(2).integers(0, 256, (400, 900)).astype(np.uint8)
    assert find_marks(ImageLift(noise, 200, "noise")) == ()


@pytest.mark.parametrize("dpi", [100, 200, 300])
@pytest.mark.parametrize("turn", [0, 3, -6])
def test_the_letters_edges_are_found(dpi: float, turn: float) -> None:
    pixels, letter = blank(Scene(dpi=dpi, turn=turn))
    found = edges.find_edges(pixels, dpi)
    assert found is not None
    for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)):
        wanted = letter.to_picture(x * letter.width, y * letter.height)
        assert found.to_picture(x * found.width, y * found.height) == pytest.approx(wanted, abs=1.5)
    assert edges.turned(edges.turned(found)).origin == pytest.approx(found.origin)
