"""The addresses of inspections: firms and the public, ministries, laboratories, customs branches."""

from __future__ import annotations

from django.urls import path

from motcua.nsw import customs_views, desk, firm_views, ministry_views
from motcua.nsw.doors import door

urlpatterns = [
    path("inspections/needed/", firm_views.needed, name="inspection-needed"),
    path("inspections/check/", firm_views.check, name="inspection-check"),
    path("inspections/", firm_views.mine, name="my-inspections"),
    path("inspections/new/", firm_views.new, name="inspection-new"),
    path("inspections/<str:reference>/", firm_views.show, name="inspection"),
    *(
        path(
            f"inspections/<str:reference>/{act.name}/", door(act, right="nsw.apply", find=firm_views.find, side="firm"),
            name=f"inspection-{act.name}",
        )
        for act in desk.FIRM
    ),
    path("ministry/", ministry_views.worklist, name="ministry-worklist"),
    path("ministry/<str:reference>/", ministry_views.show, name="ministry-inspection"),
    *(
        path(
            f"ministry/<str:reference>/{act.name}/",
            door(act, right="nsw.ministry", find=ministry_views.find, side="ministry", options=ministry_views.options),
            name=f"ministry-{act.name}",
        )
        for act in desk.MINISTRY
    ),
    path("ministry/<str:reference>/requests/<str:number>/<str:verdict>/", ministry_views.answer_request, name="ministry-request"),
    path("laboratory/", ministry_views.laboratory, name="laboratory"),
    path("laboratory/<int:pk>/", ministry_views.report, name="laboratory-report"),
    path("work/inspection-alerts/", customs_views.alerts, name="inspection-alerts"),
    path("work/inspection-alerts/<int:pk>/seen/", customs_views.see, name="inspection-alert-seen"),
    path("work/<str:reference>/inspections/", customs_views.of_declaration, name="declaration-inspections"),
    *(
        path(
            f"work/<str:reference>/inspection-{act.name}/",
            door(act, right="nsw.goods", find=customs_views.find, side="customs"), name=f"customs-{act.name}",
        )
        for act in desk.CUSTOMS
    ),
]  # fmt: skip
