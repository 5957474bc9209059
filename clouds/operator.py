"""Who gives a command: sees an organization as a whole, or one of its clouds."""

from functools import cached_property

from .access import Viewer
from .models import Cloud, Organization


class Operator(Viewer):
    """As an owner of the organization; with `cloud`, as a member of that one alone."""

    def __init__(self, organization: Organization, cloud: Cloud | None = None):
        super().__init__()
        self.__dict__["organization"] = organization
        self.only = cloud

    @cached_property
    def everything(self) -> list[Cloud]:
        return [self.only] if self.only else list(Cloud.objects.filter(organization=self.organization))

    @property
    def clouds(self) -> list[Cloud]:
        return self.everything

    @property
    def sees_all(self) -> bool:
        return self.only is None
