"""The newest renewal and emptying, until now the only one kept, become the first history rows."""

import datetime as dt

from django.db import migrations

BATCH = 2000


def take_over(apps, schema_editor):
    renewal = apps.get_model("stations", "BoardRenewal")
    emptying = apps.get_model("stations", "BoxEmptying")
    boards = apps.get_model("stations", "NoticeBoard").everything.exclude(contents={})
    boxes = apps.get_model("stations", "ContactBox").everything.exclude(last_emptied_on=None)
    renewal.everything.bulk_create(
        (
            renewal(board_id=pk, item=item, renewed_on=dt.date.fromisoformat(day))
            for pk, contents in boards.values_list("pk", "contents").iterator(BATCH)
            for item, day in contents.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    emptying.everything.bulk_create(
        (
            emptying(box_id=pk, emptied_on=day)
            for pk, day in boxes.values_list("pk", "last_emptied_on").iterator(BATCH)
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("stations", "0004_upkeep_history")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
