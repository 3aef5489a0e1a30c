"""The pages of walls and posters, as clerk, head of branch and public see them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcua.people.cast import ensure_cast
from motcua.people.queries import receiving_offices
from motcua.procedures.catalogue import catalogue
from motcua.publication.models import Posting

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OLD = "enterprise/customs-agent-recognition"


def client(name: str = "") -> Client:
    people = ensure_cast()
    found = Client()
    if name:
        found.force_login(people[name])
    return found


def office() -> str:
    return next(one.code for one in receiving_offices(timezone.localdate()) if one.code.startswith("20BB"))


def test_a_poster_is_put_up_with_a_photograph_checked_by_another_and_taken_down() -> None:
    hoa, tuan, binh = client("hoa"), client("tuan"), client("binh")
    place = f"/publication/offices/{office()}/tax/refund/"
    assert "Phải niêm yết bản mới" in hoa.get(place).content.decode()
    given = {"posted_on": f"{timezone.localdate():%d/%m/%Y}", "form": "board"}
    assert hoa.post(f"{place}post/", given).status_code == 422
    photo = SimpleUploadedFile("wall.png", PNG, "image/png")
    assert hoa.post(f"{place}post/", {**given, "photo": photo}).status_code == 302
    posting = Posting.objects.get()
    assert "/check/" not in hoa.get(place).content.decode()
    assert hoa.post(f"/publication/postings/{posting.pk}/check/").status_code in {403, 409, 422}
    assert f"/publication/postings/{posting.pk}/check/" in tuan.get(place).content.decode()
    assert tuan.post(f"/publication/postings/{posting.pk}/check/").status_code == 302
    proof = f"/publication/postings/{posting.pk}/proof/"
    assert tuan.get(proof).content == PNG
    assert binh.get(proof).status_code == 404
    assert tuan.post(f"/publication/postings/{posting.pk}/remove/").status_code == 302
    posting.refresh_from_db()
    assert posting.removed_on == timezone.localdate()


def test_the_overview_names_the_offices_in_reach() -> None:
    page = client("tuan").get("/publication/")
    assert page.status_code == 200
    assert office() in page.content.decode()


def test_the_poster_is_a_paper_and_its_code_tells_an_old_version() -> None:
    pdf = client().get(f"/procedures/{OLD}/poster.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    versions = catalogue().versions(OLD)
    today = timezone.localdate()
    now = catalogue().in_force(OLD, today)

    def said(since: object, digest: str) -> str:
        return client().get(f"/posters/{OLD}/{since}/{digest}/").content.decode()

    assert "Còn hiệu lực" in said(now.since, now.digest[:32])
    assert "Bản cũ" in said(versions[0].since, versions[0].digest[:32])
    assert "Không phải tờ niêm yết" in said(now.since, "0" * 32)
    gone = next(one for one in catalogue() if one.until is not None and one.until <= today)
    told = client().get(f"/posters/{gone.procedure}/{gone.since}/{gone.digest[:32]}/").content.decode()
    assert "không còn hiệu lực" in told
    assert client().get(f"/procedures/{gone.procedure}/poster.pdf").status_code == 404


def test_what_hangs_everywhere_and_is_checked_is_evidence_for_a_task() -> None:
    from motcua.config.evidence import posting as prove
    from motcua.lib.errors import Refused
    from motcua.people.actor import Actor
    from motcua.publication import actions, watch
    from motcua.reform.evidence import Given
    from motcua.reform.models import Task

    people = ensure_cast()
    now, today = timezone.now(), timezone.localdate()
    hoa, tuan = (Actor.of(people[name], today) for name in ("hoa", "tuan"))
    sheet = catalogue().in_force("tax/refund", today)
    given = Given({"mark": "tax/refund"})
    places = [code for code, due in watch.due_on_walls(catalogue(), today).items() if sheet in due]
    for number, code in enumerate(places):
        with pytest.raises(Refused, match=f"lacking: .*{places[number]}"):
            prove(Task(), given, now)
        put_up = actions.post(
            code, "tax/refund", sheet.since, posted_on=today, actor=hoa, at=now, photo=("wall.png", PNG)
        )
        actions.check_posting(put_up, actor=tuan, at=now)
    proof = prove(Task(), given, now)
    assert (proof.mark, proof.dated_on, len(proof.sha256)) == (f"tax/refund {sheet.since}", today, 64)
