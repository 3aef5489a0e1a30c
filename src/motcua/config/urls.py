"""Every address of the site, gathered from the apps; each view names its permission, and a test walks this list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from motcua.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("motcua.people.urls")),
    path("api/v1/", api.urls),
    path("exchange/", include("motcua.exchange.urls")),
    path("", include("motcua.dossiers.officer_urls")),
    path("", include("motcua.origin.urls")),
    path("", include("motcua.nsw.urls")),
    path("", include("motcua.casework.urls")),
    path("", include("motcua.portal.urls")),
    path("", include("motcua.manifest.urls")),
    path("", include("motcua.consignment.urls")),
    path("", include("motcua.procedures.urls")),
    path("", include("motcua.publication.urls")),
    path("", include("motcua.dossiers.trader_urls")),
    path("", include("motcua.reform.urls")),
    path("", include("motcua.timerelease.urls")),
    path("", include("motcua.reporting.urls")),
]
