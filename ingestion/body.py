"""Reads a request's body: chunked or not, gzipped or not, never more than LARGEST bytes."""

import zlib

from django.http import HttpRequest

LARGEST = 40 * 2**20
CHUNK = 2**20


class TooLarge(Exception):
    """More than LARGEST bytes, as sent or inflated."""


class Unreadable(Exception):
    """A truncated or damaged gzip stream, or an encoding that is not gzip. `status` is 400 or 415."""

    def __init__(self, message: str, status: int = 400):
        super().__init__(message)
        self.status = status


def read(request: HttpRequest) -> bytes:
    """The decoded body. Raises TooLarge or Unreadable."""
    length = request.META.get("CONTENT_LENGTH")
    if length and length.isdigit() and int(length) > LARGEST:
        raise TooLarge
    # Of a body without a length Django reads nothing; the server ends the stream of a chunked one by itself.
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    source = request.META["wsgi.input"] if chunked else request
    try:
        body = source.read(LARGEST + 1)
    except OSError:
        raise Unreadable("The connection ended before the body did.") from None
    if len(body) > LARGEST:
        raise TooLarge
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return inflate(body)
    if encoding not in ("", "identity"):
        raise Unreadable(f"Content-Encoding {encoding!r} is not supported: send gzip, or none.", 415)
    return body


def inflate(body: bytes) -> bytes:
    """Gunzips all members of a stream."""
    parts, size = [], 0
    while body:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            try:
                part = member.decompress(body, CHUNK)
            except zlib.error as error:
                raise Unreadable(f"The body is not a gzip stream: {error}.") from None
            body = member.unconsumed_tail
            size += len(part)
            if size > LARGEST:
                raise TooLarge
            parts.append(part)
            if not part and not body and not member.eof:
                raise Unreadable("The gzip stream is cut off.")
        body = member.unused_data.lstrip(b"\0")
    return b"".join(parts)
