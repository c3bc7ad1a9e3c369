"""Any 600 bytes are a Stage I record that goes back byte for byte, or are refused; verdicts follow the contract."""

import io
import random

from hypothesis import given
from hypothesis import strategies as st

from mlocr.certification.damage.registry import DAMAGES
from mlocr.certification.damage.written import Surroundings, WrittenAddress
from mlocr.certification.scoring import Verdict, score_record
from mlocr.certification.stage1_layout import BLANK, STAGE1, read_stage1, width_of, write_stage1
from mlocr.errors import RecordError

FIELDS = [field.name for field in STAGE1.fields if not field.name.startswith("filler")]
TEXTS = ("firm_input", "primary_line_input", "second_line_input", "last_line_input", "city")


@given(st.binary(min_size=590, max_size=1300))
def test_any_bytes(data):
    try:
        records = list(read_stage1(io.BytesIO(data), "deck"))
    except RecordError as error:
        assert error.record >= 1
        assert error.field == "record" or error.field in FIELDS
        return
    assert b"".join(record.bytes() for record in records) == data[: 600 * len(records)]


@given(
    st.dictionaries(st.sampled_from(TEXTS), st.text("ABC 123#/&.-", max_size=28)),
    st.sampled_from([b"", b"\n", b"\r\n"]),
)
def test_what_is_written_is_read(values, line_break):
    record = BLANK.with_values({name: value[: width_of(name)] for name, value in values.items()})
    out = io.BytesIO()
    assert write_stage1([record, record], out, line_break) == 2
    assert list(read_stage1(io.BytesIO(out.getvalue()), "deck")) == [record, record]


CODE = st.sampled_from(["", "04158", "041581001", "04158100124", "04158100224", "041591001", "04159"])


@given(CODE, CODE)
def test_wrong_is_a_code_that_is_not_the_beginning_of_the_truth(truth, ours):
    def parts(digits: str) -> dict[str, str]:
        return {"zip5": digits[:5], "plus4": digits[5:9], "delivery_point": digits[9:]}

    verdict = score_record(BLANK.with_values(parts(truth)), parts(ours)).verdict
    assert (verdict is Verdict.WRONG) == (bool(ours) and not truth.startswith(ours))
    assert (verdict is Verdict.COARSER) == (bool(ours) and truth.startswith(ours) and ours != truth)


WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)


@given(
    st.sampled_from(sorted(DAMAGES)),
    st.lists(WORD, min_size=1, max_size=3),
    st.integers(0, 99999),
    st.sampled_from(["", "ST", "AVE"]),
    st.integers(0, 9),
)
def test_no_damage_raises_and_each_is_repeatable(name, words, number, suffix, seed):
    address = WrittenAddress(
        number=str(number),
        street=" ".join(words),
        suffix=suffix,
        predirectional="NW" if seed % 2 else "",
        designator="APT",
        unit=str(number % 50),
        city="HAVENPORT",
        state="ME",
        zip5="04158",
        around=Surroundings(sister_zips=("04159",), addon="1234"),
    )
    changed = DAMAGES[name].apply(address, random.Random(seed))
    assert changed == DAMAGES[name].apply(address, random.Random(seed))
    assert changed is None or changed.lines != address.lines
