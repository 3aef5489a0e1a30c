"""The quarterly report on a plan as text, in both languages, from the same status as the page."""

from __future__ import annotations

from collections.abc import Mapping

from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import date_text, number
from motcua.people.models import Office
from motcua.reform.status import FLOWS, SHARES, Share, State, Status


def _percent(share: Share, language: str) -> str:
    if share.percent is None:
        return "không phát sinh" if language == "vi" else "nothing to count"
    return f"{len(share.value)}/{share.of} ({number(share.percent, 'vi' if language == 'vi' else 'en')}%)"


def report(found: Status) -> list[Text]:
    """Paragraphs: the result, the shares, what is overdue and whose, what is still open, what changed in the plan."""
    names = {office.code: office for office in Office.objects.all()}
    shares = found.shares()
    year, day = found.plan.year, found.day
    done = shares["done_of_all"]
    paragraphs = [
        Text(
            f"Đến hết ngày {date_text(day, 'vi')}, đã hoàn thành {_percent(done, 'vi')} nhiệm vụ của kế hoạch cải cách hành "
            f"chính năm {year} (ban hành theo {found.plan.decision}), tính theo kết quả đã được đơn vị khác công nhận.",
            f"By {date_text(day, 'en')}, {_percent(done, 'en')} of the tasks of the reform plan of {year} (adopted by "
            f"{found.plan.decision}) were done, counted by evidence that another unit accepted.",
        ),
        Text(
            "; ".join(f"{text.vi}: {_percent(shares[name], 'vi')}" for name, text in SHARES.items()) + ".",
            "; ".join(f"{text.en}: {_percent(shares[name], 'en')}" for name, text in SHARES.items()) + ".",
        ),
    ]
    for state, vi, en in (
        (State.OPEN_OVERDUE, "Quá hạn chưa hoàn thành", "Overdue and not done"),
        (State.OPEN_IN_TIME, "Đang thực hiện trong hạn", "Open and in time"),
        (State.DONE_LATE, "Hoàn thành quá hạn", "Done late"),
    ):
        paragraphs.append(_list(found, state, Text(vi, en), names))
    paragraphs.append(_changes(found))
    return paragraphs


def _list(found: Status, state: State, title: Text, names: Mapping[str, Office]) -> Text:
    rows = found.of_state(state)
    if not rows:
        return Text(f"{title.vi}: không có.", f"{title.en}: none.")

    def said(language: str) -> str:
        lines = []
        for one in rows:
            office = names.get(one.lead)
            unit = one.lead if office is None else office.name.in_language(language)
            due = date_text(one.due_on, "vi" if language == "vi" else "en")
            lines.append(f"{one.task.code} {one.task.title} ({unit}, {due})")
        return "; ".join(lines)

    return Text(f"{title.vi} ({len(rows)}): {said('vi')}.", f"{title.en} ({len(rows)}): {said('en')}.")


def _changes(found: Status) -> Text:
    counts = {kind: sum(flow.kind == kind for flow in found.flows) for kind in FLOWS}
    vi = "; ".join(f"{text.vi.lower()}: {counts[kind]}" for kind, text in FLOWS.items())
    en = "; ".join(f"{text.en.lower()}: {counts[kind]}" for kind, text in FLOWS.items())
    whole = found.with_those_that_left()
    return Text(
        f"Biến động của kế hoạch: {vi}. Nếu không có nhiệm vụ nào được đưa ra, tỷ lệ hoàn thành là {_percent(whole, 'vi')}.",
        f"Changes of the plan: {en}. Had no task left it, the share done would be {_percent(whole, 'en')}.",
    )
