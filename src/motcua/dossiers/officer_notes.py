"""What stands beside the events of a dossier: words of letters, amounts, names; and which letters no longer count."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from motcua.casework.lifecycle import VOIDED
from motcua.casework.models import Case, Event
from motcua.casework.page import holder_text, people
from motcua.dossiers import queries
from motcua.dossiers.models import Dossier, Letter
from motcua.dossiers.officer_forms import REFUSALS, SLIPS, WAYS
from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import money


def notes_of(dossier: Dossier) -> dict[int, Text]:
    """A note for each event that has something to say, by event number."""
    case = dossier.case
    events = list(case.events.order_by("number"))
    letters = {letter.pk: letter for letter in case.letters.all()}
    names = people([str(e.details["officer"]) for e in events if e.details.get("officer")])
    titles = _titles(dossier)
    found: dict[int, list[Text]] = {}
    for event in events:
        said = [*_of_details(dossier, event, names), *_of_letter(event, letters, titles)]
        if event.kind == VOIDED and event.voids is not None:
            found.setdefault(event.voids, []).extend(said)
        elif said:
            found.setdefault(event.number, []).extend(said)
    return {
        number: Text("\n".join(one.vi for one in said), "\n".join(one.en for one in said))
        for number, said in found.items()
        if said
    }


def _of_details(dossier: Dossier, event: Event, names: dict[str, Text]) -> Iterator[Text]:
    details = event.details
    if event.kind == "transferred":
        to = holder_text(str(details.get("holder", "")))
        who = names.get(str(details.get("officer", "")))
        yield Text(
            f"đến {to.vi}" + (f", {who.vi}" if who else ""), f"to {to.en}" + (f", {who.en}" if who else "")
        )
    elif event.kind == "step_done":
        yield _step_name(dossier, str(details.get("step", "")))
    elif event.kind in {"payment_requested", "paid"}:
        amount = Decimal(str(details.get("amount", "0")))
        yield Text(money(amount, "vi"), money(amount, "en"))
    elif event.kind == "decided":
        yes = details.get("outcome") == "approved"
        number = details.get("number", "")
        yield Text(
            f"{'Đồng ý' if yes else 'Không đồng ý'}, số {number}",
            f"{'Approved' if yes else 'Rejected'}, {number}",
        )
    elif event.kind == "handed_over":
        yield WAYS.get(str(details.get("way", "")), holder_text(str(details.get("way", ""))))
    elif event.kind == "refused":
        yield REFUSALS.get(str(details.get("code", "")), holder_text(str(details.get("code", ""))))
    elif event.kind == "rated":
        yield Text(f"{details.get('score')}/5", f"{details.get('score')}/5")
    elif event.kind == VOIDED:
        code = str(details.get("reason", ""))
        yield SLIPS.get(code) or Text(code or "–", code or "–")
    elif event.kind == "supplement_requested" and details.get("exception"):
        why = str(details["exception"])
        yield Text(f"Yêu cầu lần nữa: {why}", f"Asked once more: {why}")


def _step_name(dossier: Dossier, step: str) -> Text:
    sheet = queries.sheet_or_none(dossier.case)
    for one in sheet.steps if sheet else ():
        if one.id == step:
            return Text(one.name.vi, one.name.en)
    return Text(step or "–", step or "–")


def _titles(dossier: Dossier) -> dict[str, Text]:
    sheet = queries.sheet_or_none(dossier.case)
    if sheet is None:
        return {}
    return {one.id: Text(one.label.vi, one.label.en) for one in sheet.form} | {
        one.id: Text(one.name.vi, one.name.en) for one in sheet.documents
    }


def _of_letter(event: Event, letters: dict[int, Letter], titles: dict[str, Text]) -> Iterator[Text]:
    letter = letters.get(event.details.get("letter") or 0)
    if letter is None:
        return
    said = letter.body.get("text") or letter.body.get("reason")
    if said and letter.kind != Letter.Kind.REQUEST:
        yield Text(str(said), str(said))
    for name, remark in letter.body.get("items", {}).items():
        title = titles.get(name) or Text(name, name)
        yield Text(f"{title.vi}: {remark}", f"{title.en}: {remark}")


def struck_letters(case: Case) -> set[int]:
    """The letters whose event was struck out: they stay, and count no more."""
    events = list(case.events.order_by("number"))
    numbers = {event.voids for event in events if event.voids is not None}
    struck = [event for event in events if event.number in numbers]
    by_id = {event.details.get("letter") for event in struck}
    signed = {event.details.get("content") for event in struck if event.kind == "decided"}
    return {
        letter.pk
        for letter in case.letters.all()
        if letter.pk in by_id
        or (letter.kind == Letter.Kind.RESULT and letter.body.get("sha256") in signed)
        or (letter.kind == Letter.Kind.RECEIPT and letter.body.get("event", {}).get("number") in numbers)
    }
