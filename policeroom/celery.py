"""The Celery application and the one static table of recurring work.

Beat is only a nudge: every task computes what is due from the database and is safe to run twice,
so a lost beat, a doubled one or two schedulers change nothing.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policeroom.settings.dev")

app = Celery("policeroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: name -> task, when, and the article or requirement that asks for it. A test checks each entry.
app.conf.beat_schedule = {
    "heartbeat": {
        "task": "policeroom.common.tasks.beat_heartbeat",
        "schedule": 60.0,
        "options": {"expires": 50},
        # requirement 69: an outage of the scheduler shows on /readyz within minutes
    },
    "resume-imports": {
        "task": "stations.tasks.resume_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
        # design section 3: the row is the truth, a lost message is sent again
    },
    "settle-moves": {
        "task": "stations.tasks.settle_moves",
        "schedule": 60.0,
        "options": {"expires": 50},
        # 第二条, 第三条: a moved bureau leaves no record behind, also none a late request wrote
    },
    "grants-ending": {
        "task": "personnel.tasks.remind_of_ending_grants",
        "schedule": crontab(hour=7, minute=30),
        # requirement 31: cross-area grants carry an end; the security administrator is told before
    },
    "open-vacancies": {
        "task": "personnel.tasks.open_due_vacancies",
        "schedule": 600.0,
        "options": {"expires": 500},
        # 第二十条: a vacancy opens by itself the day after the last day
    },
    "people-ahead": {
        "task": "personnel.tasks.remind_ahead",
        "schedule": crontab(hour="7-18", minute=35),
        # 第十九条, 第二十条: what ends soon is told of; each once, whenever a beat comes
    },
    "follow-people": {
        "task": "personnel.tasks.follow_people",
        "schedule": 600.0,
        "options": {"expires": 500},
        # 第八条: a post that begins or ends today moves the person to that room's view
    },
    "escalate-deadlines": {
        "task": "personnel.tasks.escalate_deadlines",
        "schedule": 60.0,
        "options": {"expires": 50},
        # matrix Art. 13, 14 (4): receipts, leads, hazards, first reports; each told exactly once
    },
    "settle-orders": {
        "task": "duty.tasks.settle_orders",
        "schedule": 60.0,
        "options": {"expires": 50},
        # 第十五条, matrix D 15: a room that opens below a running order is bound from then on
    },
    "orders-without-end": {
        "task": "duty.tasks.remind_of_open_orders",
        "schedule": crontab(hour=7, minute=40),
        # matrix D 15: an order without an end is brought to mind
    },
    "roster-gaps": {
        "task": "duty.tasks.remind_of_gaps",
        "schedule": crontab(hour="7,13", minute=45),
        # 第十六条: open hours of the next days are told of; each day of a room once
    },
    "forgotten-presences": {
        "task": "duty.tasks.end_forgotten_presences",
        "schedule": 60.0,
        "options": {"expires": 50},
        # 第九条, matrix D 16: a missing check-out ends at the shift's end, not verified
    },
    "materialise-obligations": {
        "task": "meetings.tasks.materialise_obligations",
        "schedule": 300.0,
        "options": {"expires": 240},
        # 第十四条(一) to (三): the calendar decides what is owed, a lost beat changes nothing
    },
    "resume-proposals": {
        "task": "duty.tasks.resume_proposals",
        "schedule": 60.0,
        "options": {"expires": 50},
        # design section 3: the row is the truth, a lost message is sent again
    },
    "idle-accounts": {
        "task": "policeroom.accounts.tasks.disable_idle_accounts",
        "schedule": crontab(hour=3, minute=10),
        # requirement 17: idle for 90 days disables
    },
    "fold-figures": {
        "task": "incidents.tasks.fold_figures",
        "schedule": 300.0,
        "options": {"expires": 240},
        # design section 3: counts are kept with the facts; folding only makes their rows fewer
    },
    "purge-parties": {
        "task": "incidents.tasks.purge_parties",
        "schedule": crontab(hour=3, minute=30),
        # requirement 59: names of callers and people involved go when their time is over
    },
    "purge-drafts": {
        "task": "policeroom.common.tasks.purge_drafts",
        "schedule": crontab(hour=3, minute=40),
        # requirement 58: what nobody went on with is cleared
    },
    "clear-sessions": {
        "task": "policeroom.accounts.tasks.clear_expired_sessions",
        "schedule": crontab(hour=3, minute=20),
        # requirement 58: residual information is cleared
    },
}
