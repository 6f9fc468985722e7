from django.db import migrations

from policeroom.common.triggers import append_only, let_path_move

TABLES = (
    "incidents_disputescreening",
    "incidents_disputestep",
    "incidents_hazardorder",
    "incidents_hazardrecheck",
    "incidents_nilreturn",
    "incidents_urgentjudgement",
    "incidents_urgentknown",
    "incidents_urgentmeasure",
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0050_clocks")]

    operations = [
        make(table) for table in TABLES for make in (append_only, let_path_move)
    ]
