"""The addresses for certificates of origin: customs, exporters, the issuing authority."""

from __future__ import annotations

from django.urls import path

from motcua.origin import export_views, officer_views

urlpatterns = [
    path("origin/received/", officer_views.received, name="certificates"),
    path("origin/received/<int:pk>/", officer_views.certificate, name="certificate"),
    path("origin/received/<int:pk>/use/", officer_views.use, name="certificate-use"),
    path("origin/received/<int:pk>/query/", officer_views.query, name="certificate-query"),
    path("origin/received/<int:pk>/reject/", officer_views.reject, name="certificate-reject"),
    path("origin/received/<int:pk>/reassess/", officer_views.reassess, name="certificate-reassess"),
    path(
        "origin/received/<int:pk>/items/<int:number>/refuse/",
        officer_views.refuse_item,
        name="certificate-refuse-item",
    ),
    path(
        "origin/received/<int:pk>/uses/<int:use_id>/take-back/",
        officer_views.take_back,
        name="certificate-take-back",
    ),
    path("origin/exports/", export_views.mine, name="export-certificates"),
    path("origin/exports/new/", export_views.apply, name="export-apply"),
    path("origin/exports/<int:pk>/", export_views.export, name="export-certificate"),
    path("origin/exports/<int:pk>/complete/", export_views.complete, name="export-complete"),
    path("origin/exports/<int:pk>/withdraw/", export_views.withdraw, name="export-withdraw"),
    path("origin/exports/<int:pk>/certificate.pdf", export_views.certificate_pdf, name="export-pdf"),
    path("origin/exports/<int:pk>/certificate.json", export_views.certificate_json, name="export-json"),
    path("origin/issue/", export_views.to_issue, name="export-issue"),
    path("origin/issue/<int:pk>/", export_views.examine, name="export-examine"),
    path("origin/issue/<int:pk>/<slug:name>/", export_views.act, name="export-act"),
]
