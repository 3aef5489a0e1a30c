"""The addresses of movements: the agent's, the forwarder's, the officers'."""

from __future__ import annotations

from django.urls import path

from motcua.manifest import call_views, officer_views, paper_views, workbook_views
from motcua.manifest.officer_acts import ACTS

urlpatterns = [
    path("calls/", call_views.my_calls, name="calls"),
    path("calls/new/", paper_views.new_call, name="call-new"),
    path("calls/new/save/", paper_views.save_new, name="call-new-save"),
    path("calls/upload/", call_views.upload, name="call-upload"),
    path("calls/templates/<slug:name>.xlsx", workbook_views.call_template, name="call-template"),
    path("calls/marked/<int:pk>.xlsx", workbook_views.call_marked, name="call-marked"),
    path("calls/<str:reference>/", call_views.call, name="call"),
    path("calls/<str:reference>/bills/", call_views.bills, name="call-bills"),
    path("calls/<str:reference>/differences/", call_views.differences, name="call-differences"),
    path("calls/<str:reference>/reschedule/", call_views.reschedule, name="call-reschedule"),
    path("calls/<str:reference>/cancel/", call_views.cancel, name="call-cancel"),
    path("calls/<str:reference>/versions/<int:pk>/", call_views.version, name="call-version"),
    path("calls/<str:reference>/papers/<slug:form>/", paper_views.paper, name="call-paper"),
    path("calls/<str:reference>/papers/<slug:form>/save/", paper_views.save, name="call-paper-save"),
    path("house-bills/", call_views.house_bills, name="house-bills"),
    path("house-bills/new/", paper_views.houses, name="house-bills-new"),
    path("house-bills/new/save/", paper_views.save_houses, name="house-bills-save"),
    path("movements/", officer_views.movements, name="movements"),
    path("movements/<str:reference>/", officer_views.movement, name="movement"),
    path("movements/<str:reference>/bills/", officer_views.bills, name="movement-bills"),
    path("movements/<str:reference>/differences/", officer_views.differences, name="movement-differences"),
    path("movements/<str:reference>/versions/<int:pk>/", officer_views.version, name="movement-version"),
    path("movements/<str:reference>/decide/<int:pk>/", officer_views.decide, name="movement-decide"),
    *(
        path(f"movements/<str:reference>/{act.name}/", officer_views.door(act), name=f"movement-{act.name}")
        for act in ACTS
    ),
]
