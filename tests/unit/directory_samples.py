"""Records, files and built directories for the directory tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mlocr.directory.build import BuildOptions, build_directory
from mlocr.directory.early_warnings import format_early_warning, format_early_warning_header
from mlocr.directory.layout import (
    CityStateRecord,
    format_city_state,
    format_city_state_header,
    format_zip4,
    format_zip4_header,
)
from mlocr.directory.records import PoBoxOnlyZip, SchemeZip, SeasonalZip, ZipSplit
from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, RecordType, StreetAlias

EDITION = (2026, 11)
MOMENT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
"""A moment of a build, for tests that set it."""
GENUINE = Path(__file__).resolve().parents[2] / "../shared/data/ais/zip4_sample_182.txt"

SHELBORNE = DirectoryRecord(
    zip5="38134",
    update_key="V100000001",
    record_type=RecordType.STREET,
    carrier_route="C001",
    predirectional="",
    street_name="SHELBORNE",
    suffix="CIR",
    postdirectional="",
    primary_low="0000005200",
    primary_high="0000005298",
    primary_parity="E",
    building_or_firm="",
    secondary_designator="",
    secondary_low="",
    secondary_high="",
    secondary_parity="",
    addon_low="5610",
    addon_high="5610",
    state="TN",
    finance_number="475000",
    county_number="157",
    congressional_district="09",
    preferred_last_line_key="X10000",
)
HIGHRISE = SHELBORNE._replace(
    update_key="V100000002",
    record_type=RecordType.HIGHRISE,
    primary_low="0000005206",
    primary_high="0000005206",
    building_or_firm="SHELBORNE ARMS",
    secondary_designator="APT",
    secondary_low="00000001",
    secondary_high="00000016",
    secondary_parity="B",
    addon_low="5660",
    addon_high="5660",
)
BOXES = SHELBORNE._replace(
    update_key="V100000003",
    record_type=RecordType.PO_BOX,
    carrier_route="B001",
    street_name="PO BOX",
    suffix="",
    primary_low="0000000201",
    primary_high="0000000216",
    primary_parity="B",
    addon_low="0201",
    addon_high="0216",
)
UNDELIVERABLE = SHELBORNE._replace(update_key="V100000004", street_name="GHOST", addon_low="56ND", addon_high="56ND")
ZIP4_RECORDS = (SHELBORNE, HIGHRISE, BOXES, UNDELIVERABLE)

MEMPHIS = CityStateDetail(
    zip5="38134",
    city_state_key="X10000",
    zip_class="",
    name="MEMPHIS",
    abbreviation="",
    facility_code="P",
    mailing_name=True,
    preferred_key="X10000",
    preferred_name="MEMPHIS",
    city_delivery=True,
    carrier_route_sort="D",
    unique_zip_name=False,
    finance_number="475000",
    state="TN",
    county_number="157",
    county_name="SHELBY",
)
BARTLETT = MEMPHIS._replace(
    city_state_key="X10001", name="BARTLETT", abbreviation="BRTLT", facility_code="N", mailing_name=False
)
MEMPHIS_DOWNTOWN = MEMPHIS._replace(zip5="38103")
MEMPHIS_TEXAS = MEMPHIS._replace(zip5="79245", city_state_key="X20000", finance_number="485700", state="TX")
ALIAS = StreetAlias("38134", "", "OLD SHELBORNE", "RD", "", "", "SHELBORNE", "CIR", "", "C", "19990101")
CITY_STATE_RECORDS: tuple[CityStateRecord, ...] = (
    MEMPHIS,
    BARTLETT,
    MEMPHIS_DOWNTOWN,
    MEMPHIS_TEXAS,
    ALIAS,
    SeasonalZip("04609", "NNNNYYYYYNNN"),
    SchemeZip("38101", "38134"),
    ZipSplit("38134", "C001", "38135", "C044", "20261001"),
    PoBoxOnlyZip("38173", "MEMPHIS"),
)


def zip4_text(records: Sequence[DirectoryRecord] = ZIP4_RECORDS, edition: tuple[int, int] = EDITION) -> list[str]:
    """The records of a ZIP+4 file, header first."""
    return [format_zip4_header(*edition), *(format_zip4(record) for record in records)]


def city_state_text(
    records: Sequence[CityStateRecord] = CITY_STATE_RECORDS, edition: tuple[int, int] = EDITION
) -> list[str]:
    """The records of a City State file, header first."""
    return [format_city_state_header(*edition), *(format_city_state(record) for record in records)]


def raw_folder(folder: Path, zip4: Sequence[str] | None = None, city_state: Sequence[str] | None = None) -> Path:
    """A deck's raw directory folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zip4.txt").write_text("\n".join(zip4 or zip4_text()) + "\n")
    (folder / "ctystate.txt").write_text("\n".join(city_state or city_state_text()) + "\n")
    return folder


def built(
    folder: Path,
    records: Sequence[DirectoryRecord] = ZIP4_RECORDS,
    *,
    edition: tuple[int, int] = EDITION,
    moment: datetime | None = None,
    warnings: Sequence[EarlyWarning] = (),
) -> Path:
    """A built directory of these records and the sample City State records."""
    raw = raw_folder(folder / "raw", zip4_text(records, edition), city_state_text(edition=edition))
    files = [raw / "ews.txt"] if warnings else []
    if warnings:
        lines = [format_early_warning_header(MOMENT.date()), *map(format_early_warning, warnings)]
        files[0].write_text("\n".join(lines) + "\n")
    options = BuildOptions(early_warnings=files, moment=moment)
    build_directory([raw / "zip4.txt"], [raw / "ctystate.txt"], folder / "built", options=options)
    return folder / "built"
