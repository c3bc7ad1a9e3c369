"""A small directory in memory, for tests of matching: one made-up office with sisters, and a few oddities."""

from collections.abc import Sequence

from mlocr.mail.address import CityStateDetail, DirectoryRecord, EarlyWarning, RecordType, StreetAlias


def number(text: str, width: int = 10) -> str:
    """A number as the file holds it: zero padded when numeric."""
    return text.zfill(width) if text.isdigit() else text


class FakeDirectory:
    """Implements `mlocr.ports.Directory` over lists."""

    def __init__(self) -> None:
        self.cities: list[CityStateDetail] = []
        self.rows: list[DirectoryRecord] = []
        self.alias_rows: list[StreetAlias] = []
        self.warning_rows: list[EarlyWarning] = []

    # --- filling ---

    def city(
        self,
        zip5: str,
        name: str,
        state: str,
        *,
        finance: str = "",
        short: str = "",
        zip_class: str = "",
        key: str = "",
    ) -> None:
        key = key or f"K{len(self.cities):05d}"
        self.cities.append(
            CityStateDetail(
                zip5,
                key,
                zip_class,
                name,
                short,
                "P",
                True,
                key,
                name,
                True,
                "A",
                False,
                finance or f"9{zip5}",
                state,
                "001",
                "COUNTY",
            )
        )

    def row(
        self,
        zip5: str,
        kind: str,
        street: str,
        span: str = "",
        addon: str = "",
        *,
        unit: str = "",
        firm: str = "",
        base: str = "B",
        urbanization: str = "",
    ) -> DirectoryRecord:
        """`street` is PRE|NAME|SUFFIX|POST; `span` is LOW-HIGH-PARITY; `unit` is DESIGNATOR:LOW-HIGH."""
        pre, name, suffix, post = street.split("|") if "|" in street else ["", street, "", ""]
        low, high, parity = span.split("~") if span else ["", "", "B"]
        designator, _, ends = unit.partition(":")
        unit_low, _, unit_high = ends.partition("~")
        first, _, last = addon.partition("-")
        record = DirectoryRecord(
            zip5,
            f"V{len(self.rows):09d}",
            RecordType(kind),
            "C001",
            pre,
            name,
            suffix,
            post,
            number(low),
            number(high),
            parity,
            firm,
            designator,
            number(unit_low, 8),
            number(unit_high, 8),
            "B",
            first,
            last or first,
            base,
            state=next((c.state for c in self.cities if c.zip5 == zip5), ""),
            urbanization_key=urbanization,
        )
        self.rows.append(record)
        return record

    def alias(self, zip5: str, alias: str, street: str, *, kind: str = "O", span: str = "") -> None:
        low, high, parity = span.split("~") if span else ["", "", ""]
        self.alias_rows.append(StreetAlias(zip5, *alias.split("|"), *street.split("|"), kind, "", low, high, parity))

    # --- the port ---

    @property
    def product_year_month(self) -> tuple[int, int]:
        return 2026, 11

    def cities_of_zip(self, zip5: str) -> Sequence[CityStateDetail]:
        return [c for c in self.cities if c.zip5 == zip5]

    def cities_named(self, name: str, state: str = "") -> Sequence[CityStateDetail]:
        return [c for c in self.cities if name in (c.name, c.abbreviation) and state in ("", c.state) and name]

    def city_names(self, state: str) -> Sequence[str]:
        return sorted({c.name for c in self.cities if c.state == state})

    def city_by_key(self, city_state_key: str) -> CityStateDetail | None:
        return next((c for c in self.cities if c.city_state_key == city_state_key), None)

    def zips_of_finance_number(self, finance_number: str) -> Sequence[str]:
        return sorted({c.zip5 for c in self.cities if c.finance_number == finance_number})

    def street_names(self, zip5: str) -> Sequence[str]:
        return sorted({r.street_name for r in self.rows if r.zip5 == zip5})

    def records(self, zip5: str, street_name: str) -> Sequence[DirectoryRecord]:
        return [r for r in self.rows if r.zip5 == zip5 and r.street_name == street_name]

    def records_of_type(self, zip5: str, record_type: RecordType) -> Sequence[DirectoryRecord]:
        return [r for r in self.rows if r.zip5 == zip5 and r.record_type is record_type]

    def records_with_addon(self, zip5: str, addon: str) -> Sequence[DirectoryRecord]:
        return [r for r in self.rows if r.zip5 == zip5 and r.addon_low <= addon <= r.addon_high]

    def aliases(self, zip5: str) -> Sequence[StreetAlias]:
        return [a for a in self.alias_rows if a.zip5 == zip5]

    def zips_of_street(self, finance_number: str, street_name: str) -> Sequence[str]:
        zips = self.zips_of_finance_number(finance_number)
        held = {r.zip5 for r in self.rows if r.street_name == street_name}
        return [z for z in zips if z in held | {a.zip5 for a in self.alias_rows if a.alias_name == street_name}]

    def office_street_names(self, finance_number: str) -> Sequence[str]:
        zips = self.zips_of_finance_number(finance_number)
        return sorted({r.street_name for r in self.rows if r.zip5 in zips})

    def early_warnings(self, zip5: str) -> Sequence[EarlyWarning]:
        return [w for w in self.warning_rows if w.zip5 == zip5]


def small_directory() -> FakeDirectory:
    """Havenport ME: 04901 (streets), 04902 (sister), 04903 (boxes); neighbours and special places."""
    d = FakeDirectory()
    d.city("04901", "HAVENPORT", "ME", finance="220100")
    d.city("04902", "HAVENPORT", "ME", finance="220100")
    d.city("04903", "HAVENPORT", "ME", finance="220100", zip_class="P")
    d.city("04910", "SAINT ALBANS", "ME", short="ST ALBANS")
    d.city("04911", "FORT WESTERN HEIGHTS", "ME", short="FT WESTRN HTS")
    d.city("04999", "HAVENPORT", "ME", finance="220100", zip_class="U")
    d.city("33101", "HAVENPORT", "FL")
    d.city("09012", "APO", "AE", zip_class="M")
    d.city("00601", "ADJUNTAS", "PR")
    d.city("00601", "URB LOS OLMOS", "PR", key="U00001")
    d.city("00601", "URB VISTA", "PR", key="U00002")
    _streets(d)
    _buildings(d)
    _boxes(d)
    return d


def _streets(d: FakeDirectory) -> None:
    for addon, span in (("1001", "100~198~E"), ("1002", "101~199~O"), ("1003", "200~298~E")):
        d.row("04901", "S", "|MAIN|ST|", span, addon)
    d.row("04901", "S", "N|OAK|AVE|", "1~99~O", "1101")
    d.row("04901", "S", "S|OAK|AVE|", "1~99~O", "1102")
    d.row("04901", "S", "S|OAK|AVE|", "100~198~E", "1103")
    d.row("04901", "S", "|ELM|ST|", "1~99~B", "1201")
    d.row("04901", "S", "|ELM|CT|", "1~99~B", "1202")
    d.row("04901", "S", "|ELM|CT|", "200~299~B", "1203")
    d.row("04901", "S", "|6TH|ST|", "1~99~B", "1301")
    d.row("04901", "S", "|21ST|ST|", "1~99~B", "1302")
    d.row("04901", "S", "|PARK|AVE|", "10~98~E", "1401")
    d.row("04901", "S", "|PARR|AVE|", "10~198~E", "1402")
    d.row("04901", "S", "|BLUEBERRY|LN|", "1~50~B", "1501")
    d.row("04901", "S", "|SAINT JOHN|ST|", "1~50~B", "1502")
    d.row("04901", "S", "|COUNTY ROAD 12||", "500~999~B", "1503")
    d.row("04901", "S", "|US HIGHWAY 1||", "500~999~B", "1504")
    d.row("04901", "S", "E|1700||S", "800~898~E", "1505")
    d.row("04901", "S", "|BROADWAY||", "1~99~B", "1506")
    d.row("04901", "S", "|RIVER|DR|E", "61-01~61-99~O", "1507")
    d.row("04901", "S", "E|RIVER|DR|", "61-02~61-98~E", "1508")
    d.row("04901", "S", "|AVENUE A||", "1~99~B", "1509")
    d.row("04901", "S", "|BLUEMOUND|RD|", "N6W23000~N6W23098~B", "1510")
    d.row("04901", "S", "|PIER|ST|", "1~99~B", "1511")
    d.row(
        "04901",
        "S",
        "|NODELIVERY|RD|",
        "1~99~B",
        "20ND",
    )
    d.row("04902", "S", "|CEDAR|ST|", "1~99~B", "2001")
    d.row("04902", "S", "|MAIN|ST|", "300~398~E", "2002")
    d.row("04902", "S", "|BIRCHWOOD|RD|", "1~99~B", "2003")
    d.row("04910", "S", "|MAIN|ST|", "100~198~E", "3001")
    d.alias("04901", "|OLD MILL|RD|", "|BLUEBERRY|LN|", span="1~25~B")
    d.row("00601", "S", "CALLE AMAPOLA", "B20~B99~B", "2402", urbanization="U00001")
    d.row("00601", "S", "CALLE 1", "1~99~B", "2501", urbanization="U00001")
    d.row("00601", "S", "CALLE 1", "1~99~B", "2502", urbanization="U00002")
    d.row("00601", "S", "AVE WILSON CHURCHILL", "100~199~B", "2503")


def _buildings(d: FakeDirectory) -> None:
    d.row("04901", "S", "|TOWER|RD|", "1~99~O", "5000")
    d.row("04901", "H", "|TOWER|RD|", "11~11~O", "5010")
    d.row("04901", "H", "|TOWER|RD|", "11~11~O", "5011", unit="APT:1~10")
    d.row("04901", "H", "|TOWER|RD|", "11~11~O", "5012", unit="APT:1A~10A")
    d.row("04901", "H", "|TOWER|RD|", "11~11~O", "5013", unit="STE:301~399")
    d.row("04901", "H", "|TOWER|RD|", "11~11~O", "5014", unit="BSMT:")
    d.row("04901", "F", "|TOWER|RD|", "11~11~O", "5015", firm="ACME WIDGETS INC")
    d.row("04901", "H", "|TOWER|RD|", "21~21~O", "5020", unit="APT:1~16")
    d.row("04901", "H", "|TOWER|RD|", "31~31~O", "5030", unit="APT:1~9")
    d.row("04901", "H", "|TOWER|RD|", "31~31~O", "5031", unit="APT:10~19")


def _boxes(d: FakeDirectory) -> None:
    d.row("04903", "P", "PO BOX", "201~216~B", "0201-0216")
    d.row("04903", "P", "PO BOX", "300~399~B", "0300")
    d.row("04903", "P", "PO BOX", "400~450~B", "0400-0401")
    d.row("04901", "R", "RR 1", "1~154~B", "7001")
    d.row("04901", "R", "HC 2", "", "7002")
    d.row("04901", "G", "GENERAL DELIVERY", "", "9999")
    d.row("04999", "F", "|MAIN|ST|", "1~1~B", "0001", firm="STATE TAX OFFICE")
    d.row("09012", "S", "PSC 3", "1000~1999~B", "4001")
    d.row("00601", "P", "PO BOX", "800~900~B", "0800-0900")
