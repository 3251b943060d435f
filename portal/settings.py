"""Settings of the portal. Every value comes from the environment; `docs/settings.md` explains each."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

# `make run` leaves the demo world's address and credentials here, so that a fresh machine needs
# no configuration. A value in the environment always wins; in production the file does not exist.
_demo_file = DATA_DIR / "demo.json"
_demo = json.loads(_demo_file.read_text()) if _demo_file.is_file() else {}
_demo_core, _demo_number = _demo.get("core_api", {}), _demo.get("number_api", {})

# --- where it runs -------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=_demo.get("secret_key", ""))
PORTAL_URL = env.str("PORTAL_URL", default=_demo.get("portal_url", "http://127.0.0.1:8000"))
_https = urlsplit(PORTAL_URL).scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(PORTAL_URL).hostname, "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

# --- the Core API --------------------------------------------------------------------------------

CORE_API_URL = env.str("CORE_API_URL", default=_demo_core.get("url", "http://127.0.0.1:8001/core/v2"))
CORE_API_TOKEN = env.str("CORE_API_TOKEN", default=_demo_core.get("token", ""))
# Our registration with the Core API's OAuth service: needed to issue and revoke tokens.
CORE_API_CLIENT_ID = env.str("CORE_API_CLIENT_ID", default=_demo_core.get("client_id", ""))
CORE_API_CLIENT_SECRET = env.str("CORE_API_CLIENT_SECRET", default=_demo_core.get("client_secret", ""))
# Our own login there: a token for ourselves is asked for with it.
CORE_API_LOGIN = env.str("CORE_API_LOGIN", default=_demo_core.get("login", ""))
CORE_API_PASSWORD = env.str("CORE_API_PASSWORD", default=_demo_core.get("password", ""))
NUMBER_API_URL = env.str("NUMBER_API_URL", default=_demo_number.get("url", ""))
NUMBER_API_AUTH_ID = env.str("NUMBER_API_AUTH_ID", default=_demo_number.get("auth_id", ""))
NUMBER_API_AUTH_TOKEN = env.str("NUMBER_API_AUTH_TOKEN", default=_demo_number.get("auth_token", ""))
NUMBER_API_ADMIN_AUTH_ID = env.str("NUMBER_API_ADMIN_AUTH_ID", default=_demo_number.get("admin_auth_id", ""))
NUMBER_API_ADMIN_AUTH_TOKEN = env.str(
    "NUMBER_API_ADMIN_AUTH_TOKEN", default=_demo_number.get("admin_auth_token", "")
)

UPSTREAM_CONNECT_TIMEOUT = env.float("UPSTREAM_CONNECT_TIMEOUT", default=3.0)
UPSTREAM_READ_TIMEOUT = env.float("UPSTREAM_READ_TIMEOUT", default=8.0)
UPSTREAM_DEADLINE = env.float("UPSTREAM_DEADLINE", default=15.0)
# Of the threads of a web process, so many may wait for the Core API; fewer than there are.
UPSTREAM_PLACES = env.int("UPSTREAM_PLACES", default=6)
# A write whose answer never came may still arrive upstream a little later; until this many seconds
# after its deadline, "not found there" is not yet proof that it did not happen.
SETTLE_GRACE = env.float("SETTLE_GRACE", default=120.0)

SEARCH_FRESH_SECONDS = env.int("SEARCH_FRESH_SECONDS", default=30)
COVERAGE_FRESH_SECONDS = env.int("COVERAGE_FRESH_SECONDS", default=300)
SYNC_EVERY_SECONDS = env.int("SYNC_EVERY_SECONDS", default=300)
FORCE_NEEDS_SECOND_ADMIN = env.bool("FORCE_NEEDS_SECOND_ADMIN", default=False)
UNASSIGN_GIVE_UP_DAYS = env.int("UNASSIGN_GIVE_UP_DAYS", default=60)

# --- applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "numbers",
    "partners",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "heroicons",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "portal.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.SessionActivity",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.HtmxAnswers",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "template_partials.templatetags.partials",
                "heroicons.templatetags.heroicons",
                "portal.templatetags.desk",
                "portal.templatetags.ledger",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
        },
    }
]

# --- data ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            # One writer at a time, readers never wait; a lock is taken when a transaction begins,
            # so two writers queue up instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
            ),
        }
    )
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://portal_cache")}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 20_000
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}}

# --- people --------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Numberdesk"
USERSESSIONS_TRACK_ACTIVITY = True
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")

# --- the browser ---------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 60 * 60)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000) if _https else 0
# The other hosts of the domain are not ours to decide about.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
USE_THOUSAND_SEPARATOR = True

# --- logs ----------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.OneLine"}},
    "filters": {"only_exceptions": {"()": "portal.logs.OnlyExceptions"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "django.request": {"filters": ["only_exceptions"]},
    },
}
