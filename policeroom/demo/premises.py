"""What the demonstration stations hold; every seventh lacks something the regulation asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from typing import Any

from policeroom.demo.places import START
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
from stations.models import (
    BoardRenewal,
    BoxEmptying,
    ContactBox,
    Document,
    DocumentVersion,
    EquipmentCheck,
    EquipmentItem,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
    ServiceSession,
    Station,
)

_REQUIRED = (
    (EquipmentCategory.INTERNET_COMPUTER, "台式计算机", 2),
    (EquipmentCategory.DESKS, "办公桌椅", 4),
    (EquipmentCategory.CABINETS, "铁皮档案柜", 3),
    (EquipmentCategory.VISITOR_CHAIRS, "便民椅", 4),
    (EquipmentCategory.MEETING_TABLE, "会议桌", 1),
    (EquipmentCategory.POLICE_GEAR, "防暴盾牌", 4),
    (EquipmentCategory.PATROL_VEHICLE, "电动巡逻车", 1),
)
_INSTITUTIONS = tuple(DocumentKind)[:8]


def build_premises(
    stations: list[Station], rng: random.Random, *, today: dt.date, recorder: Any
) -> None:
    """Areas, gear with checks, boards, boxes, desks with sessions, documents."""
    _areas(stations, rng)
    _equipment(stations, rng, today=today, recorder=recorder)
    _boards(stations, today=today, recorder=recorder)
    _desks(stations, today=today, recorder=recorder)
    _documents(stations, recorder=recorder)


def _areas(stations: list[Station], rng: random.Random) -> None:
    FunctionalArea.objects.bulk_create(
        FunctionalArea(
            station=station,
            kind=kind,
            floor_area_m2=rng.randrange(600, 2600) / 100,
            started_on=START,
        )
        for index, station in enumerate(stations)
        for kind in AreaKind
        if not (index % 7 == 3 and kind in {AreaKind.MEDIATION, AreaKind.SERVER})
    )


def _equipment(
    stations: list[Station], rng: random.Random, *, today: dt.date, recorder: Any
) -> None:
    items = []
    for index, station in enumerate(stations):
        for number, (category, name, quantity) in enumerate(_REQUIRED, start=1):
            if index % 7 == 5 and category == EquipmentCategory.PATROL_VEHICLE:
                continue
            gear = category in {EquipmentCategory.POLICE_GEAR, EquipmentCategory.PATROL_VEHICLE}
            overdue = gear and index % 9 == 2
            due = today + dt.timedelta(days=-14 if overdue else rng.randrange(20, 300))
            items.append(
                EquipmentItem(
                    station=station,
                    asset_no=f"{station.code}-{number:02d}",
                    category=category,
                    name=name,
                    quantity=quantity,
                    state=EquipmentState.REPAIR if index % 23 == 6 and gear else "in_service",
                    next_check_on=due if gear else None,
                    started_on=START,
                )
            )
    EquipmentItem.objects.bulk_create(items)
    EquipmentCheck.objects.bulk_create(
        EquipmentCheck(
            item=item,
            checked_on=dt.date(2026, 3, 10),
            result=CheckResult.GOOD,
            recorded_by=recorder,
        )
        for item in items
        if item.next_check_on is not None
    )


def _boards(stations: list[Station], *, today: dt.date, recorder: Any) -> None:
    rows = []
    for index, station in enumerate(stations):
        contents = {item.value: "2026-09-02" for item in BoardItem}
        if index % 7 == 1:
            contents.pop(BoardItem.SUPERVISION_PHONE.value)
        for kind in BoardKind:
            if index % 11 == 8 and kind == BoardKind.PUBLICITY:
                continue
            rows.append(
                NoticeBoard(
                    station=station,
                    kind=kind,
                    prominent=index % 10 != 9,
                    location="警务室入口",
                    contents=contents if kind == BoardKind.DISCLOSURE else {},
                    started_on=START,
                )
            )
    boards = NoticeBoard.objects.bulk_create(rows)
    BoardRenewal.objects.bulk_create(
        BoardRenewal(
            board=board, item=item, renewed_on=dt.date.fromisoformat(day), recorded_by=recorder
        )
        for board in boards
        for item, day in board.contents.items()
    )
    boxes = ContactBox.objects.bulk_create(
        ContactBox(
            station=station,
            location="一楼大厅",
            last_emptied_on=today - dt.timedelta(days=index % 40),
            started_on=START,
        )
        for index, station in enumerate(stations)
        if index % 19 != 12
    )
    BoxEmptying.objects.bulk_create(
        BoxEmptying(box=box, emptied_on=box.last_emptied_on, recorded_by=recorder) for box in boxes
    )


def _desks(stations: list[Station], *, today: dt.date, recorder: Any) -> None:
    desks = [
        ServiceDesk(
            station=station,
            branch=DeskBranch.HOUSEHOLD if index % 2 else DeskBranch.TRAFFIC,
            responsible_unit=station.operator,
            weekdays=[Weekday.TUESDAY, Weekday.THURSDAY] if index % 2 else [Weekday.WEDNESDAY],
            opens_at=dt.time(9),
            closes_at=dt.time(11, 30),
            started_on=START,
        )
        for index, station in enumerate(stations)
        if index % 3 == 0
    ]
    ServiceDesk.objects.bulk_create(desks)
    days = [today - dt.timedelta(days=back) for back in range(1, 61)]
    ServiceSession.objects.bulk_create(
        ServiceSession(
            desk=desk, held_on=day, served_count=(desk.pk + day.day) % 25, recorded_by=recorder
        )
        for desk in desks
        for day in days
        if day.isoweekday() in desk.weekdays and (desk.pk + day.day) % 9
    )


def _documents(stations: list[Station], *, recorder: Any) -> None:
    documents = [
        Document(
            station=station,
            kind=kind,
            title=f"{station.code} {title}",
            number=f"{station.code}-{number:02d}",
            started_on=START,
        )
        for index, station in enumerate(stations)
        for number, (kind, title) in enumerate(_papers(index), start=1)
    ]
    Document.objects.bulk_create(documents)
    content = one_page_pdf()
    digest = hashlib.sha256(content).hexdigest()
    DocumentVersion.objects.bulk_create(
        (
            DocumentVersion(
                document=document,
                number=1,
                filename=f"{document.number}.pdf",
                content_type="application/pdf",
                content=content,
                size=len(content),
                sha256=digest,
                effective_from=START,
                recorded_by=recorder,
            )
            for document in documents
        ),
        batch_size=500,
    )


def _papers(index: int) -> list[tuple[str, str]]:
    titles = ("周碰头", "月研判", "季会商", "重大情况即时通报", "接处警联动")
    more = ("首接负责", "装备管理维护", "工作日志")
    kept = zip(_INSTITUTIONS, (f"{t}制度(演示)" for t in (*titles, *more)), strict=True)
    papers = [pair for place, pair in enumerate(kept) if not (index % 7 == 6 and place >= 5)]
    return [*papers, (DocumentKind.ESTABLISHMENT, "设立批复(演示)")]


def one_page_pdf() -> bytes:
    """A one-page empty A4 document, so that a download opens."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 4\n0000000000 65535 f \n%strailer\n<< /Size 4 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(body))
    )
