"""`make run`: one machine, plain HTTP on loopback, demo accounts unless POLICEROOM_DEMO=0."""

from policeroom.settings.base import *

DEBUG = env.bool("DEBUG", default=False)
OFFLINE_KEYS = OFFLINE_KEYS or [str(BASE_DIR / ".data" / "offline_key.pem")]
OFFLINE_KEYS_MADE_HERE = True
DEMO_MODE = env.bool("POLICEROOM_DEMO", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
configure_logs(level=env("LOG_LEVEL", default="WARNING"), json=False)
if not SECRET_KEY:
    raise environ.ImproperlyConfigured(
        "SECRET_KEY is empty. `make run` writes one into .data/secret_key; set it to run by hand."
    )
