"""Projects are made when an event, a key or a cluster first names one."""

from hashlib import blake2b
from uuid import UUID

from django.db import IntegrityError, transaction

from .models import Cloud, Project

DEFAULT = "default"


def hashed(*parts) -> UUID:
    """The identity of what the parts name together; names may be longer than an index can hold."""
    text = "\0".join(str(part) for part in parts)
    return UUID(bytes=blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest())


def project_key(cloud_id: int, name: str) -> UUID:
    return hashed(cloud_id, name)


def project_for(cloud: Cloud, name: str) -> Project:
    """The project of this name, made if there is none yet; 1 query where it exists."""
    key = project_key(cloud.pk, name)
    found = Project.objects.filter(key=key).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return Project.objects.create(cloud=cloud, name=name, key=key)
    except IntegrityError:  # another request was first
        return Project.objects.get(key=key)
