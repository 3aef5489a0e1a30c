"""What every page needs besides its own content: the ways across the site, the department, the reader's organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from motcua.consignment.contingency import open_outages
from motcua.consignment.models import Outage
from motcua.lib.bilingual import Text
from motcua.people.actor import ANONYMOUS, Actor
from motcua.people.models import Organisation
from motcua.people.permissions import may, table

SIGNED_OUT = "signed out"


class Way(NamedTuple):
    """One entry of the main menu: an address by name, what it is called, and for whom it is.

    `asks` is '' for everybody, SIGNED_OUT, or a permission. A way whose address or permission does not exist
    (an app that is switched off) is left out.
    """

    name: str
    label: Text
    asks: str = ""


# In the order in which people need them; a page's own menu stands on the page.
WAYS = (
    Way("worklist", Text("Việc cần làm", "Worklist"), "dossiers.work"),
    Way("movements", Text("Lượt phương tiện", "Movements"), "calls.see"),
    Way("calls", Text("Chuyến của tôi", "My calls"), "calls.own"),
    Way("consignments", Text("Lô hàng", "Consignments"), "consignments.see"),
    Way("house-bills", Text("Vận đơn thứ cấp", "House bills"), "calls.house"),
    Way("certificates", Text("C/O mẫu D", "Form D"), "origin.see"),
    Way("export-issue", Text("Cấp C/O mẫu D", "Issue form D"), "origin.issue"),
    Way("export-certificates", Text("C/O của tôi", "My certificates"), "origin.own"),
    Way("my-dossiers", Text("Hồ sơ của tôi", "My dossiers"), "dossiers.own"),
    Way("my-inspections", Text("Kiểm tra chuyên ngành", "Inspections"), "nsw.own"),
    Way("ministry-worklist", Text("Hồ sơ của bộ", "The ministry's files"), "nsw.ministry"),
    Way("inspection-alerts", Text("Cảnh báo", "Alerts"), "nsw.customs"),
    Way("laboratory", Text("Mẫu thử nghiệm", "Samples"), "nsw.laboratory"),
    Way("procedures", Text("Thủ tục", "Procedures")),
    Way("track", Text("Tra cứu hồ sơ", "Track a dossier"), SIGNED_OUT),
    Way("mandates", Text("Ủy quyền", "Mandates"), "mandates.see"),
    Way("exchange-desk", Text("Thông điệp", "Messages"), "system.messages"),
    Way("figures", Text("Số liệu", "Figures")),
    Way("reform", Text("Kế hoạch cải cách", "Reform plan")),
    Way("release-times", Text("Đo thời gian", "Release times"), "timerelease.see"),
    Way("publication", Text("Niêm yết, công khai", "Posted and public"), "publication.see"),
    Way("verify", Text("Kiểm tra giấy tờ", "Verify a paper"), SIGNED_OUT),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context that `portal/base.html` reads."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {
        "nav": list(_ways(actor, request.path)),
        "department": settings.DEPARTMENT_NAME,
        "my_organisation": _organisation(actor),
        "motcua_version": settings.VERSION,
        "outages": _outages,
    }


def _outages() -> list[Outage]:
    """What is declared not to work now; asked only by pages that show it."""
    return list(open_outages(timezone.now()))


def _ways(actor: Actor, path: str) -> Iterator[dict[str, Any]]:
    for way in WAYS:
        if not _is_for(actor, way.asks):
            continue
        try:
            url = reverse(way.name)
        except NoReverseMatch:
            continue
        yield {"label": way.label, "url": url, "active": path.startswith(url), "count": None}


def _is_for(actor: Actor, asks: str) -> bool:
    if asks == SIGNED_OUT:
        return actor.is_anonymous
    return not asks or (asks in table() and may(actor, asks))


def _organisation(actor: Actor) -> Callable[[], Organisation | None]:
    """Asked of the database only by the pages that show it, and once."""

    @cache
    def found() -> Organisation | None:
        if actor.organisation is None:
            return None
        return Organisation.objects.filter(pk=actor.organisation).first()

    return found
