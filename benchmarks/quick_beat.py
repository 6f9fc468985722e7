"""The Celery application with the escalation due every second, for `benchmarks.escalation`."""

from policeroom.celery import app

app.conf.beat_schedule = {
    "escalate-deadlines": {**app.conf.beat_schedule["escalate-deadlines"], "schedule": 1.0}
}
