"""Every address of the site, gathered from the apps; each view names its permission, and a test walks this list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
