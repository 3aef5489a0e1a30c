"""The addresses of consignments."""

from __future__ import annotations

from django.urls import path

from motcua.consignment import views

urlpatterns = [
    path("consignments/", views.search, name="consignments"),
    path("consignments/discrepancies/", views.discrepancies, name="discrepancies"),
    path("consignments/discrepancies/<int:pk>/", views.discrepancy, name="discrepancy"),
    path("consignments/discrepancies/<int:pk>/settle/", views.settle, name="discrepancy-settle"),
    path("consignments/<str:number>/", views.consignment, name="consignment"),
]
