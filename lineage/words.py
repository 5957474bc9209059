"""The words that a node is found by besides its name: its columns and its owners. Pure."""

from hashlib import blake2b

from .observation import Facets, Shared

COLUMN, OWNER, TAG, DESCRIPTION = "column", "owner", "tag", "description"
# A table of a thousand columns fits; what is longer is cut at a whole word.
LONGEST = 20_000
DEEPEST = 12
AROUND = 40


def words_of(facets: Facets) -> tuple[str, str] | None:
    """(digest, text) of what the facets name; None where they name no column and no owner.

    The text has a line for each word, "column NAME" or "owner NAME"; a nested column is "outer.inner".
    """
    if type(facets) is not Shared:
        return found_in(facets)
    if facets.words is None:
        facets.words = found_in(facets) or ()
    return facets.words or None


def found_in(facets: Facets) -> tuple[str, str] | None:
    lines = [f"{COLUMN} {name}" for name in columns(inside(facets, "schema", "fields"))]
    lines += [f"{OWNER} {name}" for each in inside(facets, "ownership", "owners") if (name := name_of(each))]
    text = "\n".join(dict.fromkeys(lines))
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition("\n")[0]
    return (blake2b(text.encode(), digest_size=16).hexdigest(), text) if text else None


def inside(facets: Facets, key: str, part: str) -> list:
    facet = facets.get(key)
    found = facet.get(part) if isinstance(facet, dict) else None
    return found if isinstance(found, list) else []


def name_of(entry) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return " ".join(name.split()) if isinstance(name, str) else ""


def columns(fields: list, before: str = "", depth: int = 1) -> list[str]:
    found = []
    for field in fields:
        if name := name_of(field):
            found.append(before + name)
            if depth < DEEPEST and isinstance(inner := field.get("fields"), list):
                found += columns(inner, f"{before}{name}.", depth + 1)
    return found


def matching(text: str, wanted: str) -> list[tuple[str, str]]:
    """The words of the text that contain what is wanted, as (COLUMN, OWNER…, name); of a long one what is around it."""
    pairs = [line.partition(" ")[::2] for line in text.split("\n")]
    return [(what, around(name, wanted)) for what, name in pairs if wanted.lower() in name.lower()]


def around(name: str, wanted: str) -> str:
    if len(name) <= 2 * AROUND:
        return name
    start = max(0, name.lower().find(wanted.lower()) - AROUND // 2)
    end = start + AROUND + len(wanted)
    return f"{'…' if start else ''}{name[start:end]}{'…' if end < len(name) else ''}"
