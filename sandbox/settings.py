"""Settings of the sandbox: its own database and its own process, nothing shared with the portal."""

import secrets
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

SANDBOX_PORT = env.int("SANDBOX_PORT", default=8001)
# The public base URL: paging links and credentials are built from it.
SANDBOX_URL = env.str("SANDBOX_URL", default=f"http://127.0.0.1:{SANDBOX_PORT}").rstrip("/")
# The steering endpoints, planted faults and kept requests: for development and tests only.
SANDBOX_CONTROL = env.bool("SANDBOX_CONTROL", default=False)

DEBUG = False
# Nothing the sandbox keeps is signed with it, so each process may have its own.
SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["*"]
APPEND_SLASH = False
ROOT_URLCONF = "sandbox.urls"
INSTALLED_APPS = ["sandbox"]
MIDDLEWARE = ["sandbox.middleware.answers"]

DATABASES = {
    "default": env.db_url("SANDBOX_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'sandbox.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            # One writer at a time, readers never wait; the lock is taken when a transaction begins.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
            ),
        }
    )
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Each server thread keeps its connection; a page costs a query, not a connection.
DATABASES["default"]["CONN_MAX_AGE"] = 600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Checked on every Basic request, so cheap; see sandbox/passwords.py.
PASSWORD_HASHERS = ["sandbox.passwords.LightScrypt"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # A refusal is an answer, not an event; only what nobody foresaw is worth a line.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "CRITICAL"}},
}
