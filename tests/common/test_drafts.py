"""Drafts on the server: what is newer stays, what is done with does not come back."""

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

from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.drafts import Outcome
from policeroom.common.errors import DomainError
from policeroom.common.models import Draft
from policeroom.common.tasks import purge_drafts
from tests.world import World

pytestmark = pytest.mark.integration
NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))
KEY = uuid.UUID("6f1c2f1e-0000-4000-8000-000000000001")
SignIn = Callable[[User | None], Client]


def keep(user: User, text: str, revision: int, **changes: Any) -> drafts.Saved:
    values = {
        "user": user,
        "key": KEY,
        "form": "test.form",
        "page": "/incidents/capture/",
        "payload": {"text": [text]},
        "revision": revision,
        "at": NOW,
        **changes,
    }
    return drafts.save(**values)


def stored(user: User) -> list[tuple[str, int]]:
    return [(row.payload["text"][0], row.revision) for row in drafts.open_drafts(user)]


@pytest.mark.parametrize(
    ("text", "revision", "outcome", "kept"),
    [
        pytest.param("南门 两车", 6, Outcome.SAVED, ("南门 两车", 6), id="newer"),
        pytest.param("南门", 5, Outcome.SAVED, ("南门", 5), id="same request again"),
        pytest.param("北门", 5, Outcome.STALE, ("南门", 5), id="same revision, other text"),
        pytest.param("南", 4, Outcome.STALE, ("南门", 5), id="older"),
    ],
)
def test_an_older_revision_never_overwrites_a_newer(
    officer: User, text: str, revision: int, outcome: Outcome, kept: tuple[str, int]
) -> None:
    keep(officer, "南门", 5)
    saved = keep(officer, text, revision)
    assert (saved.outcome, saved.revision) == (outcome, kept[1])
    assert stored(officer) == [kept]


def test_a_confirmed_draft_is_empty_and_a_late_save_does_not_bring_it_back(officer: User) -> None:
    keep(officer, "南门", 5)
    drafts.confirmed(officer, KEY, at=NOW)
    assert keep(officer, "南门", 6).outcome == Outcome.CLOSED
    assert stored(officer) == []
    assert Draft.objects.get().payload == {}


def test_a_save_on_its_way_while_the_record_was_made_is_too_late(officer: User) -> None:
    drafts.confirmed(officer, KEY, at=NOW)
    assert keep(officer, "南门", 1).outcome == Outcome.CLOSED
    assert drafts.closed_among(officer, [KEY, uuid.uuid4()]) == [KEY]


def test_a_draft_goes_with_its_record_or_stays_with_the_failure(officer: User) -> None:
    keep(officer, "南门", 5)
    with transaction.atomic():
        drafts.confirmed(officer, KEY, at=NOW)
        transaction.set_rollback(True)
    assert stored(officer) == [("南门", 5)]


def test_confirming_is_one_query(officer: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        drafts.confirmed(officer, KEY, at=NOW)
    with django_assert_num_queries(0):
        drafts.confirmed(officer, None, at=NOW)


def test_database_refuses_text_in_a_closed_draft(officer: User) -> None:
    keep(officer, "南门", 5)
    with pytest.raises(DatabaseError, match="draft_closed_is_empty"):
        Draft.objects.update(closed_at=NOW)


@pytest.mark.parametrize(
    ("letters", "fits"),
    [
        pytest.param(64 * 1024 - 14, True, id="64 KiB"),
        pytest.param(64 * 1024 - 13, False, id="one more"),
    ],
)
def test_a_draft_holds_64_kib(officer: User, letters: int, fits: bool) -> None:
    payload = {"text": ["a" * letters]}
    assert (len(json.dumps(payload)) <= drafts.PAYLOAD_BYTES) is fits
    if fits:
        assert keep(officer, "", 1, payload=payload).outcome == Outcome.SAVED
    else:
        with pytest.raises(DomainError, match="65 KiB long; a draft holds 64 KiB"):
            keep(officer, "", 1, payload=payload)


def test_the_twenty_first_draft_is_refused_with_a_sentence(officer: User) -> None:
    for number in range(drafts.OPEN_DRAFTS):
        keep(officer, str(number), 1, key=uuid.uuid4())
    with pytest.raises(DomainError, match="20 drafts already"):
        keep(officer, "one too many", 1)
    assert len(stored(officer)) == 20
    newest = drafts.open_drafts(officer).first()
    assert newest is not None
    assert keep(officer, "goes on", 2, key=newest.key).outcome == Outcome.SAVED
    drafts.discard(user=officer, key=newest.key, at=NOW)
    assert keep(officer, "fits again", 1).outcome == Outcome.SAVED


def test_drafts_are_their_owners_alone(
    officer: User, neighbour_officer: User, as_user: SignIn
) -> None:
    keep(officer, "只给自己看", 1)
    other = as_user(neighbour_officer)
    assert other.get(reverse("drafts:open"), {"form": "test.form"}).json()["drafts"] == []
    assert "只给自己看" not in other.get(reverse("drafts:list")).content.decode()
    other.post(reverse("drafts:discard"), {"key": str(KEY)})
    keep(neighbour_officer, "自己的", 9)
    assert stored(officer) == [("只给自己看", 1)]
    page = as_user(officer).get(reverse("drafts:list")).content.decode()
    assert "只给自己看" in page


def test_drafts_untouched_for_14_days_are_purged(officer: User) -> None:
    now = timezone.now()
    keep(officer, "old", 1, at=now - drafts.KEPT - dt.timedelta(minutes=1))
    keep(officer, "young", 1, key=uuid.uuid4(), at=now - drafts.KEPT + dt.timedelta(minutes=1))
    assert purge_drafts() == 1
    assert stored(officer) == [("young", 1)]


def post(client: Client, **changes: Any) -> Any:
    values = {
        "key": str(KEY),
        "form": "test.form",
        "page": "/incidents/capture/",
        "revision": "3",
        "payload": '{"text": ["南门"], "csrfmiddlewaretoken": ["secret"]}',
        **changes,
    }
    return client.post(reverse("drafts:save"), values)


def test_a_page_saves_and_finds_its_draft(officer: User, as_user: SignIn) -> None:
    client = as_user(officer)
    assert post(client).json() == {"outcome": "saved", "revision": 3}
    found = client.get(reverse("drafts:open"), {"form": "test.form"}).json()
    assert [row["payload"] for row in found["drafts"]] == [{"text": ["南门"]}]
    assert client.get(reverse("drafts:open"), {"form": "other"}).json()["drafts"] == []
    assert post(client, revision="2").status_code == 409
    discard = {"key": str(KEY)}
    client.post(reverse("drafts:discard"), discard, headers={"accept": "application/json"})
    assert post(client, revision="4").status_code == 410
    closed = client.get(reverse("drafts:open"), {"known": str(KEY)}).json()["closed"]
    assert closed == [str(KEY)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"page": "//elsewhere.example/"}, id="page of another site"),
        pytest.param({"page": "javascript:alert(1)"}, id="no page"),
        pytest.param({"payload": '{"text": "南门"}'}, id="not a list"),
        pytest.param({"payload": '{"text": [1]}'}, id="not a text"),
        pytest.param({"payload": '{"text": ["a\\u0000"]}'}, id="NUL"),
        pytest.param({"payload": "[]"}, id="no fields"),
        pytest.param({"key": "1"}, id="no UUID"),
        pytest.param({"revision": "0"}, id="no revision"),
        pytest.param({"form": "<b>"}, id="no form code"),
        pytest.param({"payload": json.dumps({"text": ["a" * 70_000]})}, id="too long"),
    ],
)
def test_what_no_page_sends_is_refused(
    officer: User, as_user: SignIn, changes: dict[str, str]
) -> None:
    response = post(as_user(officer), **changes)
    assert (response.status_code, bool(response.json()["reason"])) == (400, True)
    assert not Draft.objects.exists()


def test_a_page_learns_who_is_signed_in_and_gets_a_fresh_token(
    officer: User, world: World, as_user: SignIn
) -> None:
    signed_in = as_user(officer).get(reverse("drafts:session")).json()
    assert signed_in["user"] == str(officer.pk)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert post(strict).status_code == 403
    token = strict.get(reverse("drafts:session")).json()["token"]
    assert post(strict, csrfmiddlewaretoken=token).status_code == 200
    assert as_user(None).get(reverse("drafts:session")).json()["user"] == ""
