"""The addresses of the applicant's pages, and of the public tracking page."""

from __future__ import annotations

from django.urls import path

from motcua.dossiers import answer_views, filing_views, takeaway_views, track_views, trader_views

urlpatterns = [
    path("track/", track_views.track, name="track"),
    path("dossiers/", trader_views.my_dossiers, name="my-dossiers"),
    path("dossiers/new/<slug:field>/<slug:name>/", filing_views.new, name="new-dossier"),
    path("dossiers/drafts/<int:pk>/answers/", filing_views.answers, name="draft-answers"),
    path("dossiers/drafts/<int:pk>/save/", filing_views.save, name="draft-save"),
    path("dossiers/drafts/<int:pk>/papers/", filing_views.papers, name="draft-papers"),
    path(
        "dossiers/drafts/<int:pk>/papers/<slug:name>/drop/", filing_views.drop_paper, name="draft-drop-paper"
    ),
    path("dossiers/drafts/<int:pk>/check/", filing_views.check, name="draft-check"),
    path("dossiers/drafts/<int:pk>/lodge/", filing_views.lodge, name="draft-lodge"),
    path("dossiers/drafts/<int:pk>/discard/", filing_views.discard, name="draft-discard"),
    path("dossiers/<str:reference>/", trader_views.dossier, name="dossier"),
    path("dossiers/<str:reference>/lodged/", filing_views.lodged, name="dossier-lodged"),
    path(
        "dossiers/<str:reference>/acknowledgement.pdf",
        takeaway_views.acknowledgement_pdf,
        name="acknowledgement-pdf",
    ),
    path(
        "dossiers/<str:reference>/acknowledgement.json",
        takeaway_views.acknowledgement_json,
        name="acknowledgement-json",
    ),
    path("dossiers/<str:reference>/supplement/", answer_views.supplement, name="dossier-supplement"),
    path("dossiers/<str:reference>/amend/", answer_views.amend, name="dossier-amend"),
    path("dossiers/<str:reference>/withdraw/", answer_views.withdraw, name="dossier-withdraw"),
    path("dossiers/<str:reference>/rate/", answer_views.rate, name="dossier-rate"),
    path("dossiers/<str:reference>/files/<int:pk>/", takeaway_views.attachment, name="dossier-file"),
    path("dossiers/<str:reference>/letters/<int:pk>.pdf", takeaway_views.letter_pdf, name="letter-pdf"),
    path("dossiers/<str:reference>/letters/<int:pk>.json", takeaway_views.letter_json, name="letter-json"),
]
