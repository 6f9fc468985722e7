"""The room of the demonstration accounts: everything exists there once, made through the services.

What is entered by hand here is what a visitor opens first: a call with all that hangs on it, a
clock of each kind in each state, rules and categories of the city, a log from elsewhere, a call
captured without a line.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from incidents.enums import Disposition, IncidentKind, IncidentLinkKind, PartyRole, Source
from incidents.enums_clocks import (
    DisputeOutcome,
    DisputeStepKind,
    LeadResult,
    Ledger,
    RecheckResult,
)
from incidents.imports.fields import propose
from incidents.imports.header import find_log_header
from incidents.imports.proposal import columns_of
from incidents.models import Category, Incident, OfflineReason, Place, RuleTarget, Transfer
from incidents.queries.hazards import current_order
from incidents.queries.transfers import live_transfers
from incidents.services import offline
from incidents.services.attachments import attach
from incidents.services.category_tree import add_category, offer_category
from incidents.services.clocks import to_minute
from incidents.services.disputes import add_step, record_dispute
from incidents.services.filing import file_incident
from incidents.services.hazards import extend_hazard, recheck_hazard, record_hazard
from incidents.services.imports import save_mapping, upload_log, use_mapping
from incidents.services.leads import answer_lead, issue_lead
from incidents.services.links import link_incidents
from incidents.services.match_rules import add_rule, end_rule
from incidents.services.parties import add_party, hold_parties
from incidents.services.places import offer_place
from incidents.services.registers import file_nil_return
from incidents.services.states import close_incident, reopen_incident, review_incident
from incidents.services.tasks import answer_task, assign_task
from incidents.services.timeline import add_entry, strike_entry
from incidents.services.transfers import make_transfer, receive_transfer, strike_transfer
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.periods import month_before, month_of
from policeroom.demo.premises import one_page_pdf
from policeroom.demo.stage import Stage
from policeroom.demo.urgent import build_notices
from stations.enums import UnitKind
from stations.imports import jobs
from stations.imports.cells import read_tables
from stations.models import Station
from stations.services.org import create_unit

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
LOG_NAME: Final = "校卫队台账"
LOG: Final = """编号,报警时间,类别,地点,内容,处置结果
W-101,{a} 08:20,物品遗失,图书馆,学生报称水杯遗落,已帮助
W-102,{a} 13:05,交通纠纷,南门,两辆电动车相碰，无人受伤,已调解
W-103,{b} 21:40,噪声扰民,7号学生公寓,楼上深夜喧哗,劝导
W-104,{b} 22:10,其他,操场,夜跑人员与保安争执,现场解决
"""


def build_records(stage: Stage) -> None:
    """Records of the demonstration room, in the names of its own people and those above it."""
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    lead, officer = people["990401"], people["990402"]
    county, city = people["990301"], people["990201"]
    rooms = Station.objects.unscoped("demo: the room of the demonstration accounts")
    room = rooms.select_related("operator", "unit", "campus").get(org_path=officer.org_path)
    _receivers(room)
    build_notices(stage, room, officer=officer, superiors={"county": county, "city": city})
    _passed_down(stage, room, county=county, lead=lead)
    _hazards(stage, room, officer=officer, county=county)
    _disputes(stage, room, officer=officer)
    last = month_before(month_of(stage.today)).start
    file_nil_return(station=room, ledger=Ledger.EQUIPMENT, month=last, by=lead, now=stage.now)
    _calls(stage, room, officer=officer, lead=lead)
    places = Place.objects.unscoped("demo: a place of the room").filter(station=room)
    offer_place(place=places.get(name="快递站"), offered=False, by=lead)
    _rules_of_city(stage, city)
    _log(stage, room, lead=lead)
    _without_a_line(stage, room, author=people["990403"], sender=officer)


def _receivers(room: Station) -> None:
    """Units beside the room that may receive a case."""
    area = room.operator.area_name
    create_unit(parent=room.operator, kind=UnitKind.PRECINCT, name=f"{area}派出所", by=None)
    create_unit(parent=room.operator, kind=UnitKind.POLICE_BRANCH, name=f"{area}刑侦大队", by=None)


def _passed_down(stage: Stage, room: Station, *, county: User, lead: User) -> None:
    """Leads and tasks: answered in time, answered late, overdue, running without a named time."""
    now = to_minute(stage.now)
    # days since the receipt, days until due, days until the answer
    terms = ((40, 5, 2), (30, 3, 5), (12, 4, None), (1, None, None), (2, 6, None))
    for number, (ago, term, answered) in enumerate(terms, start=1):
        received = now - ago * DAY
        given: dict[str, Any] = {
            "station": room,
            "issuer": room.operator,
            "received_at": received,
            "by": county,
            "now": stage.now,
        }
        due = received + term * DAY if term else None
        row = issue_lead(reference_no=f"海公线〔演示〕{number}号", due_at=due, **given)
        due = received + (term or 7) * DAY
        task = assign_task(title=f"校园安全专项任务{number}", due_at=due, **given)
        if answered:
            ends: dict[str, Any] = {
                "closed_at": received + answered * DAY,
                "by": lead,
                "now": stage.now,
            }
            answer_lead(lead=row, result=LeadResult.CONFIRMED, **ends)
            answer_task(task=task, result="已完成并报送小结", **ends)


def _hazards(stage: Stage, room: Station, *, officer: User, county: User) -> None:
    """Put right in time, rechecked late and ordered again, overdue, extended, running."""
    now = to_minute(stage.now)
    made = []
    for ago, term, what in (
        (45, 15, "楼梯间堆放杂物"),
        (40, 10, "后厨线路老化"),
        (25, 10, "消防栓被遮挡"),
        (8, 15, "应急照明不亮"),
        (1, 14, "看台护栏松动"),
    ):
        found = now - ago * DAY
        made.append(
            record_hazard(
                station=room,
                campus=room.campus,
                place_text="3号学生公寓",
                description=what,
                found_at=found,
                responsible="后勤管理处",
                due_on=stage.today - (ago - term) * DAY,
                by=officer,
                now=stage.now,
            )
        )
    first, second, _overdue, fourth, _running = made
    facts: dict[str, Any] = {"by": officer, "now": stage.now}
    recheck_hazard(
        order=current_order(first),
        checked_at=now - 35 * DAY,
        result=RecheckResult.FIXED,
        **facts,
    )
    recheck_hazard(
        order=current_order(second),
        checked_at=now - 20 * DAY,
        result=RecheckResult.NOT_FIXED,
        note="线路仍未更换",
        next_due_on=stage.today + 5 * DAY,
        **facts,
    )
    extend_hazard(
        hazard=fourth,
        due_on=fourth.due_on + 20 * DAY,
        document_no="海公限改〔演示〕4号",
        reason="灯具采购周期较长",
        by=county,
        now=stage.now,
    )


def _disputes(stage: Stage, room: Station, *, officer: User) -> None:
    """One dispute that goes on, and one that was agreed today and can be followed up."""
    for ago, outcome in ((3, DisputeOutcome.OPEN), (0, DisputeOutcome.AGREED)):
        row = record_dispute(
            station=room,
            kind="dormitory",
            place_text="7号学生公寓",
            summary="同宿舍因作息时间发生争执",
            found_on=stage.today - ago * DAY,
            risk="medium",
            route="joint",
            by=officer,
            now=stage.now,
        )
        add_step(
            dispute=row,
            kind=DisputeStepKind.MEDIATION,
            held_at=to_minute(stage.now) - (ago - 1) * DAY if ago else to_minute(stage.now),
            outcome=outcome,
            with_units="学院、宿管中心",
            by=officer,
            now=stage.now,
        )


def _calls(stage: Stage, room: Station, *, officer: User, lead: User) -> None:
    """A call that is read and in order with a supplement, and one that was taken up again."""
    now = to_minute(stage.now)
    earlier = _call(stage, room, officer, at=now - 3 * DAY, category="help.found")
    close_incident(incident=earlier, by=officer, now=stage.now, at=now - 3 * DAY + HOUR)
    who: dict[str, Any] = {"by": officer, "now": stage.now}
    add_party(incident=earlier, role=PartyRole.REPORTER, name="林晓", **who)
    earlier.refresh_from_db()
    review_incident(incident=earlier, by=lead, now=stage.now)
    hold_parties(incident=earlier, reason="行政复议期间", by=lead, now=stage.now)
    add_entry(incident=earlier, text="失主次日凭校园卡领回钱包", **who)

    _case(stage, room, officer, at=now - 3 * DAY)
    late = _case(stage, room, officer, at=now - 5 * DAY)
    receive_transfer(
        transfer=live_transfers(late)[0],
        received_at=late.reported_at + 30 * HOUR,
        received_by_name="周明",
        **who,
    )
    call = _case(stage, room, officer, at=now - 18 * MINUTE)
    reopen_incident(incident=call, reason="校卫队调取到新的监控录像", **who)
    strike_transfer(transfer=_hand_over(call, "item", **who), reason="物品仍在警务室", **who)
    add_party(incident=call, role=PartyRole.REPORTER, name="赵晴", telephone="13800006021", **who)
    attach(incident=call, filename="现场照片.pdf", content=one_page_pdf(), **who)
    link_incidents(incident=call, other=earlier, kind=IncidentLinkKind.RELATED, **who)
    wrong = add_entry(incident=call, text="车辆停放在东门车棚", **who)
    strike_entry(entry=wrong, reason="地点写错，应为南门车棚", **who)
    add_entry(incident=call, text="保卫处同步调取南门监控", **who)


def _case(stage: Stage, room: Station, officer: User, *, at: dt.datetime) -> Incident:
    """A case that was handed over and closed; nobody has signed for it."""
    call = _call(stage, room, officer, at=at, category="theft.bicycle")
    who: dict[str, Any] = {"by": officer, "now": stage.now}
    _hand_over(call, "case", **who)
    return close_incident(incident=call, at=at + 8 * MINUTE, **who)


def _hand_over(call: Incident, what: str, **who: Any) -> Transfer:
    return make_transfer(
        incident=call,
        what=what,
        receiver_kind="precinct",
        receiver_name=f"{call.station.operator.area_name}派出所",
        handed_at=call.reported_at + 6 * MINUTE,
        **who,
    )


def _call(stage: Stage, room: Station, by: User, *, at: dt.datetime, category: str) -> Incident:
    kind = Category.objects.get(code=category)
    found = category == "help.found"
    return file_incident(
        station=room,
        kind=IncidentKind.ASSISTANCE if found else IncidentKind.REPORT,
        category=kind,
        place=Place.objects.unscoped("demo: a place of the room").get(station=room, name="南门"),
        narrative="拾得钱包一个，送交警务室" if found else "学生报称停放在车棚的电动车不见",
        reported_at=at,
        dispatched_at=at + MINUTE,
        arrived_at=at + 4 * MINUTE,
        disposition=Disposition.GUIDED if found else "",
        source=Source.FORM,
        handlers=[by],
        by=by,
        now=stage.now,
    )


def _rules_of_city(stage: Stage, city: User) -> None:
    """Words and a category of the city: in use, and one that was ended."""
    path = city.org_path
    traffic = Category.objects.get(code="dispute.traffic")
    own = add_category(
        parent=Category.objects.get(code="help"), name="共享单车求助", org_path=path, by=city
    )
    unused = add_category(
        parent=Category.objects.get(code="help"), name="代取快递", org_path=path, by=city
    )
    offer_category(category=unused, offered=False, by=city)
    facts: dict[str, Any] = {"org_path": path, "by": city, "now": stage.now}
    add_rule(target=RuleTarget.CATEGORY, category=own, keyword="共享单车", weight=8, **facts)
    add_rule(target=RuleTarget.CATEGORY, category=traffic, keyword="剐碰", weight=7, **facts)
    ended = add_rule(
        target=RuleTarget.DISPOSITION,
        value=Disposition.ADVISED,
        keyword="电话答复",
        weight=6,
        **facts,
    )
    end_rule(rule=ended, by=city, now=stage.now)


def _log(stage: Stage, room: Station, *, lead: User) -> None:
    """A log of the university's guards: its columns are known, the dry run waits for a yes."""
    days = {"a": stage.today - 3 * DAY, "b": stage.today - 2 * DAY}
    content = LOG.format(**days).encode()
    _table, header = find_log_header(read_tables(content))
    scope = scope_for(lead, at=stage.now)
    mapping = save_mapping(
        station=room,
        unit_path=room.org_path,
        name=LOG_NAME,
        fingerprint=header.fingerprint,
        columns=columns_of(header, propose(header.keys)),
        scope=scope,
        by=lead,
    )
    job = upload_log(
        station=room,
        filename=f"{LOG_NAME}.csv",
        content=content,
        mapping=None,
        scope=scope,
        by=lead,
        as_of=stage.today,
    )
    use_mapping(job=job, mapping=mapping, scope=scope)
    jobs.run(job.pk, clock=lambda: stage.now)


def _without_a_line(stage: Stage, room: Station, *, author: User, sender: User) -> None:
    """A call that somebody else handed in waits for the lead; another one is still being typed."""
    captured = to_minute(stage.now) - 2 * HOUR
    offline.quarantine(
        key=uuid.UUID(int=stage.rng.getrandbits(128), version=4),
        verdict=offline.Verdict(room, OfflineReason.OTHER_SENDER),
        body={"text": ["南门 两辆电动车相碰 已调解"], "station": [str(room.pk)]},
        author=author,
        sender=sender,
        captured=captured,
        now=stage.now,
    )
    drafts.save(
        user=sender,
        key=uuid.UUID(int=stage.rng.getrandbits(128), version=4),
        form=offline.DRAFT_FORM,
        page="/incidents/capture/",
        payload={"text": ["图书馆 学生报称耳机"]},
        revision=1,
        at=stage.now,
    )
