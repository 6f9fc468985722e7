"""Calls captured without a line: filed once, or kept until somebody has checked them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.enums import IncidentState, Source
from incidents.models import Incident, IncidentEntry, OfflineReason, OfflineRecord
from incidents.services.offline import captured_at, judge
from personnel.models import RoleGrant
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from policeroom.common.sealing import seal
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
TEXT = "南门 电动车纠纷 已调解"
SignIn = Callable[[User | None], Client]


def body(key: uuid.UUID, captured: dt.datetime, text: str = TEXT, **fields: str) -> dict[str, Any]:
    plain = {"client_uuid": str(key), "captured_at": captured.isoformat(), "text": text, **fields}
    return {name: [value] for name, value in plain.items()}


def hand_in(
    client: Client,
    author: User,
    *,
    key: uuid.UUID | None = None,
    captured: dt.datetime | None = None,
    sent: dt.datetime | None = None,
    address: str = "incidents:sealed",
    **fields: str,
) -> Any:
    """What outbox.js sends when the line is back."""
    key, captured = key or uuid.uuid4(), captured or timezone.now() - 10 * MINUTE
    record = {"body": body(key, captured, **fields), "captured_at": captured.isoformat()}
    envelope = seal(record, key=key, user=str(author.pk))
    content = {"envelope": envelope, "sent_at": (sent or timezone.now()).isoformat()}
    return client.post(reverse(address), json.dumps(content), content_type="application/json")


def incidents() -> list[Incident]:
    return list(Incident.objects.unscoped("test").order_by("id"))


def records() -> list[OfflineRecord]:
    return list(OfflineRecord.objects.unscoped("test").order_by("id"))


def test_a_sealed_call_is_filed_with_the_time_it_was_captured(
    officer: User, as_user: SignIn
) -> None:
    captured = timezone.now() - 40 * MINUTE
    answer = hand_in(as_user(officer), officer, captured=captured)
    (incident,) = incidents()
    assert (answer.status_code, answer.json()["number"]) == (201, incident.number)
    assert (incident.reported_at, incident.source) == (captured, Source.OFFLINE)
    assert (incident.recorded_by, incident.state) == (officer, IncidentState.CLOSED)


def test_three_sends_of_one_envelope_are_one_row(officer: User, as_user: SignIn) -> None:
    key, captured, client = uuid.uuid4(), timezone.now() - MINUTE, as_user(officer)
    codes = [hand_in(client, officer, key=key, captured=captured).status_code for _ in range(3)]
    assert (codes, len(incidents())) == ([201, 200, 200], 1)


def test_a_call_that_was_filed_before_the_answer_was_lost_is_not_filed_again(
    officer: User, as_user: SignIn
) -> None:
    key, captured, client = uuid.uuid4(), timezone.now() - MINUTE, as_user(officer)
    fields = body(key, captured, place_text="南门", as_it_is="on")
    direct = client.post(reverse("incidents:quick"), fields, headers={"accept": "application/json"})
    later = hand_in(client, officer, key=key, captured=captured, place_text="南门", as_it_is="on")
    assert (direct.status_code, later.status_code, len(incidents())) == (201, 200, 1)
    again = client.post(reverse("incidents:quick"), fields, headers={"accept": "application/json"})
    assert (again.status_code, len(incidents())) == (200, 1)


def test_another_call_under_a_used_uuid_is_refused(officer: User, as_user: SignIn) -> None:
    key, client = uuid.uuid4(), as_user(officer)
    hand_in(client, officer, key=key)
    answer = hand_in(client, officer, key=key, text="北门")
    assert (answer.status_code, len(incidents())) == (409, 1)
    assert "other content" in answer.json()["reason"]


def test_a_call_that_says_neither_where_nor_what_is_filed_and_stays_open(
    officer: User, as_user: SignIn
) -> None:
    assert hand_in(as_user(officer), officer, text="有人来过").status_code == 201
    assert incidents()[0].state == IncidentState.NEW


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"text": "  "}, "Write what happened", id="empty"),
        pytest.param({"reported_at": "yesterday-ish"}, "", id="no time"),
    ],
)
def test_what_cannot_be_filed_is_refused_with_the_reason_and_given_back(
    officer: User, as_user: SignIn, fields: dict[str, str], said: str
) -> None:
    key, client = uuid.uuid4(), as_user(officer)
    captured = timezone.now() - 30 * MINUTE
    answer = hand_in(client, officer, key=key, captured=captured, **fields)
    assert (answer.status_code, answer.json()["status"]) == (422, "refused")
    assert said in answer.json()["reason"]
    for _ in range(2):  # asked twice, one draft
        back = hand_in(
            client,
            officer,
            key=key,
            captured=captured,
            address="incidents:sealed-correct",
            **fields,
        )
        assert back.json() == {"status": "draft", "page": reverse("incidents:capture")}
    (draft,) = drafts.open_drafts(officer)
    assert draft.key != key
    assert draft.payload["text"] == [fields.get("text", TEXT)]
    assert draft.payload["reported_at"] == [
        fields.get("reported_at") or timezone.localtime(captured).strftime("%Y-%m-%d %H:%M")
    ]


def test_only_the_author_gets_a_call_back(
    officer: User, neighbour_officer: User, as_user: SignIn
) -> None:
    other = as_user(neighbour_officer)
    assert hand_in(other, officer, address="incidents:sealed-correct").status_code == 403
    assert not drafts.open_drafts(neighbour_officer).exists()


def test_filing_closes_the_draft(officer: User, as_user: SignIn) -> None:
    key = uuid.uuid4()
    hand_in(as_user(officer), officer, key=key)
    assert drafts.closed_among(officer, [key]) == [key]


# --- who and when -------------------------------------------------------------------------------
def end_grants(user: User, at: dt.datetime) -> None:
    RoleGrant.objects.filter(user=user).update(valid_to=at)


def test_a_call_of_somebody_who_moved_on_is_kept_for_the_lead_of_the_old_room(
    world: World, officer: User, station_lead: User, as_user: SignIn
) -> None:
    captured = timezone.now() - 3 * 60 * MINUTE
    end_grants(officer, captured + MINUTE)
    grant(officer, Role.OFFICER, world.station_b1.unit, valid_from=captured + MINUTE)
    key = uuid.uuid4()
    for _ in range(2):
        answer = hand_in(as_user(officer), officer, key=key, captured=captured)
        assert (answer.status_code, answer.json()["status"]) == (202, "quarantined")
    (record,) = records()
    assert (record.station, record.reason) == (world.station_a1, OfflineReason.TRANSFERRED)
    assert (record.text, record.captured_at, incidents()) == (TEXT, captured, [])
    (line,) = Notification.objects.filter(recipient=station_lead, kind="incidents.offline")
    assert line.url == record.get_absolute_url()
    assert "南门" not in line.title + line.body


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        pytest.param(-11 * MINUTE, OfflineReason.NOT_POSTED, id="ended before"),
        pytest.param(-9 * MINUTE, OfflineReason.TRANSFERRED, id="ended since"),
        pytest.param(10 * MINUTE, "", id="runs"),
    ],
)
def test_a_grant_counts_at_the_capture_and_now(
    world: World, officer: User, ended: dt.timedelta, reason: str
) -> None:
    now = timezone.now()
    end_grants(officer, now + ended)
    verdict = judge(author=officer, sender=officer, asked="", captured=now - 10 * MINUTE, now=now)
    assert (verdict.room, verdict.reason) == (world.station_a1, reason)


def test_a_named_room_must_be_the_authors(world: World, officer: User) -> None:
    now = timezone.now()
    foreign = str(world.station_b1.pk)
    verdict = judge(author=officer, sender=officer, asked=foreign, captured=now, now=now)
    assert (verdict.room, verdict.reason) == (world.station_a1, OfflineReason.NOT_POSTED)


def test_a_call_that_somebody_else_hands_in_is_kept_for_the_lead(
    officer: User, neighbour_officer: User, as_user: SignIn
) -> None:
    answer = hand_in(as_user(neighbour_officer), officer)
    (record,) = records()
    assert (answer.status_code, record.reason) == (202, OfflineReason.OTHER_SENDER)
    assert (record.author, record.sender, incidents()) == (officer, neighbour_officer, [])


def test_a_call_of_somebody_who_never_served_anywhere_stays_on_the_device(
    world: World, as_user: SignIn
) -> None:
    nobody = make_user("100099", "无职", world.city_a)
    answer = hand_in(as_user(nobody), nobody)
    assert (answer.status_code, records()) == (422, [])
    assert "by hand" in answer.json()["reason"]


NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(
    ("claimed", "sent", "captured"),
    [
        pytest.param(NOW - 30 * MINUTE, NOW, NOW - 30 * MINUTE, id="right clock"),
        pytest.param(NOW - 30 * MINUTE, NOW + 5 * MINUTE, NOW - 30 * MINUTE, id="5 min: believed"),
        pytest.param(NOW - 30 * MINUTE, NOW + 6 * MINUTE, NOW - 36 * MINUTE, id="6 min ahead"),
        pytest.param(NOW - 90 * MINUTE, NOW - 60 * MINUTE, NOW - 30 * MINUTE, id="an hour behind"),
        pytest.param(NOW + 3 * MINUTE, NOW + 4 * MINUTE, NOW, id="never after now"),
        pytest.param(NOW + DAY, None, NOW, id="sender does not say"),
    ],
)
def test_a_wrong_clock_is_corrected_by_what_it_says_at_sending(
    claimed: dt.datetime, sent: dt.datetime | None, captured: dt.datetime
) -> None:
    assert captured_at(claimed=claimed, sent=sent, now=NOW) == captured


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("x", id="no JSON"),
        pytest.param("[]", id="no object"),
        pytest.param("{}", id="no envelope"),
    ],
)
def test_what_is_no_envelope_is_refused(officer: User, as_user: SignIn, content: str) -> None:
    url = reverse("incidents:sealed")
    answer = as_user(officer).post(url, content, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"captured_at": "2026-09-17T15:42:00+08:00"}, id="no fields"),
        pytest.param({"body": {"text": ["x"]}}, id="no time"),
        pytest.param({"body": {"text": "x"}, "captured_at": "2026-09-17T15:42:00Z"}, id="no list"),
        pytest.param({"body": {"text": ["x"]}, "captured_at": "2026-09-17 15:42"}, id="no zone"),
        pytest.param({"body": {"text": ["x"]}, "captured_at": "2026-99-17T15:42Z"}, id="no day"),
    ],
)
def test_an_envelope_without_a_call_is_refused(
    officer: User, as_user: SignIn, record: dict[str, Any]
) -> None:
    envelope = seal(record, key=uuid.uuid4(), user=str(officer.pk))
    answer = as_user(officer).post(
        reverse("incidents:sealed"), json.dumps({"envelope": envelope}), "application/json"
    )
    assert (answer.status_code, answer.json()["status"]) == (400, "refused")


# --- checked ------------------------------------------------------------------------------------
@pytest.fixture
def waiting(officer: User, neighbour_officer: User, as_user: SignIn) -> OfflineRecord:
    hand_in(as_user(neighbour_officer), officer, captured=timezone.now() - 45 * MINUTE)
    return records()[0]


def test_the_lead_accepts_a_call_into_the_log(
    waiting: OfflineRecord, officer: User, station_lead: User, as_user: SignIn
) -> None:
    client = as_user(station_lead)
    assert TEXT in client.get(waiting.get_absolute_url()).content.decode()
    client.post(reverse("incidents:offline-accept", args=[waiting.pk]))
    (incident,) = incidents()
    assert (incident.reported_at, incident.source) == (waiting.captured_at, Source.OFFLINE)
    assert (incident.recorded_by, list(incident.handlers.all())) == (station_lead, [officer])
    (record,) = records()
    assert (record.state, record.incident) == ("accepted", incident)
    told = IncidentEntry.objects.unscoped("test").filter(incident=incident).latest("id").text
    assert str(officer) in told
    client.post(reverse("incidents:offline-accept", args=[waiting.pk]))
    assert len(incidents()) == 1
    events = AuditEvent.objects.unscoped("test").filter(action="incidents.offline-decide")
    assert [event.actor for event in events] == [station_lead]


def test_a_call_that_waited_for_weeks_is_accepted_with_its_time(
    waiting: OfflineRecord, station_lead: User, as_user: SignIn
) -> None:
    old = timezone.now() - 30 * DAY
    OfflineRecord.objects.unscoped("test").update(captured_at=old)
    as_user(station_lead).post(reverse("incidents:offline-accept", args=[waiting.pk]))
    assert [incident.reported_at for incident in incidents()] == [old]


def test_a_choice_that_is_gone_is_left_to_the_words(
    waiting: OfflineRecord, station_lead: User, as_user: SignIn
) -> None:
    OfflineRecord.objects.unscoped("test").update(body={**waiting.body, "place": ["987654"]})
    as_user(station_lead).post(reverse("incidents:offline-accept", args=[waiting.pk]))
    assert len(incidents()) == 1


def test_the_lead_leaves_a_call_out_only_with_a_reason(
    waiting: OfflineRecord, station_lead: User, as_user: SignIn
) -> None:
    client, url = as_user(station_lead), reverse("incidents:offline-refuse", args=[waiting.pk])
    assert client.post(url, {"note": " "}).status_code == 200
    assert records()[0].state == "waiting"
    client.post(url, {"note": "试验记录"})
    assert (records()[0].state, records()[0].decision_note) == ("refused", "试验记录")
    client.post(reverse("incidents:offline-accept", args=[waiting.pk]))
    assert incidents() == []


def test_only_the_rooms_own_lead_sees_the_call(
    waiting: OfflineRecord, world: World, officer: User, station_lead: User, as_user: SignIn
) -> None:
    other = make_user("100098", "旁人", world.station_b1.unit, Role.STATION_LEAD)
    page = reverse("incidents:offline-list")
    assert waiting.get_absolute_url() in as_user(station_lead).get(page).content.decode()
    assert waiting.get_absolute_url() not in as_user(other).get(page).content.decode()
    assert as_user(other).get(waiting.get_absolute_url()).status_code == 404
    assert as_user(officer).get(page).status_code == 403


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param("state = 'refused'", "offlinerecord_decision_pair", id="nobody decided"),
        pytest.param(
            "state = 'accepted', decided_by_id = author_id, decided_at = now()",
            "offlinerecord_accepted_is_filed",
            id="accepted, not filed",
        ),
        pytest.param(
            "state = 'refused', decided_by_id = author_id, decided_at = now()",
            "offlinerecord_refused_says_why",
            id="refused, no reason",
        ),
    ],
)
def test_database_refuses_half_a_decision(
    waiting: OfflineRecord, change: str, constraint: str
) -> None:
    from django.db import connection

    with (
        pytest.raises(DatabaseError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE incidents_offlinerecord SET " + change)  # noqa: S608 -- our own table


# --- the page and its worker --------------------------------------------------------------------
def test_the_page_without_a_line_holds_nobodys_data(officer: User, as_user: SignIn) -> None:
    url = reverse("incidents:capture-offline")
    signed_in = as_user(officer).get(url)
    nobody = as_user(None)
    nobody.cookies.load({"django_language": "en"})
    assert signed_in.content == nobody.get(url).content
    assert b"csrfmiddlewaretoken" not in signed_in.content
    assert officer.name not in signed_in.content.decode()


def test_the_worker_keeps_only_that_page_and_files(db: None, as_user: SignIn) -> None:
    answer = as_user(None).get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    head = answer.content.decode().splitlines()[0]
    shell = json.loads(head.removeprefix("const SHELL = ").removesuffix(";"))
    assert shell[0] == reverse("incidents:capture-offline")
    assert all(url.startswith("/static/") for url in shell[1:])
    assert {"store.js", "session.js", "fields.js", "drafts.js", "outbox.js"} <= {
        url.rpartition("/")[2] for url in shell
    }


@pytest.mark.parametrize(
    ("sent", "forgotten"),
    [
        pytest.param({}, '"cache", "storage"', id="nothing waits"),
        pytest.param({"keep_sealed": "1"}, '"cache"', id="calls wait"),
    ],
)
def test_signing_out_forgets_everything_but_sealed_calls(
    officer: User, as_user: SignIn, sent: dict[str, str], forgotten: str
) -> None:
    answer = as_user(officer).post(reverse("accounts:logout"), sent)
    assert answer.headers["Clear-Site-Data"] == forgotten
