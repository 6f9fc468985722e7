"""Audit events and notifications, and the abstract pieces other apps build on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedManager, ScopedModel

#: Byte order, whatever the server's locale: a subtree is a plain btree range.
PATH_COLLATION = "C"


def org_path_field(**options: Any) -> models.CharField:
    """The `org_path` column of a scoped table (2 + 2 + 2 + 4 digits, collation "C")."""
    return models.CharField(
        _("organisation path"),
        max_length=10,
        db_collation=PATH_COLLATION,
        editable=False,
        **options,
    )


def no_overlap(*, name: str, keys: tuple[str, ...], condition: Q | None = None, message: Any = ""):
    """Exclusion constraint: rows with equal integer `keys` never share a day.

    Written over `int8range(id, id, '[]')`, so that no extension (btree_gist) is required. Foreign
    keys are named without `_id` inside: `full_clean` replaces only field names by the row's
    values, and a column name would make every other row a clash.
    """
    names = [key.removesuffix("_id") for key in keys]
    expressions = [
        (
            Func(F(name), F(name), Value("[]"), function="int8range"),
            RangeOperators.OVERLAPS,
        )
        for name in names
    ]
    period = Func(F("valid_from"), F("valid_to"), Value("[)"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[*expressions, (period, RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message or _("This period overlaps one that is already recorded."),
    )


class Interval(models.Model):
    """A fact that is true from one day until before another (half-open, Asia/Shanghai)."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until (not included)"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_interval",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=_("The end must lie after the start."),
            )
        ]

    def clean(self) -> None:
        """Refuse an end before the start here: the database cannot even build such a range.

        `validate_constraints` asks it for the overlap first and would fail on the question.
        """
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValidationError({"valid_to": _("The end must lie after the start.")})

    @staticmethod
    def valid_on(day: object, prefix: str = "") -> Q:
        """Condition: the fact holds on `day`."""
        return Q(**{f"{prefix}valid_from__lte": day}) & (
            Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
        )


class ClientCreated(models.Model):
    """A record whose UUID was made by the client: a resend returns the first result."""

    client_uuid = models.UUIDField(_("client UUID"), unique=True, null=True, editable=False)
    client_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True


class AuditEvent(ScopedModel):
    """Who did what to which record, from where, with what result. Append-only (migration 0002).

    Source: requirements 63, 64, 66 (GB/T 22239 8.1.4.3). `at` is the server's instant.
    """

    class Result(models.TextChoices):
        OK = "ok", _("done")
        REFUSED = "refused", _("refused")

    at = models.DateTimeField(_("at"), db_default=Now())
    action = models.CharField(_("action"), max_length=60)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices, default=Result.OK)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    actor_name = models.CharField(_("actor name"), max_length=150, blank=True)
    actor_roles = models.CharField(_("roles"), max_length=200, blank=True)
    org_path = org_path_field(blank=True, default="")
    object_type = models.CharField(_("object type"), max_length=60, blank=True)
    object_id = models.CharField(_("object id"), max_length=64, blank=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=20, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("request id"), max_length=36, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["org_path", "-id"], name="audit_path_idx"),
            models.Index(fields=["actor", "-id"], name="audit_actor_idx"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.object_label}"


class Notification(models.Model):
    """One line in one person's inbox, written in the transaction of the act it tells about."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="notifications",
    )
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("page"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    #: The same event never lands twice in one inbox, however often a task runs.
    dedupe_key = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="notification_once", fields=["recipient", "dedupe_key"])
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-id"],
                name="notification_unread_idx",
                condition=Q(read_at__isnull=True),
            ),
            models.Index(fields=["recipient", "-id"], name="notification_inbox_idx"),
        ]

    def __str__(self) -> str:
        return self.title


class Interpretation(models.Model):
    """第二十九条: who interprets, when, under which number. Every parameter change cites one."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    dated = models.DateField(_("date"))
    author_unit = models.CharField(_("author unit"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("interpretation")
        verbose_name_plural = _("interpretations")
        ordering = ["-dated", "-id"]

    def __str__(self) -> str:
        return self.number


class Parameter(Interval):
    """One value of one parameter during one interval; keys are declared in `parameters.py`.

    Province-wide in this release. The declared default holds where no row does.
    """

    key = models.CharField(_("key"), max_length=20)
    #: Number of the key in `PARAMETERS`: the database refuses overlaps without an extension.
    key_number = models.PositiveIntegerField(editable=False)
    value = models.CharField(_("value"), max_length=40)
    interpretation = models.ForeignKey(
        Interpretation,
        verbose_name=_("interpretation"),
        on_delete=models.PROTECT,
        related_name="parameters",
    )

    class Meta(Interval.Meta):
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ["key", "valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="parameter_no_overlap", keys=("key_number",)),
            models.CheckConstraint(name="parameter_has_value", condition=~Q(value="")),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class Deadline(ScopedModel):
    """One running clock, stored once; lists, boards, inboxes and the escalation read this row.

    Whether it is met, late or overdue is never stored: `rules.deadline_status` says so at any
    instant. `due_at` is inclusive.
    """

    kind = models.CharField(_("kind"), max_length=40)
    rule_id = models.CharField(_("rule"), max_length=20, blank=True)
    org_path = org_path_field()
    object_type = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField()
    #: Short text of what is to be done, already without personal data.
    label = models.CharField(_("what"), max_length=200)
    url = models.CharField(_("page"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    #: The duty fell away (record struck, order withdrawn): no longer counted.
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="deadline_once", fields=["kind", "object_type", "object_id"]
            ),
            models.CheckConstraint(
                name="deadline_due_after_start", condition=Q(due_at__gte=F("started_at"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_path", "due_at"],
                name="deadline_open_idx",
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.Index(
                fields=["due_at"],
                name="deadline_escalate_idx",
                condition=Q(
                    done_at__isnull=True, cancelled_at__isnull=True, escalated_at__isnull=True
                ),
            ),
            models.Index(fields=["object_type", "object_id"], name="deadline_object_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.due_at:%Y-%m-%d %H:%M})"


class Draft(models.Model):
    """What somebody is typing, kept until the server confirmed the record it became.

    `key` is the client UUID the record will carry; `revision` counts up on the device, so that a
    late request never overwrites a later one. A closed draft (its record exists, or it was
    discarded) holds no text; its key stays a while, so that a late request does not bring it back.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    key = models.UUIDField()
    form = models.CharField(max_length=40)
    #: Address of the page that can go on with it.
    page = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    revision = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="draft_once", fields=["user", "key"]),
            models.CheckConstraint(
                name="draft_closed_is_empty", condition=Q(closed_at__isnull=True) | Q(payload={})
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.key}"


class Heartbeat(models.Model):
    """Last sign of life of a background process; /readyz reads it."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


__all__ = [
    "AuditEvent",
    "ClientCreated",
    "Deadline",
    "Draft",
    "Heartbeat",
    "Interpretation",
    "Interval",
    "Notification",
    "Parameter",
    "ScopedManager",
    "ScopedModel",
    "no_overlap",
    "org_path_field",
]
