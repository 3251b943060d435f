"""The portal's settings as the tests run them. Loaded by `--ds`, before any conftest."""

import os
import tempfile
from pathlib import Path

# Before the import: the test process must not read this machine's demo world or .env values.
os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="numberdesk-tests-")
os.environ.setdefault("SECRET_KEY", "tests-" + "0123456789abcdef" * 4)
os.environ["STATICFILES_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from portal.settings import *  # noqa: F403
from portal.settings import DATA_DIR, INSTALLED_APPS

Path(DATA_DIR).mkdir(parents=True, exist_ok=True)
# For the `flush` of tests/management, which the ledger's triggers would refuse.
INSTALLED_APPS = [*INSTALLED_APPS, "tests"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
