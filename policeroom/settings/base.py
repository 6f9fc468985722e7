"""Settings shared by every environment. Everything secret or local comes from the environment."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from policeroom.common.logs import configure_logs

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = False
DEMO_MODE = False
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
ROOT_URLCONF = "policeroom.urls"
WSGI_APPLICATION = "policeroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "policeroom.common",
    "policeroom.accounts",
    "stations",
    "personnel",
    "duty",
    "incidents",
    "meetings",
    "compliance",
    "reports",
    "policeroom.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "csp",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "policeroom.accounts.middleware.ProxyAddressMiddleware",
    "policeroom.common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "policeroom.common.middleware.ResponseHeadersMiddleware",
    "policeroom.common.middleware.RefuseNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "policeroom.accounts.middleware.SessionLimitsMiddleware",
    "personnel.middleware.ScopeMiddleware",
    "policeroom.accounts.middleware.AdminNetworksMiddleware",
    "policeroom.common.middleware.AccessPolicyMiddleware",
    "policeroom.accounts.middleware.AccountStateMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "policeroom.common.context.shell",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgresql://localhost/policeroom")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c statement_timeout=30s"
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise environ.ImproperlyConfigured("DATABASE_URL must point at PostgreSQL 14 or later")


def _redis(url: str, database: int) -> str:
    """The same server, another numbered database (unix: query, tcp: path)."""
    if url.startswith("unix://"):
        return f"{url.split('?', maxsplit=1)[0]}?db={database}"
    return f"{url.rstrip('/').rsplit('/', 1)[0] if url.count('/') > 2 else url}/{database}"


def _kombu(url: str, database: int) -> str:
    """Celery's spelling of `_redis`."""
    if url.startswith("unix://"):
        path = url.removeprefix("unix://").split("?")[0]
        return f"redis+socket://{path}?virtual_host={database}"
    return _redis(url, database)


REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis(REDIS_URL, 1),
        "TIMEOUT": 300,
    }
}

CELERY_BROKER_URL = _kombu(REDIS_URL, 0)
CELERY_RESULT_BACKEND = _kombu(REDIS_URL, 2)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "personnel.backends.GrantBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
#: "mlps3" (complexity, 90-day change, no reuse of the last 5) or "asvs" (length, deny list).
PASSWORD_PROFILE = env("PASSWORD_PROFILE", default="mlps3")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {"NAME": "policeroom.accounts.passwords.ContextWordValidator"},
    {"NAME": "policeroom.accounts.passwords.ProfileValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
#: Offered to everybody; True makes every session enrol before it reaches anything else.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
OTP_TOTP_ISSUER = "policeroom"

#: Files of RSA keys (PEM, 3072 bits) that open what devices sealed while the line was lost: the
#: first is the one pages seal for, every one opens. `manage.py make_offline_key` writes one.
OFFLINE_KEYS = env.list("OFFLINE_KEYS", default=[])
#: A missing key file is made on first use: demonstrations and tests only.
OFFLINE_KEYS_MADE_HERE = False
#: "<id>:<base64 of 32 bytes>"; the first seals, all open. Empty: derived from SECRET_KEY.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
#: Days after closing until the people of an incident are forgotten.
PARTY_RETENTION_DAYS = env.int("PARTY_RETENTION_DAYS", default=730)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
#: Seconds. Idle, idle for the three administrators, absolute (one shift).
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ADMIN_IDLE_SECONDS = 15 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
#: The stored session outlives the limit, so that its end can be told and audited.
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS + 60 * 60
SESSION_MAX_PARALLEL = 3
#: Before user administration, approval of roles and export of the trail the password is asked
#: again, unless the last sign-in or confirmation is younger (requirement 16).
CONFIRMATION_SECONDS = 10 * 60
#: Networks (CIDR) on which administration exists; empty: everywhere (requirement 35).
ADMIN_NETWORKS = env.list("ADMIN_NETWORKS", default=[])
for network in ADMIN_NETWORKS:
    try:
        ipaddress.ip_network(network)
    except ValueError as wrong:
        raise environ.ImproperlyConfigured(f"ADMIN_NETWORKS: {wrong}") from wrong
#: A proxy of ours stands in front and says who asks (X-Forwarded-For, its last entry).
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
#: Of one person; 0 counts nothing (requirement 49).
SEARCHES_PER_MINUTE = env.int("SEARCHES_PER_MINUTE", default=60)
EXPORTS_PER_HOUR = env.int("EXPORTS_PER_HOUR", default=60)
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "policeroom.common.errors_views.csrf_failure"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_LOCKOUT_CALLABLE = "policeroom.accounts.views.locked_out"
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # personnel.backends.GrantBackend is guardian's, with validity
    "axes.W006",  # requirement 07 locks the account: many officers share one address
]
AXES_USERNAME_FORM_FIELD = "username"
#: One counter for "AB12" and "ab12"; 5 failures count within 15 minutes; a try during the lock
#: does not prolong it, so that nobody is shut out of a 24-hour post for good.
AXES_USERNAME_CALLABLE = "policeroom.accounts.throttle.account_key"
AXES_HANDLER = "policeroom.accounts.throttle.WindowHandler"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False

GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

# --- browser ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
#: Largest file anybody may upload, in bytes.
UPLOAD_MAX_BYTES = 20 * 1024 * 1024

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / ".data" / "static"))
#: For production and `make run`, which collect the files first.
HASHED_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "policeroom.common.staticfiles.HashedModulesStorage"},
}

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- api ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "policeroom.common.api.exception_handler",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS answers 405; the schema describes the interface
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "policeroom",
    "DESCRIPTION": "Stations and coverage of the police rooms on university campuses.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "StationKindEnum": "stations.enums.StationKind",
        "IncidentKindEnum": "incidents.enums.IncidentKind",
        "StationStateEnum": "stations.enums.StationState",
        "IncidentStateEnum": "incidents.enums.IncidentState",
        "EntryKindEnum": "incidents.enums.EntryKind",
        "PrecisionEnum": "incidents.enums.Precision",
        "LinkKindEnum": "stations.enums.LinkKind",
        "DispositionEnum": "incidents.enums.Disposition",
        "LeadResultEnum": "incidents.enums_clocks.LeadResult",
        "RecheckResultEnum": "incidents.enums_clocks.RecheckResult",
        "IncidentLinkKindEnum": "incidents.enums.IncidentLinkKind",
        "DisputeKindEnum": "incidents.enums_clocks.DisputeKind",
        "DisputeStepKindEnum": "incidents.enums_clocks.DisputeStepKind",
        "DisputeOutcomeEnum": "incidents.enums_clocks.DisputeOutcome",
        "LevelEnum": "duty.serializers.LEVELS",
        "OrderStateEnum": "duty.enums.OrderState",
        "TriggerKindEnum": "duty.enums.TriggerKind",
        "TriggerStateEnum": "duty.enums.TriggerState",
        "DirectiveStateEnum": "duty.enums.DirectiveState",
        "PersonKindEnum": "personnel.enums.PersonKind",
        "SecondmentStateEnum": "personnel.enums.SecondmentState",
        "TrainingKindEnum": "personnel.enums.TrainingKind",
        "TrainingTopicEnum": "personnel.enums.TrainingTopic",
        "OutreachTopicEnum": "incidents.enums_clocks.OutreachTopic",
    },
}

LOGGING_CONFIG = None
configure_logs(level=env("LOG_LEVEL", default="INFO"), json=env.bool("LOG_JSON", default=True))
