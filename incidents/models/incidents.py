"""The incident, its number and its timeline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums import (
    OPEN_STATES,
    Disposition,
    EntryKind,
    IncidentKind,
    IncidentState,
    Precision,
    Source,
)
from incidents.models.categories import Category
from incidents.models.places import Place
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import Station

NARRATIVE_LENGTH = 4000


class IncidentCounter(models.Model):
    """The last number given out by a room on a day; its row lock keeps numbers without gaps."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="incidentcounter_once", fields=["station", "day"])
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.day} {self.last}"


class Incident(ClientCreated, ScopedModel):
    """One call of the room's log (第十三条(六)). Closed or struck, never deleted.

    `number` is unique within its room. `reported_at` orders every list; how well it is known
    stands beside it, and `recorded_at` is the server's own instant.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="incidents"
    )
    org_path = org_path_field()
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=IncidentKind.choices)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: As it was typed; the place may get another name later.
    place_text = models.CharField(_("where"), max_length=120, blank=True)
    narrative = models.TextField(_("what happened"), max_length=NARRATIVE_LENGTH)
    reported_at = models.DateTimeField(_("reported at"))
    reported_precision = models.CharField(
        _("precision of the report"),
        max_length=10,
        choices=Precision.choices,
        default=Precision.EXACT,
    )
    occurred_from = models.DateTimeField(_("occurred from"), null=True, blank=True)
    occurred_to = models.DateTimeField(_("occurred until"), null=True, blank=True)
    occurred_precision = models.CharField(
        _("precision of the occurrence"),
        max_length=10,
        choices=Precision.choices,
        default=Precision.UNKNOWN,
    )
    state = models.CharField(
        _("state"), max_length=12, choices=IncidentState.choices, default=IncidentState.NEW
    )
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("police arrived at"), null=True, blank=True)
    university_arrived_at = models.DateTimeField(_("university arrived at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    disposition = models.CharField(
        _("disposition"), max_length=12, choices=Disposition.choices, blank=True, default=""
    )
    #: JS-13-6c: why a call for help or a dispute was not settled on the spot.
    no_onsite_reason = models.CharField(
        _("why not settled on scene"), max_length=200, blank=True, default=""
    )
    handlers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("handled by"), related_name="+", blank=True
    )
    source = models.CharField(_("entered through"), max_length=10, choices=Source.choices)
    #: Key of the record in the log it was imported from; "" for what was filed here.
    source_log = models.CharField(max_length=60, blank=True, default="", editable=False)
    source_key = models.CharField(max_length=80, blank=True, default="", editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    #: Counts every change; a live page asks for what is newer.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="incident_number_once", fields=["station", "number"]),
            models.UniqueConstraint(
                name="incident_source_once",
                fields=["station", "source_log", "source_key"],
                condition=~Q(source_key=""),
            ),
            models.CheckConstraint(
                name="incident_closed_pair",
                condition=Q(state=IncidentState.CLOSED, closed_at__isnull=False)
                | (~Q(state=IncidentState.CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_closed_complete",
                condition=~Q(state=IncidentState.CLOSED)
                | Q(source=Source.IMPORT)
                | (Q(category__isnull=False) & ~Q(disposition="")),
                violation_error_message=_("A closed incident has a category and a disposition."),
            ),
            models.CheckConstraint(
                name="incident_occurred_range",
                condition=Q(occurred_to__isnull=True) | Q(occurred_to__gte=F("occurred_from")),
                violation_error_message=_("The end must not lie before the start."),
            ),
            models.CheckConstraint(
                name="incident_occurred_known",
                condition=Q(occurred_precision=Precision.UNKNOWN, occurred_from__isnull=True)
                | (~Q(occurred_precision=Precision.UNKNOWN) & Q(occurred_from__isnull=False)),
                violation_error_message=_("Give the time of the occurrence, or mark it not known."),
            ),
            models.CheckConstraint(
                name="incident_review_pair",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_path_is_leaf", condition=Q(org_path__regex=r"^\d{10}$")
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-reported_at", "-id"], name="incident_list_idx"),
            models.Index(fields=["-reported_at", "-id"], name="incident_time_idx"),
            models.Index(
                fields=["org_path", "state", "-reported_at", "-id"],
                name="incident_open_idx",
                condition=Q(state__in=OPEN_STATES),
            ),
            # the board of a city or a province: the newest of each state, few rows in all
            models.Index(
                fields=["state", "-reported_at", "-id"],
                name="incident_board_idx",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["closed_at", "org_path"],
                name="incident_closed_idx",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["org_path"],
                name="incident_unknown_idx",
                condition=Q(reported_precision=Precision.UNKNOWN),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state != IncidentState.CLOSED


class IncidentEntry(ClientCreated, ScopedModel):
    """One line of an incident's timeline. Append-only; a line is struck by another line.

    `at` is what the writer says, `recorded_at` the server's instant. `changes` holds
    {field: [before, after]} of a change.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries")
    org_path = org_path_field()
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    text = models.TextField(_("text"), max_length=NARRATIVE_LENGTH, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    strikes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="struck_by", null=True, blank=True
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["incident_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="entry_strike_names_a_line",
                condition=Q(kind=EntryKind.STRIKE, strikes__isnull=False)
                | (~Q(kind=EntryKind.STRIKE) & Q(strikes__isnull=True)),
            ),
            models.CheckConstraint(
                name="entry_strike_has_reason", condition=~Q(kind=EntryKind.STRIKE) | ~Q(text="")
            ),
        ]
        indexes = [models.Index(fields=["incident", "id"], name="entry_incident_idx")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"
