import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signups', '0006_add_identity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AvailabilityTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('is_offered', models.BooleanField(default=True, help_text='Take the tick away to stop offering it; earlier answers keep it.', verbose_name='offered')),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'time to meet',
                'verbose_name_plural': 'times to meet',
                'ordering': ['position', 'name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Employer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'permissions': [('merge_employer', 'Can say which employers are the same')],
            },
        ),
        migrations.CreateModel(
            name='EmployerSpelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spelling', models.CharField(help_text='As it was typed first.', max_length=160)),
                ('normalised', models.CharField(editable=False, max_length=640, verbose_name='as it is compared')),
            ],
            options={
                'ordering': ['spelling', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wanted_name_or_email', models.CharField(max_length=200, verbose_name='wants')),
            ],
            options={
                'verbose_name_plural': 'wishes',
                'ordering': ['application', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='priority_marked_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='marked to come first'),
        ),
        migrations.AddField(
            model_name='application',
            name='priority_marked_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='marked by'),
        ),
        migrations.AddField(
            model_name='application',
            name='priority_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason to come first'),
        ),
        migrations.AddField(
            model_name='format',
            name='greatest_size',
            field=models.PositiveSmallIntegerField(default=1, help_text='1 for pairs; more for a circle or group, which counts places of its own.', verbose_name='mentees at most'),
        ),
        migrations.AddField(
            model_name='format',
            name='least_size',
            field=models.PositiveSmallIntegerField(default=1, help_text='1 for pairs. A circle or group with fewer mentees does not meet.', verbose_name='mentees at least'),
        ),
        migrations.AddField(
            model_name='program',
            name='career_order_required',
            field=models.BooleanField(default=False, help_text='Then a mentor is paired only with mentees whose career stage has a lower rank. Otherwise the career stages only count for the points.', verbose_name='mentors must be further along than their mentees'),
        ),
        migrations.AddField(
            model_name='topicchoice',
            name='years',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of a mentor; blank: not told.', null=True, verbose_name='years of experience'),
        ),
        migrations.AlterField(
            model_name='application',
            name='capacity',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many mentees a mentor can take one to one; places in groups come on top.', null=True, verbose_name='mentees at most'),
        ),
        migrations.AddConstraint(
            model_name='format',
            constraint=models.CheckConstraint(condition=models.Q(('least_size__gte', 1)), name='format_least_size_from_1', violation_error_message='A format has one mentee at least.'),
        ),
        migrations.AddConstraint(
            model_name='format',
            constraint=models.CheckConstraint(condition=models.Q(('greatest_size__gte', models.F('least_size'))), name='format_greatest_size_not_below_least', violation_error_message='A format cannot have fewer mentees at most than at least.'),
        ),
        migrations.AddConstraint(
            model_name='format',
            constraint=models.CheckConstraint(condition=models.Q(('greatest_size__lte', 30)), name='format_greatest_size_to_30', violation_error_message='A group has 30 mentees at most.'),
        ),
        migrations.AddConstraint(
            model_name='topicchoice',
            constraint=models.CheckConstraint(condition=models.Q(('years', None), models.Q(('rank', None), ('years__gte', 0), ('years__lte', 60)), _connector='OR'), name='topicchoice_years_of_mentors_only', violation_error_message='A mentor has 0 to 60 years of experience in a topic; a mentee is not asked.'),
        ),
        migrations.AddField(
            model_name='availabilitytime',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='signups.program'),
        ),
        migrations.AddField(
            model_name='application',
            name='times',
            field=models.ManyToManyField(blank=True, related_name='+', to='signups.availabilitytime', verbose_name='times to meet'),
        ),
        migrations.AddField(
            model_name='employer',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='employers', to='signups.program'),
        ),
        migrations.AddField(
            model_name='application',
            name='employer_row',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='signups.employer', verbose_name='employer'),
        ),
        migrations.AddField(
            model_name='employerspelling',
            name='employer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spellings', to='signups.employer'),
        ),
        migrations.AddField(
            model_name='employerspelling',
            name='program',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='signups.program'),
        ),
        # The rows of the table that Django kept by itself get a model, and a name of its own.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='FormatChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='format_choices', to='signups.application')),
                        ('format', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signups.format')),
                    ],
                    options={
                        'db_table': 'signups_application_formats',
                        'ordering': ['format__position', 'format__name'],
                        'unique_together': {('application', 'format')},
                    },
                ),
                migrations.AlterField(
                    model_name='application',
                    name='formats',
                    field=models.ManyToManyField(related_name='+', through='signups.FormatChoice', to='signups.format'),
                ),
            ],
        ),
        migrations.AlterModelTable(name='formatchoice', table=None),
        migrations.AlterUniqueTogether(name='formatchoice', unique_together=set()),
        migrations.AddField(
            model_name='formatchoice',
            name='rank',
            field=models.PositiveSmallIntegerField(blank=True, help_text='1 is what a mentee would like most; equal ranks are liked alike.', null=True),
        ),
        migrations.AddField(
            model_name='formatchoice',
            name='places',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of a mentor; blank: as many as they take mentees, and a group as it can hold.', null=True),
        ),
        migrations.AlterModelOptions(
            name='formatchoice',
            options={'ordering': ['rank', 'format__position', 'format__name']},
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('priority_marked_at', None), ('priority_marked_by', None), ('priority_reason', '')), models.Q(('priority_marked_at__isnull', False), ('priority_marked_by__isnull', False), ('role', 'mentee'), models.Q(('priority_reason', ''), _negated=True)), _connector='OR'), name='application_priority_of_mentees_with_reason', violation_error_message="Only a mentee can come first, by someone's decision and with a reason."),
        ),
        migrations.AddField(
            model_name='wish',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='signups.application'),
        ),
        migrations.AddField(
            model_name='wish',
            name='wanted',
            field=models.ForeignKey(blank=True, help_text='Only where it cannot be found out from what was written.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wished_by', to='signups.application', verbose_name='who is meant'),
        ),
        migrations.AddConstraint(
            model_name='availabilitytime',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('program'), name='availabilitytime_name_once_per_program', violation_error_message='The program already has this entry.'),
        ),
        migrations.AddConstraint(
            model_name='employerspelling',
            constraint=models.UniqueConstraint(fields=('program', 'normalised'), name='employerspelling_once_per_program'),
        ),
        migrations.AddConstraint(
            model_name='employerspelling',
            constraint=models.CheckConstraint(condition=models.Q(('normalised', ''), _negated=True), name='employerspelling_is_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='formatchoice',
            constraint=models.UniqueConstraint(fields=('application', 'format'), name='formatchoice_format_once_per_application'),
        ),
        migrations.AddConstraint(
            model_name='formatchoice',
            constraint=models.CheckConstraint(condition=models.Q(('rank', None), models.Q(('places', None), ('rank__gte', 1)), _connector='OR'), name='formatchoice_rank_of_mentees_only'),
        ),
        migrations.AddConstraint(
            model_name='formatchoice',
            constraint=models.CheckConstraint(condition=models.Q(('places', None), models.Q(('places__gte', 1), ('places__lte', 30)), _connector='OR'), name='formatchoice_places_from_1_to_30', violation_error_message='A format has 1 to 30 places.'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(fields=('application', 'wanted_name_or_email'), name='wish_once_per_application'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(('wanted_name_or_email', ''), _negated=True), name='wish_names_somebody'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(('wanted', None), models.Q(('wanted', models.F('application')), _negated=True), _connector='OR'), name='wish_is_for_somebody_else', violation_error_message='Nobody can be paired with themselves.'),
        ),
    ]
