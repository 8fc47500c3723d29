"""Rows for the employers that people have typed, and ranks for the formats they have ticked."""

from django.db import migrations

from signups.spellings import NO_EMPLOYER, normalised


def fill_employers(apps, schema_editor):
    Application = apps.get_model("signups", "Application")
    Employer = apps.get_model("signups", "Employer")
    EmployerSpelling = apps.get_model("signups", "EmployerSpelling")
    employers = {}
    applications = Application.objects.filter(employer_row=None).exclude(employer="")
    typed = applications.order_by("pk").values_list("pk", "cohort__program", "employer")
    for pk, program_id, name in list(typed):
        key = normalised(name)
        if key in NO_EMPLOYER:
            continue
        if (program_id, key) not in employers:
            employer = Employer.objects.create(program_id=program_id, name=name)
            EmployerSpelling.objects.create(
                program_id=program_id, employer=employer, spelling=name, normalised=key
            )
            employers[program_id, key] = employer
        Application.objects.filter(pk=pk).update(employer_row=employers[program_id, key])


def rank_formats(apps, schema_editor):
    # Mentees ticked formats and were not asked which they like best: they like them alike.
    FormatChoice = apps.get_model("signups", "FormatChoice")
    FormatChoice.objects.filter(application__role="mentee", rank=None).update(rank=1)


class Migration(migrations.Migration):

    dependencies = [
        ("signups", "0007_add_what_is_asked"),
    ]

    operations = [
        migrations.RunPython(fill_employers, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(rank_formats, migrations.RunPython.noop, elidable=True),
    ]
