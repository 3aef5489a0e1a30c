"""The addresses of the catalogue of procedures."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from motcua.procedures import open_data_views, views


class Day:
    """A day in an address: `2018-06-05`; a day that does not exist is an address that does not exist."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; ValueError makes the address unknown."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The day as ISO 8601 writes it."""
        return str(value)


register_converter(Day, "day")

urlpatterns = [
    path("open-data/", open_data_views.about, name="open-data"),
    path("open-data/procedures.json", open_data_views.procedures_json, name="open-data-json"),
    path("open-data/procedures.csv", open_data_views.procedures_csv, name="open-data-csv"),
    path("open-data/procedures.jsonld", open_data_views.procedures_jsonld, name="open-data-jsonld"),
    path("procedures/", views.listing, name="procedures"),
    path("procedures/<slug:field>/<slug:name>/", views.procedure, name="procedure"),
    path("procedures/<slug:field>/<slug:name>.json", views.procedure_json, name="procedure-json"),
    path(
        "procedures/<slug:field>/<slug:name>/changes/<day:before>/<day:after>/",
        views.changes,
        name="procedure-changes",
    ),
]
