from django.core.management.base import BaseCommand, CommandError

from clouds import keys, lookup
from clouds.access import Viewer
from clouds.projects import project_for


def scopes(text: str) -> list[str]:
    wanted = [scope.strip() for scope in text.split(",")]
    unknown = [scope for scope in wanted if scope not in keys.SCOPES]
    if unknown:
        raise CommandError(f'Unknown scope "{unknown[0]}": --scope takes ingest, read or ingest,read.')
    return wanted


class Command(BaseCommand):
    help = "Makes an API key of a cloud and prints it, once, on the last line."

    def add_arguments(self, parser):
        parser.add_argument("--cloud", required=True, help="name or id")
        parser.add_argument("--project", help="binds the key to a project, made if there is none of this name")
        parser.add_argument("--scope", default=",".join(keys.SCOPES), help="ingest, read or ingest,read (default)")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="a member who sees the cloud")
        parser.add_argument("--name", default="", help="what will use it, to know it again")
        parser.add_argument("--organization", help="needed where several have a cloud of this name")

    def handle(self, *, cloud, project, scope, owner, name, organization, **options):
        wanted = scopes(scope)
        place, person = lookup.cloud(cloud, organization), lookup.user(owner)
        viewer = Viewer(person, session={"organization": place.organization_id})
        if place not in viewer.clouds:
            raise CommandError(
                f'{owner} may not see the cloud "{place.name}", so the key would not work. Add them first: '
                f"manage.py add_member {owner} --role member --cloud {place.name}"
            )
        bound = project_for(place, project) if project else None
        key, raw = keys.create_key(place, person, name=name, scopes=wanted, project=bound, by_command=True)
        self.stdout.write(f'API key of the cloud "{place.name}" ({key.scopes}). It is shown this once:')
        self.stdout.write(raw)
