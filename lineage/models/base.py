"""What the tables share: stamps that are below and above all others, links, and texts stored once."""

import uuid
from datetime import UTC, datetime

from django.db import models

NEVER = uuid.UUID(int=0)
ALWAYS = uuid.UUID(int=2**128 - 1)
EVER = datetime(1, 1, 1, tzinfo=UTC)


class Link(models.ForeignKey):
    """A foreign key that the database does not check: few modules write these tables, and the
    checks of an event's rows cost more than the rows. Indexes are declared in each Meta."""

    def __init__(self, to, on_delete, **options):
        super().__init__(to, on_delete, **{"db_constraint": False, "db_index": False, **options})


class Body(models.Model):
    """Facets as JSON text, stored once whatever the number of events that repeat them. Never changes."""

    digest = models.UUIDField(primary_key=True)
    text = models.TextField()
