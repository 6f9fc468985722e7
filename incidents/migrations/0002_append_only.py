from django.db import migrations

from policeroom.common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("common", "0002_append_only")]

    operations = [append_only("incidents_incidententry")]
