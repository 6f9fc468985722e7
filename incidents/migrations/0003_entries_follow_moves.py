from django.db import migrations

from policeroom.common.triggers import let_path_move


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_append_only")]

    operations = [let_path_move("incidents_incidententry")]
