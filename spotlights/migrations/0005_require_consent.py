from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('spotlights', '0004_fill_consent'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='spotlight',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('consent_given_on__isnull', False), _connector='OR'), name='spotlight_published_with_consent', violation_error_message='A published spotlight needs the day on which the person portrayed agreed.'),
        ),
    ]
