"""The times of events: RFC 3339, and what clients write instead. Pure."""

import re
from datetime import UTC, datetime
from functools import lru_cache

SHAPE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})"
    r"(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


@lru_cache(maxsize=1024)
def read(text: str) -> tuple[datetime, str]:
    """(UTC time cut to microseconds, warning or ""). Raises ValueError."""
    shape = SHAPE.fullmatch(text)
    if not shape:
        raise ValueError("not an RFC 3339 date and time")
    date, minute, second, fraction, zone = shape.groups()
    warning = "" if zone else "no time zone: read as UTC"
    if second == "60":
        second, fraction, warning = "59", "999999", "a leap second: read as the moment before"
    fraction = (fraction or "")[:6]
    try:
        at = datetime.fromisoformat(f"{date}T{minute}:{second or '00'}.{fraction:0<6}{zone.upper() if zone else 'Z'}")
    except ValueError as error:
        raise ValueError(f"not a date and time: {error}") from None
    try:
        return at.astimezone(UTC), warning
    except OverflowError:
        edge = datetime.max if at.year > 1 else datetime.min
        return edge.replace(tzinfo=UTC), "outside of the years 1 to 9999 in UTC: cut"
