"""Settings of the tests: the owner's role, because tests create and drop their own database."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["MOTCUA_ROLE"] = "owner"
os.environ["MOTCUA_DEVELOPMENT"] = "1"

from motcua.config.settings import *  # noqa: F403

# Quick hashing: the strength of passwords is not what these tests look at.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test that forgets to ask for the test database must fail, not fill the real one.
DATABASES["default"]["TEST"] = {"NAME": "test_" + str(DATABASES["default"]["NAME"])}  # noqa: F405
DATABASES["default"]["NAME"] = "no_database_outside_tests"  # noqa: F405
_scratch = Path(tempfile.mkdtemp(prefix="motcua-test-"))
FILES = _scratch / "files"
KEYS = _scratch / "keys"
