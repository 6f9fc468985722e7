from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_unit_move")]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="options",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bureaus", "divisions and bureaus"),
                    ("universities", "universities (ministry list)"),
                    ("campuses", "campuses"),
                    ("populations", "populations"),
                    ("stations", "police rooms"),
                    ("equipment", "equipment"),
                    ("incidents", "incident log"),
                ],
                max_length=15,
                verbose_name="list",
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="state",
            field=models.CharField(
                choices=[
                    ("mapping", "waiting for its columns to be named"),
                    ("waiting", "waiting for the dry run"),
                    ("checking", "dry run in progress"),
                    ("refused", "refused: the file has errors"),
                    ("ready", "ready to be written"),
                    ("confirmed", "confirmed, waiting to be written"),
                    ("committing", "being written"),
                    ("done", "written"),
                    ("cancelled", "cancelled"),
                ],
                default="waiting",
                max_length=12,
                verbose_name="state",
            ),
        ),
    ]
