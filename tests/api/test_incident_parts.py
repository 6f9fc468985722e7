"""The JSON interface of files, links, places, disputes, outreach, tasks and ends of notices."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import IncidentAttachment, UrgentJudgement
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from tests.api.test_incident_records import (
    ABSENT,
    API,
    AT,
    LIST_QUERIES,
    hazard_body,
    lead_body,
    send,
)
from tests.incidents.clocks_cast import notice
from tests.incidents.test_filing import call, category
from tests.incidents.test_record_parts import PDF, keep, photograph
from tests.world import World

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]


def key() -> dict[str, str]:
    return {"client_uuid": str(uuid.uuid4())}


def dispute_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        **key(),
        "station": world.station_a1.pk,
        "kind": "noise",
        "place_text": "3号学生公寓",
        "summary": "夜间噪声",
        "found_on": "2026-09-17",
        "risk": "low",
        "route": "joint",
        **changes,
    }


def screening_body(world: World, **changes: Any) -> dict[str, Any]:
    held = {"held_on": "2026-09-17", "found": 0, "areas": "学生公寓"}
    return {**key(), "station": world.station_a1.pk, **held, **changes}


def outreach_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        **key(),
        "station": world.station_a1.pk,
        "title": "禁毒讲座",
        "held_on": "2026-09-17",
        "topics": ["drugs"],
        "form": "lecture",
        "universities": [world.university_a.pk],
        "audience_count": 120,
        **changes,
    }


def task_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        **key(),
        "station": world.station_a1.pk,
        "title": "开学前检查",
        "received_at": AT,
        "due_at": "2026-09-20T15:42:00+08:00",
        **changes,
    }


def upload(client: Client, pk: int, content: bytes, name: str, **changes: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    body = {**key(), **changes, "file": file}
    return client.post(f"{API}incidents/{pk}/attachments/", body)


def codes(client: Client, address: str, body: dict[str, Any], **other: Any) -> list[int]:
    """Answers to a create, its resend, and other content under its key."""
    return [send(client, address, sent).status_code for sent in (body, body, {**body, **other})]


def test_file_is_kept_once_listed_brought_back_and_struck(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, client, sent = call(world, officer), as_user(officer), key()
    url = f"{API}incidents/{incident.pk}/attachments/"

    first, again = (upload(client, incident.pk, PDF, "现场.pdf", **sent) for _n in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert upload(client, incident.pk, PDF + b"%%EOF", "a.pdf", **sent).status_code == 409
    (row,) = client.get(url).json()["results"]
    assert (row["id"], row["filename"], row["size"]) == (first.json()["id"], "现场.pdf", len(PDF))
    file = client.get(f"{url}{row['id']}/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert file["Content-Disposition"].startswith("attachment;")
    assert AuditEvent.objects.unscoped("test").filter(action="export").count() == 1
    strike = f"incidents/{incident.pk}/attachments/{row['id']}/strike/"
    answer = send(client, strike, {"reason": "传错"})
    assert (answer.status_code, answer.json()["strike_reason"]) == (200, "传错")
    assert client.get(f"{url}{row['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<script>1</script>", "a.pdf"), (b"MZ\x90\x00", "a.exe"), (b"", "a.pdf")],
)
def test_file_that_may_not_be_kept_is_refused_by_field(
    world: World, officer: User, as_user: SignIn, content: bytes, name: str
) -> None:
    incident = call(world, officer)
    answer = upload(as_user(officer), incident.pk, content, name)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert not IncidentAttachment.objects.unscoped("test").exists()


def test_file_above_the_limit_is_refused(
    world: World, officer: User, as_user: SignIn, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = len(PDF) - 1
    answer = upload(as_user(officer), call(world, officer).pk, PDF, "a.pdf")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_picture_loses_position_and_camera(world: World, officer: User, as_user: SignIn) -> None:
    assert (
        upload(as_user(officer), call(world, officer).pk, photograph(), "a.jpg").status_code == 201
    )
    row = IncidentAttachment.objects.unscoped("test").get()
    assert b"camera of an officer" not in bytes(row.content)


def test_file_of_another_room_does_not_exist(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    own, far = call(world, officer), call(world, officer, station=world.station_b1)
    file, client = keep(far, officer), as_user(officer)
    for address in (f"{far.pk}/attachments/{file.pk}/", f"{own.pk}/attachments/{file.pk}/"):
        foreign = client.get(f"{API}incidents/{address}")
        absent = client.get(f"{API}incidents/{ABSENT}/attachments/{ABSENT}/")
        assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert upload(client, far.pk, PDF, "a.pdf").status_code == 404
    assert upload(as_user(city_supervisor), own.pk, PDF, "a.pdf").status_code == 403


def test_links_join_two_incidents_of_the_area(world: World, officer: User, as_user: SignIn) -> None:
    one, two, far = (
        call(world, officer, station=room)
        for room in (world.station_a1, world.station_a1, world.station_b1)
    )
    client, url = as_user(officer), f"incidents/{one.pk}/links/"
    body = {**key(), "other": two.pk, "kind": "related"}

    assert codes(client, url, body, kind="follow_up") == [201, 200, 409]
    for other in (far.pk, one.pk, two.pk, ABSENT):
        answer = send(client, url, {**body, **key(), "other": other})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["other"])
    (row,) = client.get(f"{API}incidents/{two.pk}/links/").json()["results"]
    strike = f"incidents/{two.pk}/links/{row['id']}/strike/"
    assert send(client, strike, {"reason": "无关"}).json()["strike_reason"] == "无关"
    assert send(client, strike, {"reason": "无关"}).status_code == 404


def test_line_is_struck_and_record_reviewed(
    world: World, officer: User, station_lead: User, as_user: SignIn
) -> None:
    incident, client = (
        call(world, officer, disposition="advised", category=category("dispute.noise")),
        as_user(officer),
    )
    line = send(client, f"incidents/{incident.pk}/entries/", {**key(), "text": "保安到场"}).json()
    url = f"incidents/{incident.pk}/entries/{line['id']}/strike/"
    struck = send(client, url, {"reason": "记错"})
    assert (struck.status_code, struck.json()["strikes"]) == (200, line["id"])
    assert send(client, url, {"reason": "记错"}).status_code == 400
    review = f"incidents/{incident.pk}/review/"
    assert send(client, review, {}).status_code == 403
    answer = send(as_user(station_lead), review, {})
    assert (answer.status_code, bool(answer.json()["reviewed_at"])) == (200, True)


def test_place_is_added_renamed_and_no_longer_offered(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, body = as_user(officer), {"station": world.station_a1.pk, "name": "北门岗亭"}
    made = send(client, "places/", body)
    assert (made.status_code, made.json()["is_active"]) == (201, True)
    again = send(client, "places/", body)
    assert (again.status_code, list(again.json()["errors"])) == (400, ["name"])
    url = f"places/{made.json()['id']}/"
    answer = send(client, url, {"aliases": "北岗", "is_active": False}, "patch").json()
    assert (answer["name"], answer["aliases"], answer["is_active"]) == ("北门岗亭", "北岗", False)
    assert [r["id"] for r in client.get(f"{API}places/").json()["results"]] == [answer["id"]]
    foreign = send(client, "places/", {**body, "station": world.station_b1.pk})
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["station"])


def test_dispute_is_recorded_mediated_followed_up_and_closed(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, body = as_user(officer), dispute_body(world)
    assert codes(client, "disputes/", body, summary="别的") == [201, 200, 409]
    (row,) = client.get(f"{API}disputes/").json()["results"]
    url = f"disputes/{row['id']}/"
    changed = send(client, url, {"risk": "high"}, "patch").json()
    assert (changed["risk"], changed["summary"]) == ("high", "夜间噪声")
    closing = {"closed_at": AT}
    assert send(client, f"{url}close/", closing).status_code == 400
    session = {**key(), "kind": "mediation", "held_at": AT, "outcome": "agreed"}
    assert codes(client, f"{url}steps/", session, outcome="failed") == [201, 200, 409]
    closed = send(client, f"{url}close/", closing).json()
    assert closed["agreed"]
    assert closed["closed_at"]
    assert [step["outcome"] for step in closed["steps"]] == ["agreed"]
    struck = send(client, f"{url}strike/", {"reason": "重复"}).json()
    assert struck["strike_reason"] == "重复"


def test_screening_that_found_nothing_is_an_entry(
    world: World, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    url = "dispute-screenings/"
    assert codes(client, url, screening_body(world), found=2) == [201, 200, 409]
    assert [row["found"] for row in client.get(f"{API}{url}").json()["results"]] == [0]


def test_outreach_is_recorded_for_universities_of_the_area(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, body = as_user(officer), outreach_body(world)
    assert codes(client, "outreach/", body, title="别的") == [201, 200, 409]
    (row,) = client.get(f"{API}outreach/").json()["results"]
    assert (row["universities"], row["topics"]) == ([world.university_a.pk], ["drugs"])
    assert client.get(f"{API}outreach/{row['id']}/").json() == row
    for pk in (world.university_b.pk, ABSENT):
        refused = send(client, "outreach/", outreach_body(world, universities=[pk]))
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["universities"])
    struck = send(client, f"outreach/{row['id']}/strike/", {"reason": "重复"})
    assert (struck.status_code, struck.json()["strike_reason"]) == (200, "重复")


def test_task_is_assigned_from_above_and_reported_done(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    body, room, above = task_body(world), as_user(officer), as_user(city_supervisor)
    assert send(room, "tasks/", body).status_code == 403
    assert codes(above, "tasks/", body, title="别的") == [201, 200, 409]
    (row,) = room.get(f"{API}tasks/").json()["results"]
    url = f"tasks/{row['id']}/"
    done = send(room, f"{url}answer/", {"result": "已检查", "closed_at": AT})
    assert (done.status_code, done.json()["result"]) == (200, "已检查")
    assert room.get(f"{API}{url}").json() == done.json()
    assert send(room, f"{url}strike/", {"reason": "x"}).status_code == 403
    assert send(above, f"{url}strike/", {"reason": "撤回"}).json()["strike_reason"] == "撤回"


def test_notice_is_acknowledged_judged_ended_and_struck(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    row, room, above = notice(world, officer), as_user(officer), as_user(city_supervisor)
    url = f"urgent-notices/{row.pk}/"
    assert send(room, f"{url}acknowledgement/", {}).status_code == 403
    taken = send(above, f"{url}acknowledgement/", {}).json()
    assert taken["acknowledged_at"]
    (police,) = (side for side in taken["sides"] if side["side"] == "police")
    assert police["reported_to"] == world.city_a.name
    assert send(room, f"{url}close/", {"closed_at": AT}).json()["closed_at"]
    decision = {"concealed": False, "reason": "两方记录一致"}
    assert send(room, f"{url}judgements/", decision).status_code == 403
    assert send(above, f"{url}judgements/", decision).status_code == 200
    assert UrgentJudgement.objects.unscoped("test").get().reason == "两方记录一致"
    assert send(above, f"{url}strike/", {"reason": "误报"}).json()["strike_reason"] == "误报"


def test_lead_and_hazard_are_struck_by_who_may(
    world: World, officer: User, city_supervisor: User, station_lead: User, as_user: SignIn
) -> None:
    above = as_user(city_supervisor)
    lead = send(above, "leads/", lead_body(world)).json()["id"]
    hazard = send(as_user(officer), "hazards/", hazard_body(world)).json()["id"]
    assert as_user(officer).get(f"{API}leads/{lead}/").json()["reference_no"] == "XS-2026-1"
    for client, url in (
        (above, f"leads/{lead}/strike/"),
        (as_user(station_lead), f"hazards/{hazard}/strike/"),
    ):
        assert send(client, url, {}).status_code == 400
        assert send(client, url, {"reason": "重复"}).json()["strike_reason"] == "重复"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "body", "more"),
    [
        ("disputes/", dispute_body, 1),
        ("dispute-screenings/", screening_body, 0),
        ("outreach/", outreach_body, 1),
        ("tasks/", task_body, 0),
    ],
)
def test_lists_cost_the_same_for_one_and_three(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: SignIn,
    django_assert_num_queries: Any,
    address: str,
    body: Callable[..., dict[str, Any]],
    more: int,
    rows: int,
) -> None:
    author = as_user(city_supervisor if address == "tasks/" else officer)
    for _row in range(rows):
        assert send(author, address, body(world)).status_code == 201
    client = as_user(officer)
    client.get(f"{API}{address}")
    with django_assert_num_queries(LIST_QUERIES + more):
        page = client.get(f"{API}{address}?limit=200").json()
    assert len(page["results"]) == rows
