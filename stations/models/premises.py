"""What a station holds: areas, gear, boards, box, desks, documents."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedManager
from policeroom.common.models import ClientCreated, ScopedModel
from stations.enums import (
    AreaKind,
    BoardItem,
    BoardKind,
    CheckResult,
    DeskBranch,
    DocumentKind,
    EquipmentCategory,
    EquipmentState,
    Weekday,
)
from stations.models.org import OrgUnit
from stations.models.stations import Station

DOCUMENT_EXTENSIONS = ("pdf", "docx", "xlsx", "jpg", "jpeg", "png")


class StationRecord(ScopedModel):
    """Base of a row that hangs on one station. Rows end (`ended_on`), they are not deleted."""

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until (not included)"), null=True, blank=True)

    objects: ClassVar[ScopedManager] = ScopedManager("station__org_path")

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_period",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("The end must not lie before the start."),
            )
        ]


class FunctionalArea(StationRecord):
    """One of the six areas of 第二十二条; `floor_area_m2` in square metres, if measured."""

    kind = models.CharField(_("kind"), max_length=15, choices=AreaKind.choices)
    floor_area_m2 = models.DecimalField(
        _("floor area (m²)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta(StationRecord.Meta):
        verbose_name = _("functional area")
        verbose_name_plural = _("functional areas")
        ordering = ["station_id", "kind", "id"]
        constraints = [
            *StationRecord.Meta.constraints,
            models.UniqueConstraint(
                name="functionalarea_once",
                fields=["station", "kind"],
                condition=Q(ended_on__isnull=True),
                violation_error_message=_("This area is already recorded."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class EquipmentItem(StationRecord, ClientCreated):
    """A line of the asset list (第十条, 第二十三条)."""

    asset_no = models.CharField(_("asset number"), max_length=40)
    category = models.CharField(_("category"), max_length=20, choices=EquipmentCategory.choices)
    name = models.CharField(_("name"), max_length=80)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=EquipmentState.choices,
        default=EquipmentState.IN_SERVICE,
    )
    next_check_on = models.DateField(_("next check"), null=True, blank=True)

    class Meta(StationRecord.Meta):
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        ordering = ["station_id", "category", "id"]
        constraints = [
            *StationRecord.Meta.constraints,
            models.UniqueConstraint(
                name="equipment_asset_no_once",
                fields=["station", "asset_no"],
                violation_error_message=_("This asset number is already on the station's list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.asset_no})"


class EquipmentCheck(ScopedModel):
    """One check of one item; the item's next check moves with it."""

    item = models.ForeignKey(EquipmentItem, on_delete=models.PROTECT, related_name="checks")
    checked_on = models.DateField(_("checked on"))
    result = models.CharField(_("result"), max_length=10, choices=CheckResult.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager] = ScopedManager("item__station__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["item_id", "-checked_on", "-id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.checked_on} {self.result}"


class NoticeBoard(StationRecord):
    """第十一条, 第二十二条: a board, where it hangs, and when each content was last renewed.

    Each renewal is a `BoardRenewal`; `contents` holds the newest of each for lists.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=BoardKind.choices)
    prominent = models.BooleanField(_("hangs in a prominent place"), default=False)
    location = models.CharField(_("location"), max_length=120, blank=True)
    #: BoardItem code -> ISO day of the last renewal.
    contents = models.JSONField(_("contents"), default=dict, blank=True)

    class Meta(StationRecord.Meta):
        verbose_name = _("notice board")
        verbose_name_plural = _("notice boards")
        ordering = ["station_id", "kind", "id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class BoardRenewal(ScopedModel):
    """One content of a disclosure board renewed on one day; kept for good, with who and what.

    `NoticeBoard.contents` repeats the newest day of each content.
    """

    board = models.ForeignKey(
        NoticeBoard,
        verbose_name=_("notice board"),
        on_delete=models.PROTECT,
        related_name="renewals",
    )
    item = models.CharField(_("content"), max_length=20, choices=BoardItem.choices)
    renewed_on = models.DateField(_("renewed on"))
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    #: None: taken over from before renewals were kept one by one.
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[ScopedManager] = ScopedManager("board__station__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("renewal of a board")
        verbose_name_plural = _("renewals of boards")
        ordering = ["board_id", "-renewed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="boardrenewal_once_a_day", fields=["board", "item", "renewed_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.board_id} {self.item} {self.renewed_on}"


class ContactBox(StationRecord):
    """第十一条: the box in which people leave a note, and when it was last emptied.

    Each emptying is a `BoxEmptying`.
    """

    location = models.CharField(_("location"), max_length=120)
    last_emptied_on = models.DateField(_("last emptied"), null=True, blank=True)

    class Meta(StationRecord.Meta):
        verbose_name = _("contact box")
        verbose_name_plural = _("contact boxes")
        ordering = ["station_id", "id"]

    def __str__(self) -> str:
        return self.location


class BoxEmptying(ScopedModel):
    """One day a contact box was emptied; kept for good, with who.

    `ContactBox.last_emptied_on` repeats the newest day.
    """

    box = models.ForeignKey(
        ContactBox,
        verbose_name=_("contact box"),
        on_delete=models.PROTECT,
        related_name="emptyings",
    )
    emptied_on = models.DateField(_("emptied on"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    #: None: taken over from before emptyings were kept one by one.
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[ScopedManager] = ScopedManager("box__station__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("emptying of a box")
        verbose_name_plural = _("emptyings of boxes")
        ordering = ["box_id", "-emptied_on", "-id"]
        constraints = [
            models.UniqueConstraint(name="boxemptying_once_a_day", fields=["box", "emptied_on"])
        ]

    def __str__(self) -> str:
        return f"{self.box_id} {self.emptied_on}"


class ServiceDesk(StationRecord):
    """第十二条: a desk of another police branch that comes on fixed weekdays."""

    branch = models.CharField(_("branch"), max_length=12, choices=DeskBranch.choices)
    responsible_unit = models.ForeignKey(
        OrgUnit, verbose_name=_("responsible unit"), on_delete=models.PROTECT, related_name="+"
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        verbose_name=_("fixed weekdays"),
    )
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("to"))

    class Meta(StationRecord.Meta):
        verbose_name = _("service desk")
        verbose_name_plural = _("service desks")
        ordering = ["station_id", "branch", "id"]
        constraints = [
            *StationRecord.Meta.constraints,
            models.CheckConstraint(
                name="servicedesk_hours",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("The desk must close after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_branch_display()


class ServiceSession(ScopedModel):
    """One day a desk was open; `served_count` in persons, a total only."""

    desk = models.ForeignKey(ServiceDesk, on_delete=models.PROTECT, related_name="sessions")
    held_on = models.DateField(_("day"))
    served_count = models.PositiveIntegerField(_("people served"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager] = ScopedManager("desk__station__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["desk_id", "-held_on"]
        constraints = [
            models.UniqueConstraint(
                name="servicesession_once",
                fields=["desk", "held_on"],
                violation_error_message=_("This day is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.held_on}"


class Document(StationRecord, ClientCreated):
    """An institution, plan, approval or photograph of a station; its files are versions."""

    kind = models.CharField(_("kind"), max_length=25, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=120)
    number = models.CharField(_("number"), max_length=60, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta(StationRecord.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["station_id", "kind", "id"]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(ScopedModel):
    """One file of a document, never replaced. Content lives in the database with the rest."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    filename = models.CharField(
        _("file name"),
        max_length=120,
        validators=[
            RegexValidator(rf"\.({'|'.join(DOCUMENT_EXTENSIONS)})$", _("Not a kind of file kept."))
        ],
    )
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateField(_("effective from"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager] = ScopedManager("document__station__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["document_id", "-number"]
        constraints = [
            models.UniqueConstraint(name="documentversion_once", fields=["document", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.filename} v{self.number}"
