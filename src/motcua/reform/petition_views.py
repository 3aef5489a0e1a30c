"""Petitions: the form for everybody, the answers everybody may read, and the desk of those who answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.casework.models import Channel
from motcua.casework.page import procedures_in_force
from motcua.dossiers.forms import both
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import may, permission, public
from motcua.people.request import Request
from motcua.reform import petitions
from motcua.reform.models import Act, Petition

MOST = 200


class PetitionForm(forms.Form):
    """What anybody may say of a procedure; name and contact are of their own free will."""

    kind = forms.ChoiceField(
        label=both("Loại", "Kind"), widget=forms.RadioSelect, initial=Petition.Kind.COMPLAINT,
        choices=[(Petition.Kind.COMPLAINT, both("Phản ánh cách thực hiện thủ tục", "How a procedure is carried out")),
                 (Petition.Kind.PROPOSAL, both("Kiến nghị sửa đổi quy định, thủ tục", "Change a rule or procedure"))],
    )  # fmt: skip
    procedure = forms.ChoiceField(label=both("Thủ tục", "Procedure"), required=False)
    text = forms.CharField(
        label=both("Nội dung", "What you want to say"),
        max_length=petitions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = forms.CharField(
        label=both("Họ tên hoặc doanh nghiệp", "Name or firm"), required=False, max_length=120
    )
    contact = forms.CharField(
        label=both("Điện thoại hoặc thư điện tử", "Telephone or e-mail"), required=False, max_length=120,
        help_text=both("Không công khai.", "Not made public."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        assert isinstance(field, forms.ChoiceField)
        known = [
            (code, both(title.vi, title.en)) for code, title in procedures_in_force(timezone.localdate())
        ]
        field.choices = [("", both("Không về một thủ tục cụ thể", "Not about one procedure")), *known]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The form for everybody; an officer of the desk enters with it what came on paper."""
    desk = may(request.actor, "petitions.answer")
    form = PetitionForm(request.POST or None, initial={"procedure": request.GET.get("procedure", "")[:80]})
    if request.method == "POST" and form.is_valid():
        channel = request.POST.get("channel", "")
        given = {name: form.cleaned_data[name] for name in ("kind", "procedure", "text", "name", "contact")}
        try:
            made = petitions.receive(
                **given, channel=channel if desk and channel in {"desk", "post"} else Channel.ONLINE, actor=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(
                refused.place if refused.place in form.fields else None, both(refused.text, refused.text_en)
            )
        else:
            return redirect("petition", made.case.reference)
    refused_here = request.method == "POST"
    return render(
        request, "reform/petition_new.html", {"form": form, "desk": desk}, status=422 if refused_here else 200
    )


@public
@require_safe
def answered(request: Request) -> HttpResponse:
    """The public answers, newest first, and how many came in time."""
    year = timezone.localdate().year
    rows = (
        Petition.objects.filter(case__status="answered")
        .select_related("case")
        .order_by("-case__finished_at")[:MOST]
    )
    timely, due = petitions.in_time(year)
    context = {
        "rows": rows, "timely": timely, "due": due, "year": year, "kinds": petitions.KINDS,
        "may_answer": may(request.actor, "petitions.answer"),
    }  # fmt: skip
    return render(request, "reform/petitions.html", context)


@public
@require_safe
def show(request: Request, reference: str) -> HttpResponse:
    """One petition: the public sees where it stands and the answer; its words and sender only those who answer."""
    found = get_object_or_404(Petition.objects.select_related("case"), case__reference=reference)
    desk = may(request.actor, "petitions.answer")
    context = {
        "petition": found, "case": found.case, "kind": petitions.KINDS[Petition.Kind(found.kind)],
        "status": found.case.lifecycle.statuses[found.case.status], "desk": desk,
        "open": found.case.status == "received",
        "limit": petitions.limit_on(timezone.localtime(found.case.opened_at).date()),
        "refusals": petitions.REFUSALS.items(),
        "reviews": [
            (one.reference, Text(one.title, one.title)) for one in Act.objects.filter(kind=Act.Kind.REVIEW).order_by("reference")
        ],
    }  # fmt: skip
    return render(request, "reform/petition.html", context)


@permission("petitions.answer")
@require_safe
def desk(request: Request) -> HttpResponse:
    """What waits for an answer; what will be late first stands on top."""
    rows = (
        Petition.objects.filter(case__status="received")
        .select_related("case")
        .order_by("case__due_at")[:MOST]
    )
    return render(
        request, "reform/petition_desk.html", {"rows": rows, "now": timezone.now(), "kinds": petitions.KINDS}
    )


def _found(reference: str) -> Petition:
    return get_object_or_404(Petition.objects.select_related("case"), case__reference=reference)


@permission("petitions.answer")
@require_POST
def answer(request: Request, reference: str) -> HttpResponse:
    """Answer in public."""
    given = request.POST
    petitions.answer(
        _found(reference),
        given.get("summary", ""),
        given.get("answer", ""),
        actor=request.actor,
        at=timezone.now(),
    )
    return redirect("petition", reference)


@permission("petitions.answer")
@require_POST
def refuse(request: Request, reference: str) -> HttpResponse:
    """Not take it."""
    petitions.refuse(_found(reference), request.POST.get("code", ""), actor=request.actor, at=timezone.now())
    return redirect("petition", reference)


@permission("petitions.answer")
@require_POST
def link(request: Request, reference: str) -> HttpResponse:
    """Take it into a review."""
    petitions.link(_found(reference), request.POST.get("review", ""), actor=request.actor, at=timezone.now())
    return redirect("petition", reference)
