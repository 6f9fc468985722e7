"""pytest plugin: a throwaway PostgreSQL and Valkey for the whole run.

Loaded by `-p tests.plugin_servers` (pyproject.toml), so run it as `python -m pytest`. Servers that
DATABASE_URL and REDIS_URL name are used instead; xdist workers inherit the controller's.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

# Before policeroom is imported: its Celery application would settle on the development settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "policeroom.settings.test"

from policeroom.runner.errors import RunnerError
from policeroom.runner.servers import throwaway

TEST_KEY = "only-for-tests-only-for-tests-only-for-tests-only-for-tests"
_servers = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Around pytest-django's own (which reads the settings), whatever the order of plugins."""
    os.environ.setdefault("SECRET_KEY", TEST_KEY)
    atexit.register(_servers.close)
    try:
        os.environ.update(_servers.enter_context(throwaway()))
    except RunnerError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _servers.close()
