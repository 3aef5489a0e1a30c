"""
Who does what: plain dicts of dotted paths, in one place, discovered by nothing and nobody.

The modules below look themselves up here through `django.conf.settings`, so a lower layer never imports a higher.
"""

from __future__ import annotations

# Case kind -> its lifecycle table.
LIFECYCLES: dict[str, str] = {
    "dossier": "motcua.dossiers.lifecycle.DOSSIER",
    "declaration": "motcua.declarations.lifecycle.DECLARATION",
    "inspection": "motcua.nsw.lifecycle.INSPECTION",
    "movement": "motcua.manifest.lifecycle.MOVEMENT",
    "certificate": "motcua.origin.lifecycle.CERTIFICATE",
    "task": "motcua.reform.lifecycle.TASK",
}

# Message type -> the function that acts on a received message: (message) -> Answer.
HANDLERS: dict[str, str] = {}

# Name of a feed on the command line -> the message type it arrives as.
FEEDS: dict[str, str] = {}

# Indicator code -> motcua.reporting.indicators.Indicator.
INDICATORS: dict[str, str] = {}

# What the worker does besides messages: functions (now) -> bool, True when there may be more.
TIMED_JOBS: list[str] = []
