"""Reads a request's body: chunked or not, gzipped or not, never more than LARGEST bytes."""

import gzip
import zlib
from io import BytesIO

from django.http import HttpRequest

LARGEST = 40 * 2**20
# How a gzip stream begins. Each costs as much as a small event.
MEMBER, MOST_MEMBERS = b"\x1f\x8b\x08", 1000


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
    if body.count(MEMBER) > MOST_MEMBERS:
        raise Unreadable(f"The body is made of more than {MOST_MEMBERS} gzip streams.")
    try:
        inflated = gzip.GzipFile(fileobj=BytesIO(body)).read(LARGEST + 1)
    except EOFError:
        raise Unreadable("The gzip stream is cut off.") from None
    except (OSError, zlib.error) as error:
        raise Unreadable(f"The body is not a gzip stream: {error}.") from None
    if len(inflated) > LARGEST:
        raise TooLarge
    return inflated
