"""Barcodes: whatever can be encoded comes back; nothing else does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlocr.marking import imb, postnet

routings = st.sampled_from([0, 5, 9, 11]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))
trackings = st.tuples(
    st.sampled_from("0123456789"), st.sampled_from("01234"), st.text("0123456789", min_size=18, max_size=18)
).map("".join)


@given(trackings, routings)
def test_intelligent_mail_round_trip(tracking: str, routing: str) -> None:
    assert imb.decode(imb.encode(tracking, routing).bars) == imb.ImbContent(tracking, routing)


@given(routings.filter(bool))
def test_postnet_round_trip(digits: str) -> None:
    bars = postnet.encode(digits).bars
    assert postnet.decode(bars) == digits
    assert bars.count("1") == 2 * (len(digits) + 1) + 2


@given(st.text("FADT", min_size=65, max_size=65))
@settings(max_examples=300)
def test_what_decodes_is_exactly_what_encodes_to_it(bars: str) -> None:
    content = imb.decode(bars)
    assert content is None or imb.encode(content.tracking, content.routing).bars == bars


@given(st.text(max_size=70), st.text(max_size=15))
def test_no_text_breaks_coders(one: str, other: str) -> None:
    assert imb.decode(one) is None or len(one) == 65
    assert postnet.decode(one) is None or len(one) in postnet.BAR_COUNTS
    assert imb.field_error(one, other) in {"00", "09", "10", "11", "12", "13"}
