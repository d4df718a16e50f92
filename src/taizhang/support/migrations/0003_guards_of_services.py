# What the services guard, the tables no longer do: villages that are merged bring two teams.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_labels'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='supportunit',
            name='one_unit_of_a_name',
        ),
        migrations.RemoveConstraint(
            model_name='unitvillage',
            name='one_help_of_a_village',
        ),
        migrations.RemoveConstraint(
            model_name='villageteam',
            name='one_team_per_village',
        ),
        migrations.AddIndex(
            model_name='supportunit',
            index=models.Index(fields=['area'], name='support_unit_area'),
        ),
        migrations.AddIndex(
            model_name='villageteam',
            index=models.Index(fields=['area', 'id'], name='village_team_area'),
        ),
    ]
