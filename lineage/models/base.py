"""What the tables share: stamps that are below and above all others, links, lists of ids, and texts stored once."""

import uuid
from datetime import UTC, datetime

from django.core.exceptions import EmptyResultSet
from django.db import models

from ..upsert import any_of, as_list

NEVER = uuid.UUID(int=0)
ALWAYS = uuid.UUID(int=2**128 - 1)
EVER = datetime(1, 1, 1, tzinfo=UTC)


class Link(models.ForeignKey):
    """A foreign key that the database does not check: few modules write these tables, and the
    checks of an event's rows cost more than the rows. Indexes are declared in each Meta."""

    def __init__(self, to, on_delete, **options):
        super().__init__(to, on_delete, **{"db_constraint": False, "db_index": False, **options})


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`node__among=ids`: as `node__in`, of any number of ids: they are one parameter (PostgreSQL takes 65,535)."""

    lookup_name = "among"

    def get_prep_lookup(self):
        return list(self.rhs)

    def as_sql(self, compiler, connection):
        if not self.rhs:
            raise EmptyResultSet  # so that, as with `in`, nothing is asked
        column, values = self.process_lhs(compiler, connection)
        return any_of(column), [*values, as_list(self.rhs)]


class Body(models.Model):
    """Facets as JSON text, stored once whatever the number of events that repeat them; what is said of one run, once in
    each. So is what the events of a job repeat. Never changes."""

    digest = models.UUIDField(primary_key=True)
    text = models.TextField()
