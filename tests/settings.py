"""The product's settings with a key for tests, and password hashing that does not slow them down."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789abcdef" * 4)
os.environ.setdefault("LINEAGE_DATA_DIR", os.path.join(tempfile.gettempdir(), f"lineage-tests-{os.getuid()}"))

from lineage_console.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# As in a checkout that collected nothing, whatever this one did.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
