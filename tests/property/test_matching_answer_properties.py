"""The answer written as text is the answer as an object, to the byte, whatever a directory's fields hold."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlocr.mail.address import DirectoryRecord, RecordType
from mlocr.mail.code import RoutingCode
from mlocr.mail.match import Candidate, LinkResult, Match, TraceLine
from mlocr.mail.reasons import RejectReason
from mlocr.services.matching_answers import ANSWER_COLUMNS, MOST_CANDIDATES, match_cells, match_json, match_text

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.text(max_size=6)
RECORDS = st.builds(
    DirectoryRecord, TEXT, TEXT, st.sampled_from(RecordType), *[TEXT] * 13,
    addon_low=st.sampled_from(["1001", "0000"]), addon_high=st.sampled_from(["1001", "1009"]),
)  # fmt: skip
CODES = st.sampled_from(["", "04901", "049011001", "04901100124"])
MATCHES = st.builds(
    Match,
    routing=CODES.map(lambda digits: RoutingCode.of(digits) if digits else None),
    reason=st.none() | st.sampled_from(RejectReason),
    record_type=st.none() | st.sampled_from(RecordType),
    delivery_line=TEXT,
    footnotes=st.lists(TEXT, max_size=2).map(tuple),
    trace=st.lists(st.builds(TraceLine, TEXT, TEXT), max_size=3).map(tuple),
    candidates=st.lists(st.builds(Candidate, RECORDS, TEXT, TEXT, st.booleans()), max_size=3).map(tuple),
    links=st.builds(LinkResult, dpv=TEXT, dpv_footnotes=st.lists(TEXT, max_size=2).map(tuple)),
)


@PATIENT
@given(st.none() | st.integers() | TEXT, MATCHES)
def test_text_and_object_are_the_same(question_id: object, match: Match) -> None:
    value = match_json(question_id, match)
    for ascii_only, quote in ((False, json.encoder.encode_basestring), (True, json.encoder.encode_basestring_ascii)):
        encode = json.JSONEncoder(ensure_ascii=ascii_only).encode
        assert match_text(question_id, match, encode, quote) == encode(value)


@PATIENT
@given(MATCHES)
def test_a_cell_for_every_column(match: Match) -> None:
    cells = dict(zip(ANSWER_COLUMNS, match_cells(match, "said"), strict=True))
    value = match_json(None, match)
    assert cells["error"] == "said"
    for column in ("outcome", "reason", "depth", "zip5", "plus4", "dpc", "check_digit", "record_type", "delivery_line"):
        assert cells[column] == ("" if value[column] is None else str(value[column]))


def test_no_more_candidates_than_a_person_reads() -> None:
    record = DirectoryRecord("04901", "X", RecordType.STREET, *["0001"] * 15)
    match = Match(RoutingCode("04901"), None, candidates=(Candidate(record, "r", "s"),) * (MOST_CANDIDATES + 5))
    for value in (match_json(1, match), json.loads(match_text(1, match, json.dumps, json.dumps))):
        assert len(value["candidates"]) == MOST_CANDIDATES
