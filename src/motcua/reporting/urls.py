"""Addresses of the figures. The code of a cell may hold a slash (`06a:clearance/import-declaration:8`)."""

from __future__ import annotations

from django.urls import path

from motcua.reporting import issue_views, list_views, objection_views, views

SHAPES = ("pdf", "xlsx", "json")

urlpatterns = [
    path("figures/", views.glance, name="figures"),
    path("figures/bulletin/", views.bulletin, name="figures-bulletin"),
    path("figures/06a/", views.form, name="figures-06a"),
    *(
        path(f"figures/{page}.{shape}", view, {"shape": shape}, name=f"figures-{page}-{shape}")
        for page, view in (("bulletin", views.bulletin_file), ("06a", views.form_file))
        for shape in SHAPES
    ),
    path("figures/indicators/", views.register, name="figures-indicators"),
    path("figures/indicators/<str:code>/", views.indicator_page, name="figures-indicator"),
    path("figures/rows/<path:code>.csv", list_views.rows_csv, name="figures-rows-csv"),
    path("figures/rows/<path:code>.xlsx", list_views.rows_xlsx, name="figures-rows-xlsx"),
    path("figures/rows/<path:code>/", list_views.rows, name="figures-rows"),
    path("figures/issued/", issue_views.shelf, name="figures-issued"),
    path("figures/issued/<int:pk>/", issue_views.issued, name="figures-issued-one"),
    *(
        path(
            f"figures/issued/<int:pk>.{shape}",
            issue_views.issued_file,
            {"shape": shape},
            name=f"figures-issued-{shape}",
        )
        for shape in SHAPES
    ),
    path("figures/issued/<int:pk>/object/", objection_views.object_to, name="figures-object"),
    path("figures/objections/<int:pk>/rule/", objection_views.rule_on, name="figures-rule"),
    path("figures/issue/", issue_views.issue_desk, name="figures-issue"),
]
