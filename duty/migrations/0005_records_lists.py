"""Indexes for the lists of handovers, of the duty log and of comms tests, and for what is open."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("duty", "0004_shift_words")]

    operations = [
        migrations.AddIndex(
            "shifthandover",
            models.Index(fields=["-handed_at", "-id"], name="handover_time_idx"),
        ),
        migrations.AddIndex(
            "shifthandover",
            models.Index(fields=["station", "-signed_out_at"], name="handover_last_idx"),
        ),
        migrations.AddIndex(
            "shifthandover",
            models.Index(
                fields=["org_path", "-handed_at", "-id"],
                name="handover_open_idx",
                condition=Q(signed_in_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            "dutylogentry", models.Index(fields=["-at", "-id"], name="dutylog_time_idx")
        ),
        migrations.AddIndex(
            "dutylogentry",
            models.Index(
                fields=["station", "recorded_at"],
                name="dutylog_key_idx",
                condition=Q(is_key=True),
            ),
        ),
        migrations.AddIndex(
            "commstest", models.Index(fields=["-tested_at", "-id"], name="commstest_time_idx")
        ),
    ]
