"""The site's own settings, with one address more: the bare endpoint that filing is measured against."""

from __future__ import annotations

from motcua.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
