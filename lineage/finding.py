"""What has a text in it: PostgreSQL finds it by trigrams (migration 0003), SQLite by looking at each row.

The expressions are written as those of the indexes are.
"""

import re
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import Upper

from . import naming

# The id of a run, or its beginning; and as texts.short_id cuts it. An end lies in the last group, which has no dash.
RUN_ID = re.compile(r"([0-9a-f]{8,32})|([0-9a-f]{6,32})(?:…|\.\.\.)([0-9a-f]{1,12})")


class Like(Func):
    """Whether a text in upper case is like a pattern (of LIKE). PostgreSQL escapes by a backslash as it is."""

    template, arg_joiner, output_field = "%(expressions)s", " LIKE ", BooleanField()

    def __init__(self, text, pattern: str):
        super().__init__(text, Upper(Value(pattern)))

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=self.template + r" ESCAPE '\'", **context)


def whole(node: str = "") -> Func:
    """A node's namespace and name in upper case; `node` leads to it, as "node__"."""
    ends = F(f"{node}namespace"), F(f"{node}name")
    return Func(*ends, template="upper(%(expressions)s)", arg_joiner=" || '/' || ", output_field=TextField())


def holds(text: str, node: str = "") -> Q:
    """Whether the node has the text in its namespace and name, or a URI that begins with it."""
    found = Q()
    for pattern in patterns(text):
        found |= Q(Like(whole(node), pattern))
    return found


def patterns(text: str) -> list[str]:
    """A URI is not always namespace, slash and name (naming.uri): `file:///a` is ("file", "/a"), and `hive:db.orders`
    is ("hive", "db.orders")."""
    found = [anywhere(text)]
    if "://" not in text:
        return [*found, f"{escaped(text).replace(':', '_')}%"] if ":" in text else found
    try:
        namespace, name = naming.split(text)
    except ValueError:  # "http://[" is no URI
        return found
    return [*found, f"{escaped(f'{namespace}/{name}')}%"]


def by_run_id(text: str) -> Q:
    """Runs of this id, of the beginning of one, from 8 letters on, or of beginning and end as pages show them."""
    shape = RUN_ID.fullmatch(text.replace("-", "").lower())
    if not shape:
        return Q(pk__in=[])
    whole, head, end = shape.groups()
    digits = whole or head
    found = Q(uuid__range=(UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))))
    return found & Q(uuid__endswith=end) if end else found


def anywhere(text: str) -> str:
    return f"%{escaped(text)}%"


def escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
