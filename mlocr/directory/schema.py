"""The built directory's tables. A change here raises FORMAT_VERSION; an older directory must then be built again."""

from __future__ import annotations

FORMAT_VERSION = 1
APPLICATION_ID = 0x4D4C4F43
"""SQLite's application number of a built directory: "MLOC" in ASCII."""

FILE_NAME = "directory.sqlite"

ZIP4_COLUMNS = (
    "zip5",
    "update_key",
    "record_type",
    "carrier_route",
    "predirectional",
    "street_name",
    "suffix",
    "postdirectional",
    "primary_low",
    "primary_high",
    "primary_parity",
    "building_or_firm",
    "secondary_designator",
    "secondary_low",
    "secondary_high",
    "secondary_parity",
    "addon_low",
    "addon_high",
    "base_alternate",
    "lacs_status",
    "government_building",
    "finance_number",
    "state",
    "county_number",
    "congressional_district",
    "municipality_key",
    "urbanization_key",
    "preferred_last_line_key",
    "action_code",
)
"""The fields of `DirectoryRecord`, in order."""

DETAIL_COLUMNS = (
    "zip5",
    "city_state_key",
    "zip_class",
    "name",
    "abbreviation",
    "facility_code",
    "mailing_name",
    "preferred_key",
    "preferred_name",
    "city_delivery",
    "carrier_route_sort",
    "unique_zip_name",
    "finance_number",
    "state",
    "county_number",
    "county_name",
)
"""The fields of `CityStateDetail`, in order."""

ALIAS_COLUMNS = (
    "zip5",
    "alias_predirectional",
    "alias_name",
    "alias_suffix",
    "alias_postdirectional",
    "predirectional",
    "street_name",
    "suffix",
    "postdirectional",
    "alias_type",
    "alias_date",
    "low",
    "high",
    "parity",
)
"""The fields of `StreetAlias`, in order."""

TABLES: dict[str, tuple[str, ...]] = {
    "zip4": (*ZIP4_COLUMNS, "addon_first", "addon_last"),
    "city_state": DETAIL_COLUMNS,
    "alias": ALIAS_COLUMNS,
    "seasonal": ("zip5", "months"),
    "scheme": ("label_zip", "combined_zip"),
    "zip_split": ("old_zip", "old_carrier_route", "new_zip", "new_carrier_route", "date"),
    "po_box_only": ("zip5", "body"),
    "meta": ("key", "value"),
}
"""Table to columns; `id` (the order of the files) comes first in each. `addon_first`/`addon_last` are NULL for ND."""

INDEXES = (
    "CREATE INDEX zip4_street ON zip4 (zip5, street_name)",
    "CREATE INDEX zip4_type ON zip4 (zip5, record_type)",
    "CREATE INDEX zip4_addon ON zip4 (zip5, addon_first, addon_last)",
    "CREATE INDEX city_zip ON city_state (zip5)",
    "CREATE INDEX city_name ON city_state (name, state)",
    "CREATE INDEX city_abbreviation ON city_state (abbreviation, state)",
    "CREATE INDEX city_of_state ON city_state (state, name)",
    "CREATE INDEX city_key ON city_state (city_state_key)",
    "CREATE INDEX city_finance ON city_state (finance_number, zip5)",
    "CREATE INDEX alias_zip ON alias (zip5)",
    "CREATE INDEX seasonal_zip ON seasonal (zip5)",
    "CREATE INDEX scheme_label ON scheme (combined_zip)",
    "CREATE INDEX zip_split_old ON zip_split (old_zip, old_carrier_route)",
    "CREATE INDEX po_box_only_zip ON po_box_only (zip5)",
)


def create_table(name: str) -> str:
    """The statement that makes one table; `zip4`'s add-on bounds are numbers, every other column is text."""
    columns = ", ".join(
        f"{c} INTEGER" if c.startswith("addon_f") or c == "addon_last" else f"{c} TEXT" for c in TABLES[name]
    )
    return f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})"


def insert_into(name: str) -> str:
    """The statement that adds one row to a table."""
    columns = TABLES[name]
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
