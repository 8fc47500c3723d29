"""Write down what was decided before decisions had rows of their own, so that it can be undone."""

from django.db import migrations


def fill(apps, schema_editor):
    Pairing = apps.get_model("matching", "Pairing")
    Decision = apps.get_model("matching", "Decision")
    kinds = {"approved": "approve", "rejected": "reject"}
    decided = Pairing.objects.filter(status__in=kinds, decided_by__isnull=False, decisions=None)
    Decision.objects.bulk_create(
        [
            Decision(
                pairing_id=pairing.pk,
                number=pairing.version + 1,
                kind=kinds[pairing.status],
                status_before="proposed",
                status_after=pairing.status,
                made_by_id=pairing.decided_by_id,
                made_at=pairing.decided_at,
            )
            for pairing in decided
        ],
        batch_size=500,
    )
    Pairing.objects.filter(decisions__isnull=False, version=1).update(version=2)


class Migration(migrations.Migration):
    dependencies = [("matching", "0006_add_decisions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
