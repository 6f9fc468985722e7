"""Production: refuses to start when a value is missing or still the demo's."""

from policeroom.settings.base import *

if env.bool("POLICEROOM_DEMO", default=False):
    raise environ.ImproperlyConfigured("POLICEROOM_DEMO is for demonstrations, never production")
if env.bool("DEBUG", default=False):
    raise environ.ImproperlyConfigured("DEBUG shows the inside of the system, never in production")
NEEDED = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "OFFLINE_KEYS", "FIELD_KEYS")
for name in NEEDED:
    if not env(name):
        raise environ.ImproperlyConfigured(f"{name} is empty")
for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    if len(key) < 50 or len(set(key)) < 5:
        raise environ.ImproperlyConfigured(
            "SECRET_KEY and SECRET_KEY_FALLBACKS must have at least 50 random characters each"
        )
if any(host.startswith("*") for host in ALLOWED_HOSTS):
    raise environ.ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, not *")

DEMO_MODE = False
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 366 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STORAGES = HASHED_STORAGES
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
