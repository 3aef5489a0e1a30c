"""Một Cửa ("one door"): a customs single window that measures its own reform."""

__version__ = "0.1.0"
