"""Production: refuses to start when a value is missing or still the demo's."""

from policeroom.settings.base import *

DEMO_MODE = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES["default"] = {**DATABASES["default"], **env.db("DATABASE_URL")}
env("REDIS_URL")
SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise environ.ImproperlyConfigured("SECRET_KEY must have at least 50 random characters")
if env.bool("POLICEROOM_DEMO", default=False):
    raise environ.ImproperlyConfigured("POLICEROOM_DEMO is for demonstrations, never production")

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
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
