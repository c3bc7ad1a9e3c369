"""Every damage by example."""

import random
import re
from dataclasses import replace

import pytest

from mlocr.certification.damage.registry import DAMAGES, FAMILIES, damaged, may_pair
from mlocr.certification.damage.written import Surroundings, UnitPlace, WrittenAddress
from mlocr.mail.address import AddressKind

STREET = WrittenAddress(
    number="1250",
    predirectional="N",
    street="WILLOW BROOK",
    suffix="AVE",
    designator="APT",
    unit="7A",
    firm="ACME TOOL INC",
    city="HAVENPORT",
    state="ME",
    zip5="04158",
    around=Surroundings(
        mailing_names=("PORTSIDE",),
        other_names=("UPPER HAVEN",),
        abbreviation="HVNPRT",
        sister_zips=("04159",),
        other_cities=("ELSEWHERE",),
        aliases=(("", "OLD POST", "RD", ""),),
        addon="1234",
    ),
)
BARE = replace(STREET, designator="", unit="", firm="")
SAN = replace(
    STREET,
    state="PR",
    street="CALLE AMAPOLA",
    suffix="",
    predirectional="",
    urbanization="URB LOS OLMOS",
    designator="",
    unit="",
)
BOX = WrittenAddress(kind=AddressKind.PO_BOX, number="25", route="PO BOX", city="HAVENPORT", state="ME", zip5="04158")
RURAL = replace(BOX, kind=AddressKind.RURAL_ROUTE, route="RR 1", box_word="BOX")
CONTRACT = replace(RURAL, kind=AddressKind.HIGHWAY_CONTRACT, route="HC 3")
GENERAL = replace(BOX, kind=AddressKind.GENERAL_DELIVERY, number="", route="GENERAL DELIVERY")
MILITARY = replace(RURAL, kind=AddressKind.MILITARY, route="PSC 802", city="APO", state="AE")

EXAMPLES = [
    ("street_misspelled", BARE, r"1250 N W[A-Z]{5} [A-Z]{5} AVE"),
    ("street_transposed", BARE, r"1250 N W[A-Z]{5} [A-Z]{5} AVE"),
    ("street_dropped", BARE, r"1250 N (W[A-Z]{4} BROOK|WILLOW [A-Z]{4}) AVE"),
    ("street_doubled", BARE, r"1250 N (W[A-Z]{6} BROOK|WILLOW [A-Z]{6}) AVE"),
    ("city_misspelled", BARE, r"H[A-Z]{8} ME 04158"),
    ("city_transposed", BARE, r"H[A-Z]{8} ME 04158"),
    ("city_dropped", BARE, r"H[A-Z]{7} ME 04158"),
    ("city_doubled", BARE, r"H[A-Z]{9} ME 04158"),
    ("street_abbreviated", replace(BARE, street="SAINT MARY LAKE"), "1250 N ST MARY LK AVE"),
    ("street_alias", BARE, "1250 OLD POST RD"),
    ("ordinal_as_word", replace(BARE, street="21ST"), "1250 N TWENTY FIRST AVE"),
    ("ordinal_apart", replace(BARE, street="6TH"), "1250 N 6 TH AVE"),
    ("ordinal_bare", replace(BARE, street="6TH"), "1250 N 6 AVE"),
    (
        "highway_rewritten",
        replace(BARE, predirectional="", street="COUNTY ROAD 12", suffix=""),
        r"1250 (CO RD|CR|COUNTY RD|CNTY RD) 12",
    ),
    ("suffix_missing", BARE, "1250 N WILLOW BROOK"),
    ("suffix_wrong", BARE, r"1250 N WILLOW BROOK (?!AVE)[A-Z]+"),
    ("suffix_extra", replace(BARE, suffix=""), r"1250 N WILLOW BROOK (ST|AVE|RD)"),
    ("suffix_spelled", BARE, r"1250 N WILLOW BROOK (AV|AVEN|AVENU|AVENUE|AVN|AVNUE|AVENIDA)"),
    ("direction_missing", BARE, "1250 WILLOW BROOK AVE"),
    ("direction_wrong", BARE, r"1250 (E|W|NE|NW) WILLOW BROOK AVE"),
    ("direction_turned", BARE, r"1250 (S|SE|SW) WILLOW BROOK AVE"),
    ("direction_extra", replace(BARE, predirectional=""), r"1250 [NSEW] WILLOW BROOK AVE"),
    ("direction_moved", BARE, "1250 WILLOW BROOK AVE N"),
    ("direction_as_word", BARE, "1250 NORTH WILLOW BROOK AVE"),
    ("direction_pointed", replace(BARE, predirectional="NW"), r"1250 N\.W\. WILLOW BROOK AVE"),
    ("direction_glued", BARE, "1250 NWILLOW BROOK AVE"),
    ("leading_zeros", BARE, r"0{1,3}1250 N WILLOW BROOK AVE"),
    ("number_spaced", replace(BARE, number="112-10"), "112 - 10 N WILLOW BROOK AVE"),
    ("number_spaced", replace(BARE, number="N6W23001"), "N6 W23001 N WILLOW BROOK AVE"),
    ("fraction_hyphenated", replace(BARE, number="123 1/2"), "123-1/2 N WILLOW BROOK AVE"),
    ("zip_missing", BARE, "HAVENPORT ME"),
    ("zip_wrong", BARE, r"HAVENPORT ME (?!04158)\d{5}"),
    ("zip_transposed", BARE, r"HAVENPORT ME (40158|01458|04518|04185)"),
    ("zip_of_sister", BARE, "HAVENPORT ME 04159"),
    ("city_wrong", BARE, "ELSEWHERE ME 04158"),
    ("city_unknown", BARE, r"(?!HAVENPORT)[A-Z ]+ ME 04158"),
    ("city_missing", BARE, "04158"),
    ("state_missing", BARE, "HAVENPORT 04158"),
    ("city_acceptable", BARE, "PORTSIDE ME 04158"),
    ("city_not_mailing", BARE, "UPPER HAVEN ME 04158"),
    ("city_abbreviated", BARE, "HVNPRT ME 04158"),
    ("addon_stale", BARE, r"HAVENPORT ME 04158-(?!1234)\d{4}"),
    ("addon_right", BARE, "HAVENPORT ME 04158-1234"),
    ("unit_above", STREET, r"APT 7A\n1250 N WILLOW BROOK AVE"),
    ("unit_below", STREET, r"1250 N WILLOW BROOK AVE\nAPT 7A"),
    ("unit_before", STREET, "APT 7A 1250 N WILLOW BROOK AVE"),
    ("unit_after_comma", STREET, "1250 N WILLOW BROOK AVE, APT 7A"),
    ("unit_as_number_sign", STREET, "1250 N WILLOW BROOK AVE # 7A"),
    ("unit_number_sign_glued", STREET, "1250 N WILLOW BROOK AVE #7A"),
    ("unit_glued", STREET, "1250 N WILLOW BROOK AVE APT7A"),
    ("unit_spelled", STREET, r"1250 N WILLOW BROOK AVE (APARTMENT|APT\.) 7A"),
    ("unit_bare", STREET, "1250 N WILLOW BROOK AVE 7A"),
    ("unit_missing", STREET, "1250 N WILLOW BROOK AVE"),
    ("unit_swapped", STREET, "1250 N WILLOW BROOK AVE APT A7"),
    ("unit_hyphenated", STREET, "1250 N WILLOW BROOK AVE APT 7-A"),
    ("unit_leading_zeros", replace(STREET, unit="5"), r"1250 N WILLOW BROOK AVE APT 00?5"),
    ("unit_out_of_range", replace(STREET, unit="5"), r"1250 N WILLOW BROOK AVE APT \d{5}"),
    ("unit_letter_with_number_dash", STREET, "1250-A N WILLOW BROOK AVE APT 7"),
    ("unit_letter_with_number", STREET, "1250A N WILLOW BROOK AVE APT 7"),
    ("box_form", BOX, r"(P\.O\. BOX|P O BOX|P\. O\. BOX|POST OFFICE BOX|PO BX|POB|BOX|P\.O\.BOX) 25"),
    ("caller", BOX, r"CALLER( NO)? 25"),
    ("drawer", BOX, r"(PO |P O )?DRAWER 25"),
    ("lockbox", BOX, r"(PO )?LOCK ?BOX 25"),
    ("bin_number", BOX, "BIN 25"),
    ("box_glued", BOX, "PO BOX25"),
    ("box_number_sign", RURAL, "RR 1 BOX #25"),
    ("route_form", RURAL, r"(?!RR 1 )R.*1 BOX 25"),
    ("route_form", CONTRACT, r"(?!HC 3 )H.*3 BOX 25"),
    ("route_as_rfd", RURAL, r"(RFD|RFD ROUTE|R F D|R\.F\.D\.) 1 BOX 25"),
    ("route_as_star", CONTRACT, "STAR ROUTE 3 BOX 25"),
    ("route_zero", RURAL, "RR 01 BOX 25"),
    ("route_comma", RURAL, "RR 1, BOX 25"),
    ("general_form", GENERAL, r"GEN\.? DELIVERY|GEN DEL|GENERAL DEL"),
    ("military_old", MILITARY, r"PSC 802, BOX 25|PSC 802 BX 25|PSC NO 802 BOX 25"),
    ("urbanization_word", SAN, r"URBANIZACION LOS OLMOS|URB\. LOS OLMOS"),
    ("urbanization_on_line", SAN, "1250 CALLE AMAPOLA URB LOS OLMOS"),
    ("number_last", SAN, "CALLE AMAPOLA 1250"),
    ("street_word", SAN, "1250 CLL AMAPOLA"),
    ("box_spanish", replace(BOX, state="PR"), r"(APARTADO|APDO|APARTADO POSTAL) 25"),
    ("street_digits", BARE, r"1250 N (?=.*[0158].* AVE)[A-Z0158]+ [A-Z0158]+ AVE"),
    ("number_letters", BARE, r"(I250|12S0|125O) N WILLOW BROOK AVE"),
    ("zip_letters", BARE, r"HAVENPORT ME (O4158|04I58|041S8|0415B)"),
    ("city_digits", BARE, "HAVENP0RT ME 04158"),
    ("street_melted", replace(BARE, street="CLAYTON"), "1250 N DAYTON AVE"),
    ("street_melted", replace(BARE, street="ELMORE"), "1250 N ELRNORE AVE"),
    ("city_melted", replace(BARE, city="ARDEN"), "ARCLEN ME 04158"),
    ("street_split", replace(BARE, street="WILLOW"), r"1250 N (WI LLOW|WIL LOW|WILL OW) AVE"),
    ("street_joined", BARE, "1250 N WILLOWBROOK AVE"),
    ("street_joined", replace(BARE, street="WILLOW"), "1250 N WILLOWAVE"),
    ("city_split", BARE, r"(?=.* .* ME)HA?V?E?N? ?P?O?R? ?[A-Z]* ME 04158"),
    ("stray_mark", BARE, r"1250 N (?=.*[.',`;-])[A-Z.',`; -]+ AVE"),
    ("small_l_for_one", BARE, "l250 N WILLOW BROOK AVE"),
    ("attention", BARE, r"(ATTN|ATTN:|ATTENTION) [A-Z ]+"),
    ("care_of", BARE, r"[A-Z ]+\nC/O [A-Z ]+"),
    ("mail_stop", BARE, r"(MSC|MAIL STOP|MS) \d+"),
    ("endorsement", BARE, r"[A-Z]+ SERVICE REQUESTED"),
    ("keyline", BARE, r"#BWNCQQR #\d{6}# \d{3}"),
    ("carrier_route_line", BARE, r"\*+.*(04158|C-\d{3})"),
    ("occupant", BARE, r"OCCUPANT|POSTAL CUSTOMER|RESIDENT|BOXHOLDER"),
    ("exceptional", BARE, r"[A-Z ]+ OR CURRENT (RESIDENT|OCCUPANT)"),
    ("private_mailbox", BARE, r"1250 N WILLOW BROOK AVE PMB \d+"),
    ("private_mailbox_sign", STREET, r"1250 N WILLOW BROOK AVE APT 7A # \d+"),
    ("dual_address", BARE, r"PO BOX \d+\n1250 N WILLOW BROOK AVE"),
    ("dual_address", BOX, r"\d+ MAIN ST\nPO BOX 25"),
    ("firm_above", BARE, r"(?!ACME)[A-Z0-9 ]+\n1250 N WILLOW BROOK AVE"),
    ("firm_below_person", STREET, r"[A-Z ]+\nACME TOOL INC"),
    ("firm_above_last_line", STREET, r"APT 7A\nACME TOOL INC\nHAVENPORT ME 04158"),
    ("firm_short", STREET, r"ACME TOOL\n1250"),
]


@pytest.mark.parametrize(
    ("name", "address", "pattern"), EXAMPLES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(EXAMPLES)]
)
@pytest.mark.parametrize("seed", range(3))
def test_damage(name, address, pattern, seed):
    changed = DAMAGES[name].apply(address, random.Random(seed))
    assert changed is not None
    assert re.search(rf"(^|\n|AVE )({pattern})", "\n".join(changed.lines)), changed.lines
    assert changed.lines != address.lines
    again = DAMAGES[name].apply(address, random.Random(seed))
    assert again == changed


def test_every_damage_has_an_example():
    assert {name for name, _, _ in EXAMPLES} == set(DAMAGES)


def test_codes_are_single_and_of_known_families():
    codes = [damage.code for damage in DAMAGES.values()]
    assert len(set(codes)) == len(codes)
    assert all(
        len(code) == 2 and damage.family in FAMILIES for code, damage in zip(codes, DAMAGES.values(), strict=True)
    )


@pytest.mark.parametrize("name", ["suffix_missing", "unit_above", "ordinal_as_word", "caller", "direction_missing"])
def test_nothing_to_damage(name):
    plain = WrittenAddress(number="1", street="BROADWAY", city="HAVENPORT", state="ME", zip5="04158")
    assert DAMAGES[name].apply(plain, random.Random(1)) is None


def test_a_short_name_is_not_misspelled_and_a_lone_letter_never_dropped():
    rng = random.Random(1)
    assert DAMAGES["street_misspelled"].apply(replace(BARE, street="MILL"), rng) is None
    for seed in range(20):
        changed = DAMAGES["street_dropped"].apply(replace(BARE, street="AVENUE B"), random.Random(seed))
        assert changed is not None
        assert changed.street.endswith(" B")


def test_pairs_fall_on_different_parts():
    assert may_pair(DAMAGES["suffix_missing"], DAMAGES["city_misspelled"])
    assert not may_pair(DAMAGES["zip_missing"], DAMAGES["zip_letters"])
    both = damaged(BARE, ("suffix_missing", "zip_missing"), random.Random(1))
    assert both is not None
    assert both.lines == ("1250 N WILLOW BROOK", "HAVENPORT ME")
    assert damaged(BOX, ("caller", "suffix_missing"), random.Random(1)) is None


def test_where_a_unit_stands():
    above = replace(STREET, unit_place=UnitPlace.ABOVE, firm="")
    assert above.lines == ("APT 7A", "1250 N WILLOW BROOK AVE", "HAVENPORT ME 04158")
