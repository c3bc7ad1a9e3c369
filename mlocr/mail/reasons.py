"""Why a piece got no code, or no finer one. Stable codes: reports depend on them."""

from enum import Enum


class RejectReason(Enum):
    """The reasons of the results; more may be added, none renamed."""

    NO_IMAGE = "no_image"
    NO_ADDRESS_BLOCK = "no_address_block"
    UNREADABLE = "unreadable"
    LOW_CONFIDENCE = "low_confidence"
    NO_LAST_LINE = "no_last_line"
    UNKNOWN_CITY_OR_ZIP = "unknown_city_or_zip"
    NO_SUCH_STREET = "no_such_street"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    MULTIPLE_RESPONSES = "multiple_responses"
    INSUFFICIENT_ADDRESS = "insufficient_address"
    NO_ADDON = "no_addon"
    NOT_CONFIRMED = "not_confirmed"
    FOREIGN = "foreign"
    NO_ROOM = "no_room"
    ALREADY_BARCODED = "already_barcoded"
    CLEAR_ZONE_OCCUPIED = "clear_zone_occupied"
    DATA_EXPIRED = "data_expired"
    WORKER_FAILED = "worker_failed"
    DEPTH_BELOW_MINIMUM = "depth_below_minimum"
    INVERTED = "inverted"
    PIECE_MISMATCH = "piece_mismatch"
    MATCHER_FAILED = "matcher_failed"
    TABLE_STOPPED = "table_stopped"
    STATION_STOPPED = "station_stopped"
    TOO_LATE = "too_late"
