"""One import of a list, from upload to commit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policeroom.common.models import ScopedModel, org_path_field


class ImportJob(ScopedModel):
    """A file somebody uploaded. Nothing is written before the dry run is clean and confirmed."""

    class Kind(models.TextChoices):
        BUREAUS = "bureaus", _("divisions and bureaus")
        UNIVERSITIES = "universities", _("universities (ministry list)")
        CAMPUSES = "campuses", _("campuses")
        POPULATIONS = "populations", _("populations")
        STATIONS = "stations", _("police rooms")
        EQUIPMENT = "equipment", _("equipment")
        INCIDENTS = "incidents", _("incident log")

    class State(models.TextChoices):
        MAPPING = "mapping", _("waiting for its columns to be named")
        WAITING = "waiting", _("waiting for the dry run")
        CHECKING = "checking", _("dry run in progress")
        REFUSED = "refused", _("refused: the file has errors")
        READY = "ready", _("ready to be written")
        CONFIRMED = "confirmed", _("confirmed, waiting to be written")
        COMMITTING = "committing", _("being written")
        DONE = "done", _("written")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("list"), max_length=15, choices=Kind.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.WAITING
    )
    filename = models.CharField(_("file"), max_length=200)
    #: Emptied when the job ends (requirement 58).
    content = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64)
    #: Only rows of this province, where the file holds several; "" takes all.
    province = models.CharField(_("province"), max_length=30, blank=True)
    #: From which day the facts are true.
    as_of = models.DateField(_("as of"), null=True, blank=True)
    org_path = org_path_field()
    #: Path ranges the requester held ([[low, high]]): the worker reads and writes with this reach.
    ranges = models.JSONField(default=list)
    created_by = models.ForeignKey(
        "accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    started_at = models.DateTimeField(null=True)
    #: Runs a worker began; after the third that broke off the import is refused.
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    #: What this kind of list needs besides: for a log its room and its mapping of columns.
    options = models.JSONField(default=dict, blank=True)
    #: Counts, notices and row errors as `stations.imports.report.ImportReport.as_json`.
    report = models.JSONField(default=dict)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="importjob_confirmed_pair",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["org_path", "-id"], name="importjob_path_idx")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.filename}"

    def get_absolute_url(self) -> str:
        return reverse("stations:import-detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        """Whether a worker has it, or will soon."""
        return self.state in RUNNING

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


RUNNING = (
    ImportJob.State.WAITING,
    ImportJob.State.CHECKING,
    ImportJob.State.CONFIRMED,
    ImportJob.State.COMMITTING,
)
OVER = (ImportJob.State.REFUSED, ImportJob.State.DONE, ImportJob.State.CANCELLED)
