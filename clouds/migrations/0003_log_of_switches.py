from django.db import migrations


def copy(apps, schema_editor):
    """The turns of the switches begin the audit log."""
    Change, SwitchChange = (apps.get_model("clouds", name) for name in ("Change", "SwitchChange"))
    words = {True: "on", False: "off"}
    for row in SwitchChange.objects.select_related("organization", "cloud", "changed_by").iterator():
        place, by = row.cloud or row.organization, row.changed_by
        if Change.objects.filter(action="switch", organization=row.organization, cloud=row.cloud, at=row.changed_at).exists():
            continue
        Change.objects.create(
            organization=row.organization,
            cloud=row.cloud,
            at=row.changed_at,
            by=by,
            who=(by.email or by.username) if by else "",
            action="switch",
            subject=place.name,
            before=words[not row.enabled],
            after=words[row.enabled],
        )


class Migration(migrations.Migration):

    dependencies = [("clouds", "0002_audit_log")]

    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
