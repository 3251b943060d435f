"""The portal's settings as the tests run them. Loaded by `--ds`, before any conftest."""

import atexit
import os
import shutil
import tempfile

# Before the import: a test run must neither read nor touch this machine's own desk.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="numberdesk-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "tests-" + "0123456789abcdef" * 4)
os.environ["STATICFILES_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from portal.settings import *  # noqa: E402, F403
from portal.settings import INSTALLED_APPS  # noqa: E402

# For the `flush` of tests/management, which the ledger's triggers would refuse.
INSTALLED_APPS = [*INSTALLED_APPS, "tests"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
