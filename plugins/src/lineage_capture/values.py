"""Parameters, metrics and texts as they may leave the program: few, short, and no secrets."""

import math
import re
from collections.abc import Iterator
from typing import Any

# Names of what is nobody's business, however their words are joined: api_key, apiKey, API-KEY. Those of tokens that
# a model reads or makes (max_tokens) are none.
SECRET = re.compile(
    r"pass(word|wd|phrase)|(^|[^a-z])pwd([^a-z]|$)|secret|credential"
    r"|(^|[^a-z])token$|(auth|access|api|session)[^a-z]?tokens?$"
    r"|(api|access|private|account|shared|signing|encryption)[^a-z]?keys?$"
)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What stands between scheme and host, where it has a password, or may be a token: a container@account is neither.
USER = re.compile(r"(?<=://)[^/\s?#:@]*:[^/\s?#]*@|(?:(?<=http://)|(?<=https://))[^/\s?#]*@")
# Of a URL that is signed.
SIGNED = re.compile(r"(?i)([?&](?:[\w-]*(?:signature|token|secret|password|api_?key|credential)|sig)=)[^&\s#]+")
# What is given a value inside of a text: {'password': …}, token=…
NAMED = re.compile(r"[\w.\-]+(?=[\"']?\s*[:=])")
LONGEST = 500
MOST = 500


def numbers(said: dict[str, Any]) -> dict[str, float]:
    """The finite numbers of it: JSON has no others."""
    found = [
        (key, float(value)) for key, value in said.items() if isinstance(value, int | float) and math.isfinite(value)
    ]
    return dict(found[:MOST])


def parameters(said: dict[str, Any]) -> dict[str, str]:
    """Short texts by name, nested ones with dots; only plain values, and none that is, or names, a secret."""
    told = [(name, without_credentials(str(value))) for name, value in plain(said)]
    return dict([(name, text[:LONGEST]) for name, text in told if not is_secret(name, *NAMED.findall(text))][:MOST])


def plain(said: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, bool | int | float | str]]:
    for key, value in said.items():
        if isinstance(value, dict):
            yield from plain(value, f"{prefix}{key}.")
        elif isinstance(value, bool | int | float | str):
            yield f"{prefix}{key}", value


def is_secret(*names: str) -> bool:
    """Whether one of them is a secret's."""
    return any(SECRET.search(HUMP.sub("_", name).lower()) for name in names)


def without_credentials(told: Any) -> Any:
    """A facet's value, in whose texts URLs have no password and no signature."""
    if isinstance(told, str):
        return SIGNED.sub(r"\1…", USER.sub("", told)) if "://" in told else told
    if isinstance(told, dict):
        return {key: without_credentials(value) for key, value in told.items()}
    return [without_credentials(each) for each in told] if isinstance(told, list | tuple) else told
