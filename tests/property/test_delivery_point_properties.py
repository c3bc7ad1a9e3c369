import re

from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.mail.address import RecordType
from mlocr.matching.delivery_point import DeliveryPointRequest, delivery_point

# Free text, and text of the letters that matter, so that the rules are reached as well as the refusals.
TEXTS = st.one_of(st.text(max_size=60), st.text(alphabet="0123456789ABZaz -./#½", max_size=12))
BOUNDS = st.one_of(st.none(), TEXTS)
NUMBERS = st.integers(min_value=0, max_value=99999).map(str)
RULES = {*"12345678", "single_highrise_default", "primary_number", "no_number", "unpublished", "none"}


@settings(deadline=None)
@given(st.sampled_from(RecordType), TEXTS, TEXTS, BOUNDS, BOUNDS, TEXTS, TEXTS, TEXTS)
def test_two_digits_or_none_for_any_text(  # noqa: PLR0917
    record_type: RecordType,
    primary: str,
    secondary: str,
    low: str,
    high: str,
    designator: str,
    setting: str,
    parity: str,
) -> None:
    request = DeliveryPointRequest(record_type, primary, secondary, low, high, designator, setting, parity)
    point = delivery_point(request)
    assert re.fullmatch("[0-9]{2}|", point.dpc)
    assert point.rule in RULES
    assert (point.dpc == "") == (point.rule == "none")


@settings(deadline=None)
@given(NUMBERS)
def test_rules_1_and_5_by_arithmetic(number: str) -> None:
    digits = number.zfill(4)[-4:]
    hundreds, units = int(digits[:2]), int(digits[2:])
    expected = units if hundreds == 0 else hundreds % 4 * 25 + units % 25
    assert int(delivery_point(DeliveryPointRequest(RecordType.HIGHRISE, secondary=number)).dpc) == expected


@settings(deadline=None)
@given(st.text(alphabet="0123456789ABCXYZ", min_size=1, max_size=7), st.integers(0, 7), st.sampled_from("-."))
def test_dashes_and_periods_never_count(value: str, at: int, mark: str) -> None:
    plain = delivery_point(DeliveryPointRequest(RecordType.HIGHRISE, secondary=value))
    marked = value[:at] + mark + value[at:]
    if len(value) < 7:  # eight characters are the file's own width, where leading zeros are padding
        assert delivery_point(DeliveryPointRequest(RecordType.HIGHRISE, secondary=marked)) == plain


@settings(deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_number_in_a_number_range_is_taken_and_one_outside_is_not(value: str, low: str, high: str) -> None:
    point = delivery_point(
        DeliveryPointRequest(RecordType.HIGHRISE, secondary=value, secondary_low=low, secondary_high=high)
    )
    free = delivery_point(DeliveryPointRequest(RecordType.HIGHRISE, secondary=value))
    inside = int(low) <= int(value) <= int(high)
    assert point == free if inside else (point.dpc, point.rule) == ("99", "single_highrise_default")


@settings(deadline=None)
@given(st.integers(0, 10**10 - 1), st.sampled_from([t for t in RecordType if t is not RecordType.HIGHRISE]))
def test_padding_of_a_primary_number_never_counts(number: int, record_type: RecordType) -> None:
    points = {delivery_point(DeliveryPointRequest(record_type, text)) for text in (str(number), str(number).zfill(10))}
    assert len(points) == 1
