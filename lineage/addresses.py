"""Addresses of pages by the hundred: a picture of the graph names two for each node, and to reverse each takes longer
than to read the node."""

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse


def address(name: str, *args: int | str | UUID) -> str:
    """As `reverse(name, args=args)`."""
    shape = tuple(arg if type(arg) is str else type(arg) for arg in args)
    return template(name, shape, get_script_prefix()).format(*[arg for arg in args if type(arg) is not str])


@lru_cache(maxsize=128)
def template(name: str, shape: tuple, prefix: str) -> str:
    """The address with {} for each number and UUID."""
    stand_ins = [stand_in(each, at) for at, each in enumerate(shape, 1)]
    url = reverse(name, args=stand_ins).replace("{", "{{").replace("}", "}}")
    for each in stand_ins:
        if type(each) is not str:
            url = url.replace(str(each), "{}", 1)
    return url


def stand_in(shape, at: int):
    """What stands in no address by itself."""
    if type(shape) is str:
        return shape
    return UUID(int=at) if shape is UUID else 10**15 + at
