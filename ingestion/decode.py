"""Bytes of a client to a tree of plain values that every database stores, or an error. Pure."""

import re
from contextlib import suppress
from typing import Any

import msgspec

from .halves import canonical
from .pieces import Assembler, Parts, as_json, parts, parts_of_many

DEEPEST = 500
LARGEST_SALVAGED = 8 * 2**20
BOM = b"\xef\xbb\xbf"

# A pair of surrogates is one character; a lone one, and NUL, are legal JSON that no database stores.
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<odd>u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000))|.)",
    re.DOTALL,
)
# The first part holds no colon, else a long row of colons takes quadratic time.
USERINFO = re.compile(r'://[^/@:"\s]*:[^/@"\s]*@')
USERINFO_BYTES = re.compile(USERINFO.pattern.encode())
URI_WITH_PASSWORD = re.compile(r'"((?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*://)[^/@:"\s]*:[^/@"\s]*@')
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]+|[\]}]+|,', re.DOTALL)


class Malformed(Exception):
    """Not JSON, or more than a program can take: answered 400."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(self.path, self.message)]


def opened(event: bytes | Parts) -> tuple[bytes | Parts, list[str]]:
    """(an event's JSON in parts, warnings); the JSON as it is where it can only be read as a whole."""
    if type(event) is Parts:
        return event, []
    body, warnings = cleaned(event)
    with suppress(RecursionError, UnicodeDecodeError, msgspec.DecodeError):
        return parts(body), warnings
    return body, warnings


def apart(event: bytes | Parts) -> tuple[dict, bytes, bytes] | None:
    """(tree, own half, shared half) of what is `opened`, part by part; None where it can only be read as a whole."""
    if type(event) is Parts:
        with suppress(RecursionError, UnicodeDecodeError, msgspec.DecodeError, Malformed):
            return assemble(event)
    return None


def whole(event: bytes | Parts, warnings: list[str]) -> Any:
    """The tree of what is `opened`; adds to the warnings. Raises Malformed, which names the path.

    NUL and lone surrogates are replaced by U+FFFD, and a text that is a URI with a password loses its user and
    password.
    """
    tree = load(as_json(event) if type(event) is Parts else event)
    text = canonical(tree)
    if b"@" in text and USERINFO.search(decoded := text.decode()):
        public = URI_WITH_PASSWORD.sub(r'"\1', decoded)
        if public != decoded:
            warnings.append("$: user names and passwords are removed from URIs")
            tree = load(public.encode())
    return tree


def cleaned(body: bytes) -> tuple[bytes, list[str]]:
    """(what every database stores, warnings)"""
    body = body.removeprefix(BOM)
    if not may_be_odd(body):
        return body, []
    clean = ESCAPE.sub(lambda found: rb"\ufffd" if found["odd"] else found[0], body)
    return clean, ["$: NUL characters or lone surrogates are replaced by U+FFFD"] if clean != body else []


def may_be_odd(body: bytes) -> bool:
    return b"\\" in body and (b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body)


def plain(part: bytes) -> bool:
    """Whether a part of an event with an @ in it can hold no URI with a password."""
    return b"\\" not in part and not USERINFO_BYTES.search(part)


def read(part: bytes) -> tuple[Any, bytes]:
    """(tree, canonical JSON) of a part of an event. Raises Malformed where only the whole can be read."""
    if part.startswith(b'"') and b"\\" not in part and b"@" not in part:
        return part[1:-1].decode(), part
    if b"@" in part and not plain(part):
        raise Malformed("$", "a URI that may hold a password")
    tree = load(part, DEEPEST - 4)
    return tree, canonical(tree)


assemble = Assembler(read)


def load(body: bytes, deepest: int = DEEPEST) -> Any:
    try:
        tree = msgspec.json.decode(body)
    except RecursionError:
        raise too_deep() from None
    except UnicodeDecodeError as error:
        raise Malformed("$", f"not UTF-8: {error.reason}") from None
    except msgspec.DecodeError as error:
        raise Malformed("$", f"not JSON: {error}") from None
    if len(body) > deepest and body.count(b"[") + body.count(b"{") > deepest and not shallow(tree, deepest):
        raise too_deep()
    return tree


def too_deep() -> Malformed:
    return Malformed("$", f"nested more than {DEEPEST} levels deep")


def shallow(tree: Any, deepest: int) -> bool:
    """Whether the tree has at most `deepest` levels of arrays and objects."""
    level = [tree]
    for _ in range(deepest):
        inner = []
        for value in level:
            if type(value) is dict:
                inner += [child for child in value.values() if type(child) in (dict, list)]
            elif type(value) is list:
                inner += [child for child in value if type(child) in (dict, list)]
        if not inner:
            return True
        level = inner
    return False


def events(body: bytes) -> list[Parts] | list[bytes]:
    """The events of a JSON array, for `decode`. Raises Malformed."""
    if not may_be_odd(body):
        with suppress(RecursionError, msgspec.DecodeError):
            return parts_of_many(body)
    return split(body)


def split(body: bytes) -> list[bytes]:
    """The items of a JSON array, unread: one that is no JSON does not spoil the others. Raises Malformed."""
    body = body.removeprefix(BOM).strip(b" \t\r\n")
    if not (body.startswith(b"[") and body.endswith(b"]") and len(body) > 1):
        raise Malformed("$", "not a JSON array")
    try:
        return [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (RecursionError, msgspec.DecodeError) as error:
        if len(body) > LARGEST_SALVAGED:
            raise Malformed("$", f"not JSON: {error}") from None
        return split_by_brackets(body)


def split_by_brackets(body: bytes) -> list[bytes]:
    items, depth, start = [], 0, 1
    for token in TOKEN.finditer(body):
        sign = token[0]
        if sign[0] in b"[{":
            depth += len(sign)
        elif sign[0] in b"]}":
            depth -= len(sign)
            if depth <= 0:
                break
        elif sign == b"," and depth == 1:
            items.append(body[start : token.start()])
            start = token.end()
    if depth or token.end() < len(body):
        raise Malformed("$", "not JSON: brackets that do not match")
    last = body[start:-1]
    return [*items, last] if items or last.strip() else []
