from django.db import migrations

from policeroom.common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0040_log_imports")]

    operations = [append_only("incidents_sourcerow")]
