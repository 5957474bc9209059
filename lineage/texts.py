"""Texts cut to what a page has room for. Pure."""

import re
from unicodedata import category

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

BREAKS = re.compile(r"(?<=[/_.:-])(?=\w)")
# Unicode's categories of what leaves no ink: control and format signs, blanks, and marks that stand on nothing. Fillers
# are letters and signs to Unicode, and as blank.
INKLESS, FILLERS = "CZM", "\u115f\u1160\u2800\u3164\uffa0"
LONG_NUMBER = re.compile(r"-?\d{1,15}\.\d{5,}(e[+-]?\d{1,3})?", re.ASCII)


def visible(text: str) -> str:
    """The text, but for one of which nothing could be seen or clicked: that by its code points, as `U+200B U+FEFF`."""
    if all(category(sign)[0] in INKLESS or sign in FILLERS for sign in text):
        return " ".join(f"U+{ord(sign):04X}" for sign in text)
    return text


def middle(text, length: int = 60) -> str:
    """The text cut in the middle, where names are least telling: `s3://bucket/…/part-0.parquet`."""
    text = visible(str(text))
    if len(text) <= length:
        return text
    head = (length - 1) // 2
    return f"{text[:head]}…{text[len(text) - (length - 1 - head) :]}"


def short_id(id) -> str:
    """An id of a run as tables show it. The ids of one day begin alike (UUIDv7), so that their ends are kept."""
    return middle(id, 14)


def soft(text):
    """The text with places to break a line, after the signs that stand between words."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in BREAKS.split(str(text))))


def brief(value):
    """A number (or its text) with six digits that tell; anything else as it is."""
    many = isinstance(value, float) or (isinstance(value, str) and LONG_NUMBER.fullmatch(value))
    return f"{float(value):.6g}" if many else value


def gist(value, length: int = 80) -> str:
    """A facet in a few words: its first scalars, or the names of a list's entries."""
    if isinstance(value, list):
        named = [item.get("name", "…") if isinstance(item, dict) else item for item in value]
        return middle(", ".join(map(str, named)), length)
    if not isinstance(value, dict):
        return middle(value, length)
    said = [f"{key}: {item}" for key, item in value.items() if key[:1] != "_" and not isinstance(item, (dict, list))]
    return middle(", ".join(said[:3]), length)
