"""`make run`: one machine, plain HTTP on loopback, demo accounts unless POLICEROOM_DEMO=0."""

from policeroom.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
OFFLINE_KEYS = OFFLINE_KEYS or [str(BASE_DIR / ".data" / "offline_key.pem")]
OFFLINE_KEYS_MADE_HERE = True
DEMO_MODE = env.bool("POLICEROOM_DEMO", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# `make run` collects the files of production; with DEBUG those in static/ are served as they are.
HASHED_STATIC = env.bool("HASHED_STATIC", default=False) and not DEBUG
if HASHED_STATIC:
    STORAGES = HASHED_STORAGES
    WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
configure_logs(level=env("LOG_LEVEL", default="WARNING"), json=False)
if not SECRET_KEY:
    raise environ.ImproperlyConfigured(
        "SECRET_KEY is empty. `make run` writes one into .data/secret_key; set it to run by hand."
    )
