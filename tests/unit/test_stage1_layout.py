"""The 600-byte Stage I record: read, filled in, written back byte for byte, and refused when it is none."""

import io

import pytest

from mlocr.certification.stage1_layout import BLANK, STAGE1, Stage1Record, read_stage1, write_stage1
from mlocr.errors import RecordError

QUESTION = {
    "customer_id": "CUST00001",
    "cass_key": "00000000001",
    "zip5": "04901",
    "plus4": "1234",
    "delivery_point": "24",
    "check_digit": "0",
    "firm_input": "ACME WIDGETS",
    "primary_line_input": "124 MAIN ST",
    "second_line_input": "APT 5",
    "last_line_input": "HAVENPORT ME 04901",
    "category": "G5",
}


def sample() -> Stage1Record:
    return BLANK.with_values(QUESTION)


def read(data: bytes) -> list[Stage1Record]:
    return list(read_stage1(io.BytesIO(data), "deck.txt"))


def test_the_published_positions():
    text = sample().text
    assert len(text) == 600
    assert text[0:9] == "CUST00001"
    assert text[20:25] == "04901"
    assert text[27:31] == "1234"
    assert text[32:34] == "24"
    assert text[35] == "0"
    assert text[277:289] == "ACME WIDGETS"
    assert text[345:356] == "124 MAIN ST"
    assert text[409:414] == "APT 5"
    assert text[473:491] == "HAVENPORT ME 04901"
    assert text[517:519] == "G5"
    places = {f.name: (f.start, f.start + f.length - 1) for f in STAGE1.fields}
    assert places["carrier_route"] == (37, 40)
    assert places["elot_direction"] == (560, 560)
    assert places["dpv_footnotes"] == (576, 581)
    assert places["lacslink_code"] == (595, 596)
    assert places["suitelink_code"] == (597, 598)


def test_the_question_in_mailing_order():
    assert sample().lines == ("ACME WIDGETS", "124 MAIN ST", "APT 5", "HAVENPORT ME 04901")


@pytest.mark.parametrize("line_break", [b"", b"\n", b"\r\n"])
def test_rubbish_in_unpublished_bytes_goes_back_byte_for_byte(line_break):
    data = bytearray(sample().bytes())
    for field in STAGE1.fields:
        if field.name.startswith("filler"):
            for at in range(field.start - 1, field.start - 1 + field.length):
                data[at] = (at * 7 + 128) % 256
    data[34] = 10  # a line feed where any byte may stand
    whole = (bytes(data) + line_break) * 3
    records = read(whole)
    out = io.BytesIO()
    assert (
        write_stage1(
            (r.with_values({"plus4": "9876"}).with_values({"plus4": "1234"}) for r in records), out, line_break
        )
        == 3
    )
    assert out.getvalue() == whole


def test_the_last_line_break_may_be_missing_and_a_control_z_may_close_the_file():
    data = sample().bytes()
    assert len(read(data + b"\r\n" + data)) == 2
    assert len(read(data + b"\r\n" + data + b"\r\n\x1a")) == 2
    assert read(b"") == []


@pytest.mark.parametrize(
    ("data", "record", "field", "says"),
    [
        (sample().bytes()[:-1] + b"\n", 1, "record", "599 bytes"),
        (
            sample().bytes() + b"\n" + sample().bytes()[:580] + b"\n" + sample().bytes() + b"\n",
            2,
            "record",
            "580 bytes",
        ),
        (sample().bytes() + b"\r\n" + sample().bytes() + b"xyz\r\n", 2, "record", "603 bytes"),
        (sample().bytes() + sample().bytes()[:10], 2, "record", "10 bytes"),
    ],
)
def test_a_short_or_long_record_is_named(data, record, field, says):
    with pytest.raises(RecordError, match=says) as caught:
        read(data)
    assert (caught.value.record, caught.value.field) == (record, field)


def test_a_garbled_field_is_named():
    data = bytearray(sample().bytes())
    data[20:25] = b"04X01"
    with pytest.raises(RecordError, match=r"zip5.*04X01.*run again") as caught:
        read(sample().bytes() + b"\n" + bytes(data) + b"\n")
    assert (caught.value.record, caught.value.field) == (2, "zip5")


def test_a_value_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="zip5"):
        BLANK.with_values({"zip5": "123456"})
    with pytest.raises(KeyError):
        BLANK.with_values({"zip": "12345"})
