"""What a search reads: the words of each incident in one row, kept by triggers."""

from __future__ import annotations

from django.db import models

from incidents.models.incidents import Incident
from policeroom.common.models import ScopedModel, org_path_field


class IncidentText(ScopedModel):
    """Place, narrative and timeline of one incident, folded (NFKC, lower case).

    Written by triggers only. A table of its own, so that a state that changes does not rewrite the
    search index, and one row holds every word a search may combine. The first line is the place.
    The index is a GIN over two-character pieces, each prefixed with the path of the city: what lies
    in another city is never read (docs/performance.md).
    """

    incident = models.OneToOneField(
        Incident,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="words",
        db_constraint=False,
    )
    org_path = org_path_field()
    reported_at = models.DateTimeField(editable=False)
    number = models.CharField(max_length=20, editable=False)
    text = models.TextField(editable=False)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["-reported_at", "-incident_id"]
        indexes = [
            models.Index(
                fields=["org_path", "-reported_at", "-incident"], name="incidenttext_leaf_idx"
            ),
            models.Index(fields=["-reported_at", "-incident"], name="incidenttext_time_idx"),
            models.Index(
                fields=["number"], opclasses=["varchar_pattern_ops"], name="incidenttext_number_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.number
