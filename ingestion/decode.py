"""Bytes of a client to a tree of plain values that every database stores, or an error. Pure."""

import re
from typing import Any

import msgspec

from .pieces import Assembler

DEEPEST = 500
LARGEST_SALVAGED = 8 * 2**20
BOM = b"\xef\xbb\xbf"

canonical = msgspec.json.Encoder(order="sorted").encode
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


def decode(body: bytes) -> tuple[Any, bytes, list[str]]:
    """(tree, canonical JSON, warnings). Raises Malformed.

    The canonical form has sorted keys and no white space. NUL and lone surrogates are replaced by U+FFFD,
    and a text that is a URI with a password loses its user and password.
    """
    warnings = []
    body = body.removeprefix(BOM)
    if b"\\" in body and (b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body):
        cleaned = ESCAPE.sub(lambda found: rb"\ufffd" if found["odd"] else found[0], body)
        if cleaned != body:
            warnings.append("$: NUL characters or lone surrogates are replaced by U+FFFD")
        body = cleaned
    try:
        tree, text = assemble(body)
        return tree, text, warnings
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError, Malformed):
        pass  # read as a whole, below: that names the path of the fault
    tree = load(body)
    text = canonical(tree)
    if b"@" in text and USERINFO.search(decoded := text.decode()):
        cleaned = URI_WITH_PASSWORD.sub(r'"\1', decoded)
        if cleaned != decoded:
            warnings.append("$: user names and passwords are removed from URIs")
            tree = load(cleaned.encode())
            text = canonical(tree)
    return tree, text, warnings


def plain(part: bytes) -> bool:
    """Whether a part of an event can hold no URI with a password."""
    return b"@" not in part or (b"\\" not in part and not USERINFO_BYTES.search(part))


def read(part: bytes) -> tuple[Any, bytes]:
    """(tree, canonical JSON) of a part of an event. Raises Malformed where only the whole can be read."""
    if not plain(part):
        raise Malformed("$", "a URI that may hold a password")
    if part.startswith(b'"') and b"\\" not in part:
        return part[1:-1].decode(), part
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
    if body.count(b"[") + body.count(b"{") > deepest and not shallow(tree, deepest):
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
