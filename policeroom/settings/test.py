"""Tests: real PostgreSQL and Valkey started by tests/plugin_servers.py."""

from policeroom.settings.base import *

SECRET_KEY = SECRET_KEY or "only-for-tests-only-for-tests-only-for-tests-00"
DEBUG = False
OFFLINE_KEYS = OFFLINE_KEYS or [str(BASE_DIR / ".data" / "offline_key.pem")]
OFFLINE_KEYS_MADE_HERE = True
DEMO_MODE = env.bool("POLICEROOM_DEMO", default=False)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
#: Each process of a parallel run counts and caches for itself.
CACHES["default"]["KEY_PREFIX"] = env("PYTEST_XDIST_WORKER", default="")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", default=True)
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
configure_logs(level="ERROR", json=False)
