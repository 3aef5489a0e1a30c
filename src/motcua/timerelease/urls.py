"""Addresses of the time release studies."""

from __future__ import annotations

from django.urls import path

from motcua.timerelease import views

urlpatterns = [
    path("release-times/", views.index, name="release-times"),
    path("release-times/<slug:name>/", views.result, name="release-time"),
    path("release-times/<slug:name>/extract.csv", views.extract_csv, name="release-time-extract"),
]
