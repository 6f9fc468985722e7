"""policeroom: the police rooms on a province's campuses.

The Celery application is imported here so that every `shared_task` finds its broker.
"""

from policeroom.celery import app as celery_app

__all__ = ["celery_app"]
