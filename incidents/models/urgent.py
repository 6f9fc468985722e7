"""重大情况即时通报 (第十四条(四)): one notice, two sides, each with its own clocks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import Side
from incidents.models.clocks import Recorded, RoomRecord
from incidents.models.incidents import Incident
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field


class UrgentNotice(RoomRecord):
    """A major situation, told of at event level: what and where, never who."""

    number = models.CharField(_("number"), max_length=20)
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        related_name="urgent_notices",
        null=True,
        blank=True,
    )
    summary = models.CharField(_("situation in one sentence"), max_length=200)
    place_text = models.CharField(_("where"), max_length=120, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    #: 第一时间处置: when somebody began to act on it (JS-14-4d).
    disposal_started_at = models.DateTimeField(_("disposal started at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    #: Earliest instant one of the sides knew of it; orders the list.
    known_at = models.DateTimeField(_("known since"))

    class Meta(RoomRecord.Meta):
        verbose_name = _("urgent notice")
        verbose_name_plural = _("urgent notices")
        ordering = ["-known_at", "-id"]
        constraints = [
            *RoomRecord.Meta.constraints,
            models.UniqueConstraint(name="urgentnotice_number_once", fields=["station", "number"]),
            models.UniqueConstraint(
                name="urgentnotice_incident_once",
                fields=["incident"],
                condition=Q(struck_at__isnull=True),
                violation_error_message=_("This incident already has an urgent notice."),
            ),
            models.CheckConstraint(
                name="urgentnotice_known_after_occurred",
                condition=Q(occurred_at__isnull=True) | Q(known_at__gte=F("occurred_at")),
                violation_error_message=_("Nobody knew of it before it happened."),
            ),
            models.CheckConstraint(
                name="urgentnotice_acknowledged_pair",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-known_at", "-id"], name="urgentnotice_list_idx")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.summary}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:urgent-detail", args=[self.pk])


class UrgentSide(ScopedModel):
    """What one side knew, reported and passed on. The clocks hang on this row.

    `known_at` is the earliest of the instants in `UrgentKnown`; None while the side knows nothing.
    """

    notice = models.ForeignKey(UrgentNotice, on_delete=models.PROTECT, related_name="sides")
    org_path = org_path_field()
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    known_at = models.DateTimeField(_("known at"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported to the superior at"), null=True, blank=True)
    #: Unit and way: 区分局指挥中心, 电话. No person.
    reported_to = models.CharField(_("reported to"), max_length=120, blank=True)
    notified_at = models.DateTimeField(_("other side notified at"), null=True, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["notice_id", "side"]
        constraints = [
            models.UniqueConstraint(name="urgentside_once", fields=["notice", "side"]),
            models.CheckConstraint(
                name="urgentside_report_after_knowing",
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("known_at")),
                violation_error_message=_("Nobody reports what is not known yet."),
            ),
            models.CheckConstraint(
                name="urgentside_notice_after_knowing",
                condition=Q(notified_at__isnull=True) | Q(notified_at__gte=F("known_at")),
                violation_error_message=_("Nobody passes on what is not known yet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.side}"


class UrgentKnown(Recorded, ScopedModel):
    """One statement of when a side knew. Append-only: a later one never replaces an earlier one."""

    side = models.ForeignKey(UrgentSide, on_delete=models.PROTECT, related_name="statements")
    org_path = org_path_field()
    known_at = models.DateTimeField(_("known at"))
    note = models.CharField(_("from where it is known"), max_length=200, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["side_id", "id"]

    def __str__(self) -> str:
        return f"{self.side_id} {self.known_at:%Y-%m-%d %H:%M}"


class UrgentMeasure(Recorded, ClientCreated, ScopedModel):
    """What one side did against it (JS-14-4c). Append-only."""

    notice = models.ForeignKey(UrgentNotice, on_delete=models.PROTECT, related_name="measures")
    org_path = org_path_field()
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    text = models.CharField(_("measure"), max_length=300)
    taken_at = models.DateTimeField(_("taken at"))

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["notice_id", "taken_at", "id"]

    def __str__(self) -> str:
        return self.text


class UrgentJudgement(Recorded, ScopedModel):
    """JS-14-4e: whether something was concealed is decided by people, with the reason. Append-only.

    The latest one counts; the earlier ones stay.
    """

    notice = models.ForeignKey(UrgentNotice, on_delete=models.PROTECT, related_name="judgements")
    org_path = org_path_field()
    concealed = models.BooleanField(_("concealed"))
    reason = models.CharField(_("reason"), max_length=300)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("decision on concealment")
        verbose_name_plural = _("decisions on concealment")
        ordering = ["notice_id", "-id"]
        constraints = [
            models.CheckConstraint(name="urgentjudgement_has_reason", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.concealed}"
