"""A thousand times two editors on one record: nothing anybody wrote is lost.

What must be there is worked out beside the product: for each accepted change of the narrative the
words it added stay until somebody who had seen them takes them away; for each short fact the lines
of the timeline form a chain, so no value was replaced by somebody who had not seen it.
"""

from __future__ import annotations

import random
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction

from incidents.enums import Disposition, IncidentKind
from incidents.models import Incident, IncidentEntry
from incidents.services.categories import ensure_base_categories
from incidents.services.changes import (
    FieldConflictError,
    Patch,
    add_handler,
    patch_incident,
    remove_handler,
    token,
)
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.incidents.test_filing import NOW, call
from tests.world import build, make_user

pytestmark = pytest.mark.integration

IN_TURN, AT_ONCE, STEPS = 940, 60, 3
START = "w1甲，w2乙。w3丙，w4丁。w5戊"
WORD = re.compile(r"w\d+")


@dataclass
class Ledger:
    """What the accepted changes add up to, independent of the product."""

    words: Counter[str] = field(default_factory=lambda: Counter(WORD.findall(START)))
    people: set[int] = field(default_factory=set)
    accepted: int = 0
    conflicts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_word: int = 100

    def word(self) -> str:
        with self.lock:
            self.next_word += 1
            return f"w{self.next_word}"

    def took(self, before: str, after: str) -> None:
        old, new = Counter(WORD.findall(before)), Counter(WORD.findall(after))
        with self.lock:
            self.accepted += 1
            self.words += new - old
            self.words -= old - new


@dataclass
class Editor:
    """Reads the record, thinks for a while, sends one change of what was read."""

    user: User
    rng: random.Random
    ledger: Ledger
    pk: int
    seen: Incident | None = None

    def read(self) -> None:
        self.seen = Incident.objects.unscoped("test").get(pk=self.pk)

    def write(self) -> None:
        if self.seen is None:
            self.read()
        assert self.seen is not None
        act = self.rng.choice(["narrative", "narrative", "narrative", "short", "people"])
        try:
            getattr(self, f"_{act}")(self.seen)
        except FieldConflictError as refusal:
            with self.ledger.lock:
                self.ledger.conflicts += 1
            (conflict,) = refusal.conflicts
            assert conflict.mine != conflict.theirs
        self.seen = None

    def _narrative(self, seen: Incident) -> None:
        pieces = re.split(r"(?<=[，。])", seen.narrative)
        place = self.rng.randrange(len(pieces))
        mark = self.rng.choice("，。")
        match self.rng.choice(["add", "add", "change", "remove"]):
            case "add":
                pieces.insert(place, f"{self.ledger.word()}加{mark}")
            case "change":
                pieces[place] = f"{self.ledger.word()}改{mark}"
            case "remove":
                del pieces[place]
        text = "".join(pieces) or f"{self.ledger.word()}新"
        self._patch(seen, "narrative", {"narrative": text})
        self.ledger.took(seen.narrative, text)

    def _short(self, seen: Incident) -> None:
        name, values = self.rng.choice(
            [("disposition", Disposition.values), ("kind", IncidentKind.values)]
        )
        self._patch(seen, name, {name: self.rng.choice(values)})

    def _people(self, seen: Incident) -> None:
        if self.rng.random() < 0.6:
            add_handler(incident=seen, person=self.user, by=self.user, now=NOW)
            self.ledger.people.add(self.user.pk)
        else:
            remove_handler(incident=seen, person=self.user, by=self.user, now=NOW)
            self.ledger.people.discard(self.user.pk)

    def _patch(self, seen: Incident, name: str, values: dict[str, Any]) -> None:
        patches = {name: Patch(token(seen, name), values)}
        patch_incident(incident=seen, patches=patches, by=self.user, now=NOW)


def lost(incident: Incident, ledger: Ledger) -> list[str]:
    """Everything that was accepted and is not there."""
    found = []
    stored = Incident.objects.unscoped("test").get(pk=incident.pk)
    if Counter(WORD.findall(stored.narrative)) != +ledger.words:
        found.append(f"words {stored.narrative} {+ledger.words}")
    if set(stored.handlers.values_list("pk", flat=True)) != ledger.people:
        found.append("people")
    entries = IncidentEntry.objects.unscoped("test").filter(incident=incident).order_by("id")
    values = {"narrative": START, "disposition": "", "kind": IncidentKind.REPORT}
    for changes in entries.values_list("changes", flat=True):
        for name in values.keys() & changes.keys():
            if changes[name][0] != values[name]:
                found.append(f"{name} was replaced unseen: {changes[name]}")
            values[name] = changes[name][1]
    found += [name for name, value in values.items() if getattr(stored, name) != value]
    if stored.version != entries.count():
        found.append("a change without its line")
    return found


def editors(world: Any, people: list[User], seed: int) -> tuple[Incident, Ledger, list[Editor]]:
    incident = call(world, people[0], narrative=START)
    ledger = Ledger()
    pair = []
    for number, user in enumerate(people):
        rng = random.Random(f"{seed}-{number}")  # noqa: S311 -- a seeded test
        pair.append(Editor(user, rng, ledger, incident.pk))
    return incident, ledger, pair


def two_people(world: Any) -> list[User]:
    return [
        make_user(f"12000{n}", name, world.station_a1.unit, Role.OFFICER)
        for n, name in enumerate(("甲一", "乙二"))
    ]


def test_940_interleavings_in_turn_lose_nothing(db: None, capsys: Any) -> None:
    world = build()
    people = two_people(world)
    accepted = conflicts = 0
    problems = []
    for seed in range(IN_TURN):
        rng = random.Random(seed)  # noqa: S311 -- a seeded test
        incident, ledger, pair = editors(world, people, seed)
        turns = ["read", "write"] * STEPS
        queues = [list(turns), list(turns)]
        while any(queues):
            who = rng.choice([n for n, queue in enumerate(queues) if queue])
            getattr(pair[who], queues[who].pop(0))()
        problems += lost(incident, ledger)
        accepted += ledger.accepted
        conflicts += ledger.conflicts
    with capsys.disabled():
        sys.stdout.write(
            f"\n{IN_TURN} interleavings in turn: {accepted} narrative changes accepted, "
            f"{conflicts} conflicts shown, {len(problems)} lost updates\n"
        )
    assert problems == []
    assert conflicts > 30


def run(editor: Editor, start: threading.Barrier, problems: list[str]) -> None:
    try:
        start.wait()
        for _step in range(STEPS):
            editor.read()
            editor.write()
    except Exception as error:  # noqa: BLE001 -- told by the main thread
        problems.append(repr(error))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_60_interleavings_at_once_lose_nothing(capsys: Any) -> None:
    ensure_base_categories()
    with transaction.atomic():
        world = build()
        people = two_people(world)
    accepted = conflicts = 0
    problems: list[str] = []
    for seed in range(AT_ONCE):
        incident, ledger, pair = editors(world, people, 10_000 + seed)
        start = threading.Barrier(2)
        threads = [threading.Thread(target=run, args=(editor, start, problems)) for editor in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        problems += lost(incident, ledger)
        accepted += ledger.accepted
        conflicts += ledger.conflicts
    with capsys.disabled():
        sys.stdout.write(
            f"\n{AT_ONCE} interleavings at once: {accepted} narrative changes accepted, "
            f"{conflicts} conflicts shown, {len(problems)} lost updates\n"
        )
    assert problems == []
