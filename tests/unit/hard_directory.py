"""A directory of hard forms, made up: Greenford ME (04801), Borinquen PR (00699), APO AE (09012), FPO AP (96349)."""

from fake_directory import FakeDirectory


def hard_directory() -> FakeDirectory:
    """One ZIP Code of every kind, so that a place never decides."""
    d = FakeDirectory()
    d.city("04801", "GREENFORD", "ME")
    d.city("00699", "BORINQUEN", "PR")
    for key, name in (("U1", "URB LOS OLMOS"), ("U2", "URB EL ENCANTO"), ("U3", "URB LAS GLADIOLAS")):
        d.city("00699", name, "PR", key=key, finance="900699")
    d.city("09012", "APO", "AE", zip_class="M")
    d.city("96349", "FPO", "AP", zip_class="M")
    _streets(d)
    _buildings(d)
    _boxes(d)
    _puerto_rico(d)
    return d


def _streets(d: FakeDirectory) -> None:
    d.row("04801", "S", "|MAIN|ST|", "100~199~B", "1000")
    d.row("04801", "S", "|OAK|DR|", "400~499~B", "1001")
    d.row("04801", "S", "|BRONX|RD|", "112-02~112-98~E", "1002")
    d.row("04801", "S", "|QUEENS|RD|", "1-1210~1-1298~E", "1003")
    d.row("04801", "S", "|QUEENS|RD|", "112-02~112-98~E", "1004")
    d.row("04801", "S", "E|1700||S", "800~898~E", "1005")
    d.row("04801", "S", "|39.2|RD|", "1200~1298~E", "1006")
    d.row("04801", "S", "|BLUEMOUND|RD|", "N6W23000~N6W23098~B", "1007")
    d.row("04801", "S", "|LAUREL|LN|", "A1~A20~B", "1008")
    d.row("04801", "S", "|FERRY|LN|", "115C~115F~B", "1009")
    d.row("04801", "S", "|GAINSBOROUGH|ST|", "2~198~E", "1010")
    d.row("04801", "S", "W|GAINSBORO|ST|", "2~198~E", "1011")
    d.row("04801", "S", "|LOCUST|ST|", "1~99~B", "1012")
    d.row("04801", "S", "|ALTON|AVE|", "1~199~B", "1013")
    d.row("04801", "S", "E|RIVER|DR|", "61-02~61-98~E", "1014")


def _buildings(d: FakeDirectory) -> None:
    tower = "|TOWER|RD|"
    d.row("04801", "H", tower, "11~11~O", "2000", firm="COLUMBIA TOWERS")
    for addon, unit in (
        ("2001", "APT:1~10"),
        ("2002", "APT:101~120"),
        ("2003", "APT:7A~9A"),
        ("2004", "STE:800~820"),
        ("2005", "PH:1~4"),
        ("2006", "BSMT:"),
        ("2007", "REAR:"),
        ("2008", "FL:2~9"),
    ):
        d.row("04801", "H", tower, "11~11~O", addon, unit=unit, firm="COLUMBIA TOWERS")
    d.row("04801", "S", tower, "1~99~B", "2099")
    d.row("04801", "F", tower, "11~11~O", "2020", firm="ACME WIDGETS INC")
    d.row("04801", "F", tower, "11~11~O", "2021", firm="BAXTER FUELS LLC")
    d.row("04801", "H", tower, "21~21~O", "2100", unit="BLDG:1~3")
    d.row("04801", "H", tower, "21~21~O", "2101", unit="APT:1~9")
    d.row("04801", "H", tower, "31~31~O", "2200")
    d.row("04801", "H", tower, "31~31~O", "2201", unit="APT:112~112")
    d.row("04801", "H", tower, "31~31~O", "2202", unit="STE:112~112")
    d.row("04801", "H", tower, "41~41~O", "2300")
    d.row("04801", "H", tower, "41~41~O", "2301", unit="APT:11~11")
    d.row("04801", "H", tower, "41~41~O", "2302", unit="APT:112~112")
    d.row("04801", "H", "|GAINSBOROUGH|ST|", "96~96~E", "2400")
    d.row("04801", "H", "|GAINSBOROUGH|ST|", "96~96~E", "2401", unit="UNIT:101W~110W")
    d.row("04801", "H", "|GAINSBOROUGH|ST|", "98~98~E", "2410")
    d.row("04801", "H", "|GAINSBOROUGH|ST|", "98~98~E", "2411", unit="UNIT:101~110")


def _boxes(d: FakeDirectory) -> None:
    d.row("04801", "P", "PO BOX", "1~999~B", "3000")
    d.row("04801", "P", "PO BOX", "1000~1099~B", "3001")
    d.row("04801", "P", "PO BOX", "G~G~B", "3002")
    d.row("04801", "P", "PO BOX", "159701~159799~B", "3003")
    d.row("04801", "P", "PO BOX", "-0145~-0149~B", "3004")
    d.row("04801", "F", "PO BOX", "1100~1100~B", "3005", firm="ACME WIDGETS INC")
    d.row("04801", "R", "RR 1", "1~154~B", "3100")
    d.row("04801", "R", "RR 16", "1~99~B", "3101")
    d.row("04801", "R", "HC 2", "1~99~B", "3102")
    d.row("04801", "G", "GENERAL DELIVERY", "", "9999")
    d.row("09012", "S", "PSC 802", "1~199~B", "4000")
    d.row("09012", "S", "CMR 800", "1~199~B", "4001")
    d.row("09012", "S", "UNIT 2050", "4000~4199~B", "4002")
    d.row("09012", "S", "UPR 10150", "4000~4199~B", "4003")
    d.row("09012", "S", "CPR 895", "1~99~B", "4004")
    d.row("96349", "S", "USS NIMITZ", "", "4100")
    d.row("96349", "S", "UNIT 100155", "1~99~B", "4101")


def _puerto_rico(d: FakeDirectory) -> None:
    zip5 = "00699"
    d.row(zip5, "S", "CALLE 4", "1~99~B", "5000", urbanization="U1")
    d.row(zip5, "S", "CALLE 4", "1~99~B", "5001", urbanization="U2")
    d.row(zip5, "S", "CALLE LUNA", "100~199~B", "5002", urbanization="U3")
    d.row(zip5, "S", "AVE WILSON CHURCHILL", "100~199~B", "5003")
    d.row(zip5, "S", "JARD FAGOTA", "A1~A40~B", "5004")
    d.row(zip5, "S", "URB LOS OLMOS", "1200~1299~B", "5005")
    d.row(zip5, "H", "COND GARDEN HILLS PLAZA", "2~2~B", "5006", unit="APT:901~910")
    d.row(zip5, "H", "RES LAS MARGARITAS", "1~1~B", "5007", unit="APT:101~110")
    d.row(zip5, "H", "RES LAS MARGARITAS", "2~2~B", "5008", unit="APT:101~110")
    d.row(zip5, "S", "CARR 2", "45.1~45.9~B", "5009")
    d.row(zip5, "P", "PO BOX", "800~899~B", "5010")
    d.row(zip5, "S", "CALLE 7", "1~99~B", "5011")
