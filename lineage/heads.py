"""The first letters of a text that may be long: what indexes hold of it."""

from django.db.models import Func, Q

# Of a name or a namespace, and of an id that people or programs chose.
HEAD, ID_HEAD = 120, 80


class Head(Func):
    """As functions.Left, with the length in the text: SQLite finds no index on an expression by a parameter."""

    def __init__(self, expression, length: int = HEAD):
        super().__init__(expression, template=f"SUBSTR(%(expressions)s, 1, {int(length)})", length=int(length))

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=f"LEFT(%(expressions)s, {self.extra['length']})", **context)


def by_id(column: str, text: str) -> Q:
    """Runs whose `column` (session or external_id) is the text, by its index; the rows have `COLUMN_head`."""
    return Q(**{f"{column}_head": text[:ID_HEAD], column: text}) & ~Q(**{column: ""})


def with_heads(runs):
    return runs.alias(session_head=Head("session", ID_HEAD), external_id_head=Head("external_id", ID_HEAD))
