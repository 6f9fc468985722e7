from django.db import migrations

from policeroom.common.triggers import append_only, let_path_move

OF_A_ROOM = ("duty_presencecorrection", "duty_dutylogentry", "duty_commstest")


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial"), ("common", "0002_append_only")]

    operations = [
        *(make(table) for table in OF_A_ROOM for make in (append_only, let_path_move)),
        append_only("duty_directivehandover"),
    ]
