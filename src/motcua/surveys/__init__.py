"""Surveys of those who are served (CDCI, DDCI): asked without knowing who answered, scored without pretending to know ranks."""
