"""Word tables of Publication 28: directionals, ordinals, words that are spelled both ways, highway forms, Spanish."""

from collections.abc import Mapping
from types import MappingProxyType

DIRECTIONALS: Mapping[str, str] = MappingProxyType(
    {
        **{"N": "N", "NO": "N", "NORTH": "N", "NORTE": "N", "S": "S", "SO": "S", "SOUTH": "S", "SUR": "S"},
        **{"E": "E", "EAST": "E", "ESTE": "E", "W": "W", "WEST": "W", "OESTE": "W"},
        **{"NE": "NE", "NORTHEAST": "NE", "NORESTE": "NE", "NW": "NW", "NORTHWEST": "NW", "NOROESTE": "NW"},
        **{"SE": "SE", "SOUTHEAST": "SE", "SURESTE": "SE", "SW": "SW", "SOUTHWEST": "SW", "SUROESTE": "SW"},
    }
)
"""Directional words, English and Spanish (Publication 28 section 233 and 29), to the one or two letters."""

DIRECTIONAL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST"},
        **{"NE": "NORTHEAST", "NW": "NORTHWEST", "SE": "SOUTHEAST", "SW": "SOUTHWEST"},
    }
)

_UNIT_WORDS = "FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH"
_TEEN_WORDS = """TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH
NINETEENTH"""
_UNITS, _TEENS = _UNIT_WORDS.split(), _TEEN_WORDS.split()
_TENS = {20: "TWENT", 30: "THIRT", 40: "FORT", 50: "FIFT", 60: "SIXT", 70: "SEVENT", 80: "EIGHT", 90: "NINET"}


def ordinal(number: int) -> str:
    """A number with its English ordinal ending: 1ST, 2ND, 3RD, 11TH."""
    ending = "TH" if number % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"


def _ordinals() -> dict[str, str]:
    found = {word: ordinal(n) for n, word in enumerate(_UNITS, 1)}
    found.update({word: ordinal(n) for n, word in enumerate(_TEENS, 10)})
    for tens, stem in _TENS.items():
        found[stem + "IETH"] = ordinal(tens)
        for n, word in enumerate(_UNITS, 1):
            found[f"{stem}Y {word}"] = ordinal(tens + n)
    found["HUNDREDTH"] = found["ONE HUNDREDTH"] = "100TH"
    return found


ORDINALS: Mapping[str, str] = MappingProxyType(_ordinals())
"""FIRST to HUNDREDTH, two-word forms with a space, to 1ST ... 100TH."""

ORDINAL_WORDS: Mapping[str, str] = MappingProxyType({number: word for word, number in ORDINALS.items()})

BOTH_WAYS: Mapping[str, str] = MappingProxyType(
    {
        **{
            "ST": "SAINT",
            "STE": "SAINTE",
            "MT": "MOUNT",
            "FT": "FORT",
            "PT": "POINT",
            "HTS": "HEIGHTS",
            "SPGS": "SPRINGS",
        },
        **{"SPG": "SPRING", "VLG": "VILLAGE", "TWP": "TOWNSHIP", "JCT": "JUNCTION", "CTR": "CENTER", "LK": "LAKE"},
        **{
            "BCH": "BEACH",
            "IS": "ISLAND",
            "PK": "PARK",
            "FLS": "FALLS",
            "HBR": "HARBOR",
            "RDG": "RIDGE",
            "VLY": "VALLEY",
        },
        **{"GDNS": "GARDENS", "GRV": "GROVE", "CY": "CITY", "CTY": "CITY", "N": "NORTH", "S": "SOUTH", "E": "EAST"},
        **{"W": "WEST", "NO": "NORTH", "SO": "SOUTH", "MTN": "MOUNTAIN", "HLS": "HILLS", "HL": "HILL", "CRK": "CREEK"},
        **{"LKS": "LAKES", "MDWS": "MEADOWS", "STA": "STATION", "NE": "NORTHEAST", "NW": "NORTHWEST"},
        **{"SE": "SOUTHEAST", "SW": "SOUTHWEST", "RIV": "RIVER", "BR": "BRANCH", "BRG": "BRIDGE", "CP": "CAMP"},
        **{"DR": "DOCTOR", "JR": "JUNIOR", "SR": "SENIOR", "GEN": "GENERAL", "MLK": "MARTIN LUTHER KING"},
    }
)
"""Words of names that mail and directory spell both ways (City State 13-character abbreviations among them)."""


def _king() -> tuple[str, ...]:
    given = ("MARTIN LUTHER KING", "MARTIN L KING", "M L KING", "ML KING", "MLK", "M L K")
    return tuple(
        f"{title}{name}{junior}" for name in given for title in ("", "DR ", "DOCTOR ") for junior in ("", " JR")
    )


NAMESAKES: tuple[tuple[str, ...], ...] = (
    _king(),
    ("JOHN F KENNEDY", "J F KENNEDY", "JFK", "JOHN FITZGERALD KENNEDY"),
    ("FRANKLIN D ROOSEVELT", "F D ROOSEVELT", "FDR"),
)
"""Streets named after one person, whose name is written in many ways (*ours*)."""

SPANISH: Mapping[str, str] = MappingProxyType(
    {
        **{"AVENIDA": "AVE", "AV": "AVE", "CLL": "CALLE", "C": "CALLE", "CARRETERA": "CARR", "CAMINO": "CAM"},
        **{"URBANIZACION": "URB", "URBANIZ": "URB", "BARRIADA": "BDA", "BARRIO": "BO", "PARCELAS": "PARC"},
        **{"JARDINES": "JARD", "CONDOMINIO": "COND", "RESIDENCIAL": "RES", "EXTENSION": "EXT", "ALTURAS": "ALTS"},
        **{
            "REPARTO": "REPTO",
            "SECTOR": "SECT",
            "VILLA": "VILLA",
            "PASEO": "PASEO",
            "PUEBLO": "PBLO",
            "QUINTAS": "QTAS",
        },
    }
)
"""Puerto Rico's common words to the abbreviations of Publication 28 section 29."""

STREET_FIRST = frozenset({"CALLE", "AVE", "CAM", "CARR", "PASEO", "VIA", "BLVD", "CALLEJON", "BDA", "BO", "PARC"})
"""Words that open a Puerto Rico street name, so that the number may come last (Publication 28 section 295)."""

COMPLEX_FIRST = frozenset(
    {"URB", "COND", "RES", "JARD", "EXT", "ALTS", "REPTO", "BDA", "EDIF", "TORRE", "VILLA", "QTAS"}
)
"""Words that open a Puerto Rico urbanization, condominium or housing project."""

_COMMON = """
ADAMS ASH ASPEN BANK BARK BAY BEACH BEAR BEECH BELL BIRCH BLUE BLUFF BOND BRIDGE BROAD BROADWAY BROOK BUCK CAMP
CANAL CEDAR CENTER CENTRAL CHERRY CHESTNUT CHURCH CIRCLE CLAY CLIFF COLLEGE COUNTY COURT COVE CREEK CREST CROSS
DALE DEAN DEER DOVE EAGLE EAST ELM ELMS FAIR FALL FARM FERN FIELD FIR FISH FORD FOREST FORT FOX FRANKLIN FRONT
GARDEN GATE GLEN GOLD GRAND GRANT GREEN GROVE GROVES HALL HARBOR HARD HAWK HAZEL HICKORY HIGH HIGHLAND HILL HILLS
HOLLY HOPE JACKSON JAMES JOHN JONES KING KINGS KNOLL LAKE LAKES LANE LAUREL LEE LIBERTY LINCOLN LINDEN LITTLE
LOCUST LONG MADISON MAIN MAINE MALL MAPLE MAPLES MARKET MARSH MEADOW MEADOWS MILL MILLS MILES MONROE MOON MOSS
MOUNT NORTH OAK OAKS OLD ORANGE ORCHARD PARK PARKS PEACH PEAR PEARL PECAN PIKE PINE PINES PLAIN PLEASANT PLUM POINT
POND POPLAR PORT POST PRICE PRINCE QUAIL QUEEN RACE RAIL RIDGE RIVER ROAD ROBIN ROCK ROSE ROW SAND SCHOOL SHADE
SHADY SHORE SKY SMITH SOUTH SPRING SPRINGS SPRUCE STAR STATE STONE STORE SUMMIT SUN SUNSET TAYLOR TOWER TOWN TREE
UNION VALE VALLEY VIEW VINE VISTA WALL WALNUT WARD WASHINGTON WATER WELL WELLS WEST WHITE WILLOW WILLOWS WILSON
WIND WOOD WOODS WREN YORK
"""
COMMON_NAMES = frozenset(_COMMON.split())
"""Printed names that are words of their own: another street's name is not read out of them (*ours*)."""
