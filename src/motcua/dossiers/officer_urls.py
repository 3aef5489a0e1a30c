"""The officers' addresses for dossiers: one for each intent, the papers, and the counter."""

from __future__ import annotations

from django.urls import path

from motcua.dossiers import counter_views, officer_views
from motcua.dossiers.officer_acts import ACTS

urlpatterns = [
    path("counter/new/", counter_views.choose, name="counter-new"),
    path("counter/firms/", counter_views.firms, name="counter-firms"),
    path("counter/new/<slug:field>/<slug:name>/", counter_views.take, name="counter-take"),
    *(
        path(f"work/<str:reference>/{act.name}/", officer_views.door(act), name=f"officer-{act.name}")
        for act in ACTS
    ),
    path(
        "work/<str:reference>/take-supplement/", counter_views.take_supplement, name="officer-take-supplement"
    ),
    path("work/<str:reference>/letters/<int:pk>.pdf", officer_views.letter, name="officer-letter"),
    path("work/<str:reference>/control-slip/", officer_views.slip, name="officer-control-slip"),
]
