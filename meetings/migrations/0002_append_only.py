from django.db import migrations

from policeroom.common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("common", "0002_append_only")]

    operations = [append_only("meetings_minutesversion")]
