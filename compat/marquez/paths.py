"""Which endpoint a path is, and the names in it. Pure.

Clients send a name as one segment with `/` as `%2F`. A server that keeps the path as it came lets us split there; one
that decodes it first (granian does) leaves several readings where a name holds a word of the grammar, as in
`namespaces/s3://b/datasets/datasets/x`. All are returned, the likeliest first, and the store decides.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
# Of a path that was made to have very many readings.
MOST_READINGS, MOST_SEGMENTS = 200, 500
# Where WSGI servers that have it put the path as it was sent.
AS_SENT = ("RAW_URI", "REQUEST_URI")


@dataclass(frozen=True)
class Endpoint:
    """`template` holds words and {names}; {version} and {run} are UUIDs, {state} is a word of a run's life."""

    method: str
    template: str
    answer: Callable

    @property
    def parts(self) -> list[str]:
        return self.template.split("/")


class Reading(NamedTuple):
    endpoint: Endpoint
    names: dict[str, str]


def as_sent(environ: dict) -> str | None:
    """The path without its query, as it was sent; None where the server keeps only the decoded one."""
    for key in AS_SENT:
        if sent := environ.get(key):
            return re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*", "", sent).partition("?")[0]
    return None


def readings(endpoints: list[Endpoint], path: str, exact: bool) -> list[Reading]:
    """How a path below `/api/v1/` may be read, those with the most words of the grammar first. `exact`: it is as it
    was sent, so a `/` in a name is `%2F`."""
    segments = path.split("/")
    if len(segments) > MOST_SEGMENTS:
        return []
    if len(segments) > 1 and not segments[-1]:
        # A slash at the end may belong to a name, if it does not end a word of the grammar.
        segments = segments[:-1] if exact or segments[-2] in WORDS else segments
    found = []
    for endpoint in endpoints:
        for values in islice(match(endpoint.parts, segments, exact), MOST_READINGS):
            names = {name: storable(unquote(value) if exact else value) for name, value in values.items()}
            found.append(Reading(endpoint, names))
    found.sort(key=lambda reading: len(reading.names) - len(reading.endpoint.parts))
    return found


def storable(text: str) -> str:
    """As names in events are read: no database stores NUL."""
    return text.replace("\0", "\ufffd")


def match(parts: list[str], segments: list[str], exact: bool) -> Iterator[dict[str, str]]:
    """The values of the names in `parts`, each of one segment or, where not `exact`, of several."""
    if not parts or not segments:
        if not parts and not segments:
            yield {}
        return
    word, rest = parts[0], parts[1:]
    if not word.startswith("{"):
        if segments[0] == word:
            yield from match(rest, segments[1:], exact)
        return
    for length in lengths(word, rest, segments, exact):
        value = "/".join(segments[:length])
        if fits(word, value):
            for others in match(rest, segments[length:], exact):
                yield {word[1:-1]: value, **others}


def lengths(word: str, rest: list[str], segments: list[str], exact: bool) -> list[int]:
    """How many segments a name may take, so that what follows it does."""
    if exact or word in SHORT:
        return [1]
    if not rest:
        return [len(segments)]
    if rest[0].startswith("{"):
        return list(range(1, len(segments)))
    return [at for at, segment in enumerate(segments) if at and segment == rest[0]]


def fits(word: str, value: str) -> bool:
    if word in ("{version}", "{run}"):
        return bool(UUID.fullmatch(value))
    if word in STATES:
        return value in STATES[word]
    return bool(value)


SHORT = {"{version}", "{run}", "{state}", "{asset}", "{what}"}
STATES = {
    "{state}": {"start", "complete", "fail", "abort"},
    "{what}": {"jobs", "datasets"},
    "{asset}": {"lineage-events", "jobs", "datasets", "sources"},
}
WORDS = {"namespaces", "datasets", "versions", "jobs", "runs", "sources", "tags", "events", "lineage", "search"}
WORDS |= {"column-lineage", "facets"}
