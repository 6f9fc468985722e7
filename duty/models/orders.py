"""Levels, orders and their receipts; triggers of 第九条; directives (第十五条, 第十七条)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_CHOICES, DirectiveState, TriggerKind
from duty.levels import DutyLevel
from policeroom.common.managers import ScopedManager
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from stations.enums import StationKind
from stations.models import OrgUnit, Station

USER = settings.AUTH_USER_MODEL


class Issued(ClientCreated, ScopedModel):
    """Base of what a superior unit puts on rooms: issuer, targets, instants.

    `org_path` is the issuer's. `targets` are the paths of subtrees or rooms it is for: a room is
    bound if its path begins with one of them, also one that opens later (matrix D 15).
    """

    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(_("subject"), max_length=120)
    issuer = models.ForeignKey(
        OrgUnit, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    targets = ArrayField(models.CharField(max_length=10), verbose_name=_("for"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        USER, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.DateTimeField(_("in force from"))
    ends_at = models.DateTimeField(_("in force until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    revoke_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints = [
            models.CheckConstraint(
                name="%(class)s_period",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(name="%(class)s_has_target", condition=Q(targets__len__gte=1)),
            models.CheckConstraint(
                name="%(class)s_revoked_pair",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoke_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.issuer.org_path
        super().save(*args, **kwargs)


class DutyOrder(Issued):
    """Puts rooms on a level. Never edited: superseded by another, or revoked (第十五条).

    一级加强 needs a second person: it holds from `approved_at`, not before (requirement 30).
    """

    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    reason = models.CharField(_("reason"), max_length=300)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("supersedes"),
        on_delete=models.PROTECT,
        related_name="superseded_by",
        null=True,
        blank=True,
    )
    #: Start of the order that superseded this one.
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        USER,
        verbose_name=_("approved by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Issued.Meta):
        verbose_name = _("duty order")
        verbose_name_plural = _("duty orders")
        ordering = ["-issued_at", "-id"]
        constraints = [
            *Issued.Meta.constraints,
            models.UniqueConstraint(
                name="dutyorder_number_once",
                fields=["issuer", "number"],
                violation_error_message=_("This number is already used by the issuer."),
            ),
            models.CheckConstraint(
                name="dutyorder_level_known", condition=Q(level__in=[x.value for x in DutyLevel])
            ),
            models.CheckConstraint(
                name="dutyorder_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("issued_by")),
                violation_error_message=_("Who issues the order does not approve it."),
            ),
            models.CheckConstraint(
                name="dutyorder_approved_pair",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-issued_at", "-id"], name="dutyorder_list_idx"),
            models.Index(fields=["starts_at"], name="dutyorder_start_idx"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("duty:order-detail", args=[self.pk])


class OrderReceipt(ScopedModel):
    """What one room did with one order: receipt, implementation, guards of the university."""

    order = models.ForeignKey(DutyOrder, on_delete=models.PROTECT, related_name="receipts")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="order_receipts")
    org_path = org_path_field()
    opened_at = models.DateTimeField(_("sent at"))
    acknowledged_at = models.DateTimeField(_("received at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    #: JS-15-2: the record that it was carried out.
    implemented_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    implementation = models.CharField(_("how"), max_length=300, blank=True, default="")
    #: JS-15-5: how many guards the university added; None: not said.
    guards_added = models.PositiveSmallIntegerField(_("guards added"), null=True, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["order_id", "org_path"]
        constraints = [
            models.UniqueConstraint(name="orderreceipt_once", fields=["order", "station"]),
            models.CheckConstraint(
                name="orderreceipt_acknowledged_pair",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="orderreceipt_implemented_pair",
                condition=Q(implemented_at__isnull=True, implementation="")
                | (Q(implemented_at__isnull=False) & ~Q(implementation="")),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-opened_at"], name="orderreceipt_path_idx")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.station_id}"


class Trigger(Issued):
    """Asks for an officer in every room in scope round the clock, with an end (第九条)."""

    kind = models.CharField(_("kind"), max_length=10, choices=TriggerKind.choices)

    class Meta(Issued.Meta):
        verbose_name = _("24-hour presence")
        verbose_name_plural = _("24-hour presences")
        ordering = ["-starts_at", "-id"]
        constraints = [
            *Issued.Meta.constraints,
            models.CheckConstraint(
                name="trigger_has_end",
                condition=Q(ends_at__isnull=False),
                violation_error_message=_("Say until when."),
            ),
            models.UniqueConstraint(
                name="trigger_number_once",
                fields=["issuer", "number"],
                violation_error_message=_("This number is already used by the issuer."),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-starts_at", "-id"], name="trigger_list_idx")]

    def get_absolute_url(self) -> str:
        return reverse("duty:trigger-detail", args=[self.pk])


class LevelStaffing(Interval, ScopedModel):
    """A city's numbers for one level: for one room, or for all of a kind (JS-15-1).

    A room's own row goes before the row of its kind. Versions are intervals.
    """

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("city bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[c for c in LEVEL_CHOICES if c[0] > DutyLevel.THREE]
    )
    station = models.ForeignKey(
        Station,
        verbose_name=_("police room"),
        on_delete=models.PROTECT,
        related_name="level_staffings",
        null=True,
        blank=True,
    )
    station_kind = models.CharField(
        _("kind of room"), max_length=12, choices=StationKind.choices, blank=True, default=""
    )
    #: 0 for a row of a kind; the database refuses overlaps over it (NULLs never clash).
    station_key = models.PositiveBigIntegerField(default=0, editable=False)
    officers = models.PositiveSmallIntegerField(_("officers on duty"))
    auxiliaries = models.PositiveSmallIntegerField(_("auxiliaries on duty"))
    document_no = models.CharField(_("document number"), max_length=60)

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("strength of a level")
        verbose_name_plural = _("strengths of levels")
        ordering = ["org_path", "level", "station_key", "valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            models.CheckConstraint(
                name="levelstaffing_room_or_kind",
                condition=Q(station__isnull=True) & ~Q(station_kind="")
                | Q(station__isnull=False, station_kind=""),
            ),
            no_overlap(
                name="levelstaffing_kind_no_overlap",
                keys=("unit_id", "level"),
                condition=Q(station_kind=StationKind.STANDALONE),
            ),
            no_overlap(
                name="levelstaffing_center_no_overlap",
                keys=("unit_id", "level"),
                condition=Q(station_kind=StationKind.CENTER),
            ),
            no_overlap(
                name="levelstaffing_room_no_overlap",
                keys=("station_key", "level"),
                condition=Q(station__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.level} {self.valid_from}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        self.station_key = self.station_id or 0
        super().save(*args, **kwargs)


class Directive(ClientCreated, ScopedModel):
    """An instruction straight to a room; whoever receives it first answers for it (第十七条)."""

    number = models.CharField(_("number"), max_length=60)
    issuer = models.ForeignKey(
        OrgUnit, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="directives"
    )
    #: Of the room: it is the room's task.
    org_path = org_path_field()
    text = models.TextField(_("instruction"), max_length=1000)
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("feedback due at"))
    #: The issuer named it; else it follows from P-17.
    due_named = models.BooleanField(default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=DirectiveState.choices, default=DirectiveState.SENT
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    first_receiver = models.ForeignKey(
        USER,
        verbose_name=_("first recipient"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: Who answers for it now, after receipted hand-overs.
    responsible = models.ForeignKey(
        USER,
        verbose_name=_("responsible"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: Asked to take it over; `responsible` answers for it until they sign (JS-17-2).
    offered_to = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    offer_note = models.CharField(_("note"), max_length=200, blank=True, default="")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    feedback = models.TextField(_("feedback"), max_length=1000, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    withdraw_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="directive_first_recipient",
                condition=Q(
                    acknowledged_at__isnull=True,
                    first_receiver__isnull=True,
                    responsible__isnull=True,
                )
                | Q(
                    acknowledged_at__isnull=False,
                    first_receiver__isnull=False,
                    responsible__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="directive_done_with_feedback",
                condition=Q(done_at__isnull=True, feedback="")
                | (Q(done_at__isnull=False, acknowledged_at__isnull=False) & ~Q(feedback="")),
            ),
            models.UniqueConstraint(
                name="directive_number_once",
                fields=["issuer", "number", "station"],
                violation_error_message=_("This number already went to the room."),
            ),
            models.CheckConstraint(
                name="directive_offered_pair",
                condition=Q(offered_to__isnull=True, offered_at__isnull=True, offer_note="")
                | Q(offered_to__isnull=False, offered_at__isnull=False, responsible__isnull=False),
            ),
            models.CheckConstraint(
                name="directive_withdrawn_pair",
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdraw_reason=""
                )
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                ),
            ),
            models.CheckConstraint(
                name="directive_state_follows",
                condition=Q(
                    state=DirectiveState.SENT,
                    acknowledged_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | Q(
                    state=DirectiveState.ACKNOWLEDGED,
                    acknowledged_at__isnull=False,
                    done_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | Q(state=DirectiveState.DONE, done_at__isnull=False, withdrawn_at__isnull=True)
                | Q(
                    state=DirectiveState.WITHDRAWN,
                    done_at__isnull=True,
                    withdrawn_at__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-sent_at", "-id"], name="directive_list_idx")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("duty:directive-detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)


class DirectiveHandover(ScopedModel):
    """The responsibility for a directive passes to somebody who signs for it. Append-only."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="handovers")
    from_user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[ScopedManager] = ScopedManager("directive__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["directive_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="directivehandover_two_people", condition=~Q(from_user=F("to_user"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.at:%Y-%m-%d %H:%M}"
