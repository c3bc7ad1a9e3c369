"""The mark's sizes and place: every tolerance of the postal rules, on every head and letter."""

import itertools

import pytest

from mlocr.errors import ConfigurationError
from mlocr.mail.code import RoutingCode, SprayImage, Symbology, TrackingCode
from mlocr.marking.sizes import sizes_for
from mlocr.marking.spray import Mark, MarkPlan, MarkSettings, make_mark

TRACKING = TrackingCode("00", "270", "103502", "012735955")
ROUTING = RoutingCode.of("61114230001")
FIELDS = {"lane": "1", "mass_id": "SIM0001"}
HEADS = [80, 96, 100, 120, 150, 180, 200, 203, 240, 300, 360, 400, 600, 1200]


def mark(
    plan: MarkPlan, width: float = 9.5, height: float = 4.125, fields: dict[str, str] | None = None
) -> Mark | None:
    tracking = TRACKING if plan.symbology is Symbology.IMB else None
    return make_mark(plan, ROUTING, tracking, width, height, FIELDS if fields is None else fields)


def made(plan: MarkPlan, width: float = 9.5, height: float = 4.125) -> Mark:
    one = mark(plan, width, height)
    assert one is not None
    return one


def bars_of(image: SprayImage, count: int) -> list[tuple[int, int, int, int]]:
    """The last `count` bars of an image: first column, width, lowest dot, height."""
    runs = []
    for inked, group in itertools.groupby(enumerate(image.columns), key=lambda each: each[1] != 0):
        columns = list(group)
        if inked:
            bits = columns[0][1]
            assert all(column == bits for _, column in columns[:1])
            low = (bits & -bits).bit_length() - 1
            runs.append((columns[0][0], len(columns), low, bits.bit_length() - low))
    return runs[-count:]


@pytest.mark.parametrize("dpi", HEADS)
def test_postnet_keeps_every_dimension(dpi: float) -> None:
    # DMM 708 4.2.5.
    one = made(MarkPlan.for_head(Symbology.POSTNET, dpi))
    bars = bars_of(one.spray, 62)
    for (left, width, low, height), bar in zip(bars, one.symbol.bars, strict=True):
        assert 0.015 - 1e-9 <= width / dpi <= 0.025 + 1e-9
        assert low == 0
        limits = (0.115, 0.135) if bar == "1" else (0.040, 0.060)
        assert limits[0] - 1e-9 <= height / dpi <= limits[1] + 1e-9, left
    check_spacing([bar[0] for bar in bars], bars[0][1], dpi)


@pytest.mark.parametrize("dpi", HEADS)
def test_intelligent_mail_keeps_every_dimension(dpi: float) -> None:
    # USPS-B-3200: full 0.125 to 0.165, ascender and descender 0.082 to 0.111, tracker 0.039 to 0.057 in.
    one = made(MarkPlan.for_head(Symbology.IMB, dpi))
    bars = bars_of(one.spray, 65)
    limits = {"F": (0.125, 0.165), "A": (0.082, 0.111), "D": (0.082, 0.111), "T": (0.039, 0.057)}
    tracker = next(bar for bar, state in zip(bars, one.symbol.bars, strict=True) if state == "T")
    for (_, width, low, height), state in zip(bars, one.symbol.bars, strict=True):
        assert 0.015 - 1e-9 <= width / dpi <= 0.025 + 1e-9
        assert limits[state][0] - 1e-9 <= height / dpi <= limits[state][1] + 1e-9
        assert low == (0 if state in "FD" else tracker[2])
        # Every bar holds the tracker's dots.
        assert low <= tracker[2] and low + height >= tracker[2] + tracker[3]
    check_spacing([bar[0] for bar in bars], bars[0][1], dpi)


def check_spacing(lefts: list[int], width: int, dpi: float) -> None:
    steps = {b - a for a, b in itertools.pairwise(lefts)}
    assert len(steps) == 1
    (pitch,) = steps
    assert 0.0416 - 1e-9 <= pitch / dpi <= 0.05 + 1e-9
    assert 20 - 1e-9 <= dpi / pitch <= 24 + 0.04
    assert 0.012 - 1e-9 <= (pitch - width) / dpi <= 0.040 + 1e-9


@pytest.mark.parametrize(
    ("dpi", "named"), [(72, "bar_width"), (55, "pitch"), (5, "full_bar_height"), (2400.5, "not known")]
)
def test_a_resolution_that_cannot_names_its_first_tolerance(dpi: float, named: str) -> None:
    for symbology in Symbology:
        with pytest.raises(ConfigurationError, match=named):
            MarkPlan.for_head(symbology, dpi)


def test_every_resolution_either_keeps_the_tolerances_or_is_refused() -> None:
    for dpi in range(20, 700):
        for symbology in Symbology:
            try:
                sizes = sizes_for(symbology, dpi)
            except ConfigurationError:
                assert dpi < 110, (dpi, symbology)
                continue
            assert 0.0416 - 1e-9 <= sizes.pitch / dpi <= 0.05 + 1e-9
            assert 0.012 - 1e-9 <= (sizes.pitch - sizes.width) / dpi <= 0.04 + 1e-9


@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize("width", [5.0, 5.5, 6.0, 7.5, 9.5, 11.5])
def test_place_on_the_letter(symbology: Symbology, width: float) -> None:
    plan = MarkPlan.for_head(symbology, 200)
    one = made(plan, width, 3.5)
    image = one.spray
    count = len(one.symbol.bars)
    bars = bars_of(image, count)
    left_bar = image.offset + (len(image.columns) - bars[0][0]) / image.dpi
    assert 3.5 <= left_bar <= 4.25
    assert abs(left_bar - 3.875) < 0.005
    # All ink of the bars lies 3/16 to 7/16 in above the bottom edge.
    low = image.baseline + min(bar[2] for bar in bars) / image.dpi
    high = image.baseline + max(bar[2] + bar[3] for bar in bars) / image.dpi
    assert abs(low - 0.25) < 1e-6 and high <= 0.4375
    # The line stays off the clear zone (4-3/4 in) and off the read area (1/2 in from the left, 5/8 in up).
    left, bottom, right, top = one.text_bounds
    assert right <= width - 4.75 + 1e-9 and left >= 0.09 and bottom >= 0.1875
    assert top <= 0.625 or right <= 0.5
    assert image.offset >= 0.125


@pytest.mark.parametrize(
    ("width", "text"),
    [(9.5, "1 SIM0001 61114"), (6.5, "1 SIM0001 61114"), (6.2, "1 SIM0001"), (5.7, "SIM0001"), (5.0, "SIM0001")],
)
def test_the_line_sheds_its_outer_parts(width: float, text: str) -> None:
    assert made(MarkPlan.for_head(Symbology.IMB, 200), width).text == text


def test_the_identifier_alone_on_a_short_card_reads_upward_in_the_left_margin() -> None:
    left, bottom, right, top = made(MarkPlan.for_head(Symbology.POSTNET, 200), 5.0, 3.5).text_bounds
    assert (round(left, 2), round(bottom, 2)) == (0.11, 0.25)
    assert right - left < 0.1
    assert top - bottom > 0.6


@pytest.mark.parametrize(
    "settings",
    [
        MarkSettings(second_place=False),
        MarkSettings(second_upward=False),  # into the clear zone of a five-inch card
        MarkSettings(second_upward=False, second_bottom=1.5),  # over the read area
        MarkSettings(head_dots=60),  # beyond the head's swath
        MarkSettings(second_bottom=3.2),  # beyond the letter
    ],
)
def test_no_room_on_a_short_card(settings: MarkSettings) -> None:
    plan = MarkPlan.for_head(Symbology.IMB, 200, settings)
    assert mark(plan, 5.0, 3.5) is None
    assert mark(plan, 9.5, 4.125) is not None


def test_no_room_for_the_barcode_itself() -> None:
    plan = MarkPlan.for_head(Symbology.POSTNET, 200)
    assert mark(plan, 3.9, 3.5) is None
    assert mark(plan, 9.5, 0.5) is None


def test_a_second_place_above_the_read_area_may_be_configured() -> None:
    plan = MarkPlan.for_head(Symbology.IMB, 200, MarkSettings(second_upward=False, second_left=1.0, second_bottom=2.8))
    one = made(plan, 5.0, 3.5)
    assert one.text == "SIM0001" and one.text_bounds[1] >= 2.75 and one.spray.dots > 500


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (MarkSettings(left_bar=3.4), "3.5 to 4.25"),
        (MarkSettings(left_bar=4.3), "3.5 to 4.25"),
        (MarkSettings(baseline=0.15), "0.1875"),
        (MarkSettings(baseline=0.32), "0.4375"),
        (MarkSettings(template="{lane} {zip5}"), "mass_id"),
        (MarkSettings(template="{mass_id} {mass_id}"), "mass_id"),
        (MarkSettings(template="{mass_id} {"), "braces"),
        (MarkSettings(template="{mass_id:>9}"), "format"),
        (MarkSettings(template="{mass_id.x}"), "mass_id"),
        (MarkSettings(template="lane {mass_id}"), "dot-matrix face"),
        (MarkSettings(head_dots=20), "swath"),
        (MarkSettings(text_height=0.16, head_dots=30), "swath"),
        (MarkSettings(text_height=1.0), "height of"),
    ],
)
def test_wrong_settings_are_named(settings: MarkSettings, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        MarkPlan.for_head(Symbology.IMB, 200, settings)


def test_settings_of_a_wrong_kind_are_named() -> None:
    with pytest.raises(ConfigurationError, match="baseline"):
        MarkSettings(baseline="low")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="second_place"):
        MarkSettings(second_place=1)  # type: ignore[arg-type]


def test_a_field_the_job_does_not_give_is_named() -> None:
    plan = MarkPlan.for_head(Symbology.IMB, 200, MarkSettings(template="{tray} {mass_id}"))
    with pytest.raises(ConfigurationError, match="'tray'"):
        mark(plan)


def test_empty_fields_leave_no_blank_behind() -> None:
    one = mark(MarkPlan.for_head(Symbology.IMB, 200), fields={"lane": "", "mass_id": "SIM0001"})
    assert one is not None and one.text == "SIM0001 61114"


def test_intelligent_mail_needs_its_tracking_number_and_may_lack_a_routing_code() -> None:
    plan = MarkPlan.for_head(Symbology.IMB, 200)
    with pytest.raises(ValueError, match="tracking"):
        make_mark(plan, ROUTING, None, 9.5, 4.125, FIELDS)
    one = make_mark(plan, None, TRACKING, 9.5, 4.125, FIELDS)
    assert one is not None and one.text == "1 SIM0001"
