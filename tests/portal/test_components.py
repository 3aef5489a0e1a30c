"""Every part of the shell, drawn in both languages."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from motcua.lib.bilingual import Text
from motcua.lib.findings import Finding
from motcua.portal.statuses import STATUSES, TONES

HOUR = timedelta(hours=1)
NOON = datetime(2026, 9, 14, 5, 0, tzinfo=UTC)
CANARY = "\"'><img src=x onerror=alert(1)>{0}"


def draw(source: str, language: str = "vi", **context: Any) -> str:
    """The template in one language; `path` in the context makes a request to that address."""
    if path := context.pop("path", ""):
        context["request"] = RequestFactory().get(path)
    with translation.override(language):
        return Template(source).render(Context(context))


def tree(html: str) -> Element:
    return tinyhtml5.parse(html, namespace_html_elements=False)


def find(root: Element, tag: str, **wanted: str) -> list[Element]:
    """Elements of a tag whose attributes have the given values; `class_` looks for one of the classes."""
    css = wanted.pop("class_", "")
    return [
        element
        for element in root.iter()
        if element.tag.split("}")[-1] == tag
        and all(element.get(name.replace("_", "-")) == value for name, value in wanted.items())
        and (not css or css in (element.get("class") or "").split())
    ]


def words(root: Element) -> str:
    return " ".join("".join(root.itertext()).split())


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# Texts ------------------------------------------------------------------------------------------------------


def test_a_text_follows_the_active_language() -> None:
    assert draw('{% t "Hồ sơ" "Dossier" %}', "vi") == "Hồ sơ"
    assert draw('{% t "Hồ sơ" "Dossier" %}', "en") == "Dossier"


def test_texts_and_their_values_are_escaped() -> None:
    assert draw('{% t "a < b & c" "x" %}') == "a &lt; b &amp; c"
    html = draw('{% t "Của {who}" "Of {who}" who=who %}', "en", who=CANARY)
    assert "<img" not in html
    assert "Of &quot;&#x27;&gt;&lt;img" in html
    assert "{0}" in html, "a value is not a pattern"


def test_numbers_inside_a_text_are_grouped() -> None:
    source = '{% t "Còn {n} hồ sơ" "{n} dossiers left" n=7329 %}'
    assert draw(source, "vi") == "Còn 7.329 hồ sơ"
    assert draw(source, "en") == "7,329 dossiers left"


def test_english_counts_one_and_many() -> None:
    source = '{% count n "hồ sơ" "dossier" "dossiers" %}'
    assert [draw(source, "en", n=n) for n in (1, 2, 1425)] == ["1 dossier", "2 dossiers", "1,425 dossiers"]
    assert draw(source, "vi", n=1425) == "1.425 hồ sơ"


def test_a_bilingual_value_needs_only_the_text_filter() -> None:
    assert draw("{{ a|text }}", "en", a=Text("Phí", "Fee")) == "Fee"
    assert draw("{{ a|text }}", a={"vi": "<b>", "en": "x"}) == "&lt;b&gt;"


def test_texts_of_a_set_come_in_vietnamese_order() -> None:
    values = {Text("Đội", "Team"), Text("Ánh", "Light"), Text("Dân", "People")}
    assert draw("{{ v|texts|join:', ' }}", v=values) == "Ánh, Dân, Đội"


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("{{ 127258|number }}", "127.258", "127,258"),
        ("{{ 7.25|percent }}", "7,3%", "7.3%"),
        ("{{ 1250000|money }}", "1.250.000 đồng", "VND 1,250,000"),
        ("{{ nothing|number }}", "–", "–"),
        ("{{ None|vndate }}", "–", "–"),
    ],
)
def test_figures_follow_the_language(source: str, vi: str, en: str) -> None:
    assert draw(source, "vi") == vi
    assert draw(source, "en") == en


def test_times_carry_the_machine_form_and_say_whose_clock_it_is(language: str) -> None:
    (time,) = find(tree(draw("{{ at|vndatetime }}", language, at=NOON)), "time")
    assert time.get("datetime") == "2026-09-14T12:00:00+07:00"
    assert time.get("title") == {"vi": "giờ VN", "en": "VN time"}[language]
    (day,) = find(tree(draw("{{ on|vndate }}", language, on=date(2026, 2, 5))), "time")
    assert (day.get("datetime"), day.text) == (
        "2026-02-05",
        {"vi": "05/02/2026", "en": "5 Feb 2026"}[language],
    )


# Small parts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", STATUSES)
def test_a_status_is_a_word_and_a_picture_never_a_colour_alone(code: str, language: str) -> None:
    root = tree(draw("{% status code %}", language, code=code))
    (badge,) = find(root, "span", class_="badge")
    assert words(badge) == getattr(STATUSES[code], language)
    assert STATUSES[code].tone in TONES
    (picture,) = find(badge, "svg")
    assert picture.get("aria-hidden") == "true"


def test_an_unknown_status_shows_its_label() -> None:
    assert words(tree(draw("{% status 'x' label %}", "en", label=Text("Lạ", "Strange")))) == "Strange"


def test_a_button_that_acts_is_a_form_of_its_own() -> None:
    html = draw('{% post "/accept" "Tiếp nhận" "Accept" kind="primary" round=2 %}', csrf_token="tok")
    (form,) = find(tree(html), "form")
    assert (form.get("method"), form.get("action")) == ("post", "/accept")
    assert {field.get("name"): field.get("value") for field in find(form, "input")} == {
        "csrfmiddlewaretoken": "tok",
        "round": "2",
    }
    assert words(find(form, "button")[0]) == "Tiếp nhận"


# Figures ----------------------------------------------------------------------------------------------------


def test_a_figure_says_its_change_in_words_and_leads_to_its_rows() -> None:
    source = (
        '{% figure "Tờ khai" "Declarations" value=1425 change=-7.5 good="up" url="/r" rows=1425'
        ' noun_vi="tờ khai" noun_en="declarations" %}'
    )
    root = tree(draw(source))
    assert "1.425 Giảm 7,5% so với cùng kỳ năm trước Xem 1.425 tờ khai" in words(root)
    assert find(root, "p", class_="figure__change--bad")
    assert "Down 7.5% on the same period last year See 1,425 declarations" in words(tree(draw(source, "en")))
    assert find(root, "a")[0].get("href") == "/r"


@pytest.mark.parametrize(("base", "warned"), [(13, True), (29, True), (30, False), (1425, False)])
def test_a_percentage_of_few_cases_comes_with_a_warning(base: int, warned: bool) -> None:
    html = draw('{% figure "C/O" "C/O" value=base change=7 base=base %}', "en", base=base)
    assert ("Small number" in html) is warned


def test_progress_is_a_bar_a_fraction_and_a_share() -> None:
    root = tree(draw('{% progress 48 52 "Nhiệm vụ" "Tasks" %}'))
    (bar,) = find(root, "progress")
    assert (bar.get("value"), bar.get("max"), bar.get("aria-label")) == ("48", "52", "Nhiệm vụ")
    assert "48/52 (92,3%)" in words(root)
    assert find(tree(draw('{% progress 1200 2000 "Việc" "Jobs" %}')), "progress")[0].get("value") == "1200"


@pytest.mark.parametrize(
    ("arguments", "state", "vi", "en"),
    [
        ({"left": 12 * HOUR}, "running", "Còn 1 ngày 4 giờ làm việc", "1 working day 4 hours left"),
        ({"left": 8 * HOUR}, "soon", "đã dùng 50% thời hạn", "50% of the time used"),
        ({"left": -5 * HOUR}, "late", "Quá hạn 5 giờ làm việc", "Late by 5 working hours"),
        (
            {"left": -5 * HOUR, "paused": Text("chờ phí", "fee awaited")},
            "paused",
            "Vì: chờ phí",
            "Because: fee awaited",
        ),
        ({"left": 4 * HOUR, "finished": "early"}, "done", "Xong trước hạn", "Finished early"),
        ({"left": -HOUR, "finished": "late"}, "late", "Xong quá hạn", "Finished late"),
        ({}, "running", "Chưa tính giờ", "Clock not started"),
    ],
)
def test_a_clock_says_in_words_where_it_stands(
    arguments: dict[str, Any], state: str, vi: str, en: str
) -> None:
    source = "{% clock left=left limit=limit paused=paused finished=finished %}"
    context = {"left": None, "limit": 16 * HOUR, "paused": None, "finished": ""} | arguments
    root = tree(draw(source, **context))
    assert find(root, "div", class_=f"clock--{state}")
    assert vi in words(root)
    assert en in words(tree(draw(source, "en", **context)))
    assert len(find(root, "progress")) == (1 if "left" in arguments else 0)


def test_a_qr_code_has_a_name_and_needs_no_inline_style(language: str) -> None:
    html = draw('{% qr "MC1:0001" "Quét để kiểm tra" "Scan to verify" %}', language)
    assert "style=" not in html
    (code,) = find(tree(html), "div", role="img")
    assert code.get("aria-label") == {"vi": "Quét để kiểm tra", "en": "Scan to verify"}[language]
    assert find(code, "svg")[0].get("viewBox")


# Lists ------------------------------------------------------------------------------------------------------


def test_a_timeline_tells_who_what_when_and_what_was_recorded_later(language: str) -> None:
    event = {
        "what": Text("Tiếp nhận", "Accepted"),
        "when": NOON,
        "who": "Hoa",
        "recorded_at": NOON + 20 * HOUR,
    }
    text = words(tree(draw("{% timeline events %}", language, events=[event])))
    assert {"vi": "Tiếp nhận 12:00, 14/09/2026 · Hoa", "en": "Accepted 12:00, 14 Sep 2026 · Hoa"}[
        language
    ] in text
    assert {"vi": "Ghi nhận sau, lúc 08:00, 15/09/2026", "en": "Recorded later, at 08:00"}[language] in text


def test_a_task_that_is_blocked_says_why_and_has_no_link() -> None:
    items = [
        {"title": Text("Hàng", "Goods"), "done": True, "url": "/g"},
        {"title": Text("Ký", "Sign"), "done": False, "url": "/s", "blocked": Text("Sau", "Goods first")},
    ]
    root = tree(draw("{% tasks items %}", "en", items=items))
    assert "1 of 2 tasks completed" in words(root)
    assert [link.get("href") for link in find(root, "a")] == ["/g"]
    assert "Goods first Cannot start yet" in words(root)


def test_steps_mark_where_the_dossier_is() -> None:
    items = [
        {"label": name, "state": state} for name, state in (("A", "done"), ("B", "current"), ("C", "todo"))
    ]
    root = tree(draw("{% steps items %}", items=items))
    assert [words(step) for step in find(root, "li", aria_current="step")] == ["B: đang ở bước này"]


def test_tabs_are_links_and_say_which_is_open() -> None:
    items = [{"label": "Chờ", "url": "?a", "active": True, "count": 0}, {"label": "Xong", "url": "?b"}]
    root = tree(draw('{% tabs items "Hồ sơ" "Dossiers" %}', items=items))
    assert [words(link) for link in find(root, "a", aria_current="page")] == ["Chờ 0"]
    assert words(find(root, "a")[1]) == "Xong"


def test_pages_say_exactly_which_rows_and_keep_the_filters() -> None:
    page = Paginator(range(7329), 20).page(2)
    root = tree(draw("{% pagination page %}", page=page, path="/d?status=late&page=2"))
    assert "21–40 trong tổng số 7.329 hồ sơ" in words(root)
    (following,) = find(root, "a", rel="next")
    assert following.get("href") == "?status=late&page=3"
    assert "No dossiers" in draw("{% pagination page %}", "en", page=Paginator([], 20).page(1))


@pytest.mark.parametrize(
    ("path", "link", "order"),
    [
        ("/d", "?sort=due", None),
        ("/d?sort=due&page=7", "?sort=-due", "ascending"),
        ("/d?sort=-due", "?sort=due", "descending"),
    ],
)
def test_a_heading_sorts_one_way_then_the_other(path: str, link: str, order: str | None) -> None:
    html = draw('<table><tr>{% th "Hạn" "Due" sort="due" %}</tr></table>', path=path)
    (heading,) = find(tree(html), "th")
    assert heading.get("aria-sort") == order
    assert find(heading, "a")[0].get("href") == link


def test_each_table_of_a_page_is_named_by_its_own_caption() -> None:
    source = '{% table "Một" "One" %}<tr></tr>{% endtable %}{% table "Hai" "Two" hide=True %}{% endtable %}'
    root = tree(draw(source, "en"))
    names = {caption.get("id"): words(caption) for caption in find(root, "caption")}
    frames = find(root, "div", role="region", tabindex="0")
    assert [names[frame.get("aria-labelledby")] for frame in frames] == ["One", "Two"]


# Blocks -----------------------------------------------------------------------------------------------------


def test_a_notice_has_a_title_in_words_for_its_colour(language: str) -> None:
    root = tree(draw('{% notice "bad" %}<p>x</p>{% endnotice %}', language))
    assert words(find(root, "h2")[0]) == {"vi": "Quan trọng", "en": "Important"}[language]


def test_whose_turn_it_is_is_said_to_the_one_and_about_the_other() -> None:
    source = '{% turn who="Đội 1" mine=mine since=since %}<p>…</p>{% endturn %}'
    assert "It is your turn" in draw(source, "en", mine=True, since=NOON)
    assert "Đang chờ: Đội 1 từ 14/09/2026" in words(tree(draw(source, mine=False, since=date(2026, 9, 14))))


def test_a_summary_is_a_list_of_names_and_values() -> None:
    source = '{% summary %}{% row "Phí" "Fee" url="/f" %}{{ v }}{% endrow %}{% endsummary %}'
    root = tree(draw(source, "en", v=CANARY))
    assert words(find(root, "dt")[0]) == "Fee"
    assert words(find(root, "dd")[0]) == CANARY
    assert words(find(root, "a")[0]) == "Change Fee", "a link says what it changes"


def test_the_way_back_ends_at_this_page() -> None:
    root = tree(
        draw('{% crumbs %}{% crumb "Hồ sơ" "Dossiers" url="/d" %}{% crumb ref %}{% endcrumbs %}', ref="0001")
    )
    assert [words(step) for step in find(root, "li", aria_current="page")] == ["0001"]
    assert find(root, "nav")[0].get("aria-label") == "Đường dẫn"


def test_an_official_paper_is_headed_as_the_decree_wants() -> None:
    source = '{% paper_header organisation="Chi cục" number="12/GTN" place="Hạ Long" on=on title="Giấy" %}'
    text = words(tree(draw(source, on=date(2026, 2, 5))))
    assert "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc" in text
    assert "Số: 12/GTN" in text
    assert "Hạ Long, ngày 05 tháng 02 năm 2026" in text


# Forms ------------------------------------------------------------------------------------------------------


class Filing(forms.Form):
    tax_code = forms.CharField(label=Text("Mã số thuế", "Tax code"), help_text=Text("10 chữ số", "10 digits"))
    phone = forms.CharField(required=False)
    result = forms.ChoiceField(choices=[("e", "E"), ("p", "P")], widget=forms.RadioSelect)
    sure = forms.BooleanField()


FIELDS = (
    "{% error_summary form %}{% field form.tax_code inputmode='numeric' autocomplete='off' %}"
    '{% field form.phone "Điện thoại" "Telephone" %}{% field form.result "Kết quả" "Result" help_vi="a" help_en="b" %}'
    '{% field form.sure "Tôi cam đoan" "I declare" %}'
)


def test_labels_help_and_errors_are_bound_to_their_control(language: str) -> None:
    root = tree(draw(FIELDS, language, form=Filing({})))
    label, value = {"vi": ("Mã số thuế", "10 chữ số"), "en": ("Tax code", "10 digits")}[language]
    assert words(find(root, "label", **{"for": "id_tax_code"})[0]) == label
    (control,) = find(root, "input", id="id_tax_code")
    described = [
        words(e) for i in (control.get("aria-describedby") or "").split() for e in find(root, "p", id=i)
    ]
    assert described[0] == value
    assert described[1].startswith({"vi": "Lỗi:", "en": "Error:"}[language])
    assert control.get("aria-invalid") == "true"
    assert (control.get("inputmode"), control.get("autocomplete")) == ("numeric", "off")


def test_every_control_has_a_label_and_every_id_stands_once() -> None:
    root = tree(draw(FIELDS, form=Filing({})))
    labelled = {label.get("for") for label in find(root, "label")}
    assert {control.get("id") for control in find(root, "input")} <= labelled
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    (group,) = find(root, "fieldset")
    assert words(find(group, "legend")[0]) == "Kết quả"
    assert set((group.get("aria-describedby") or "").split()) <= set(ids)


def test_the_error_summary_leads_to_each_field() -> None:
    form = Filing({})
    form.add_error(None, "Sai kỳ")
    root = tree(draw(FIELDS, "en", form=form))
    (summary,) = find(root, "div", role="alert")
    links = [link.get("href") for link in find(summary, "a")]
    assert links == ["#id_tax_code", "#id_result_0", "#id_sure"]
    controls = {control.get("id") for control in find(root, "input")}
    assert {link[1:] for link in links if link} <= controls
    assert "Tax code: " in words(summary)
    assert "Sai kỳ" in words(summary)


def test_a_form_without_errors_has_no_summary_and_names_what_is_optional() -> None:
    html = draw(FIELDS, "en", form=Filing())
    assert "alert" not in html
    assert words(find(tree(html), "label", **{"for": "id_phone"})[0]) == "Telephone (optional)"
    assert draw("{% error_summary form %}", form=None).strip() == ""


def test_findings_are_listed_with_their_place() -> None:
    finding = Finding("M07", "line 14", "Sai số", "Wrong digit")
    assert "line 14: Wrong digit" in draw("{% error_summary f %}", "en", f=[finding])


def test_an_entry_without_a_form_is_bound_too() -> None:
    root = tree(
        draw('{% entry "q" "Từ khóa" "Keyword" value=v help_vi="h" help_en="h" error="e" %}', v=CANARY)
    )
    (control,) = find(root, "input", id="id_q")
    assert control.get("value") == CANARY
    assert (control.get("aria-describedby") or "").split() == ["id_q-help", "id_q-error"]
    assert find(root, "label", **{"for": "id_q"})


def test_a_choice_without_a_form_keeps_what_was_chosen() -> None:
    options = [(1, Text("Một", "One")), (2, Text("Hai", "Two"))]
    source = '{% choose "s" "Số" "Number" options=o value="2" all_vi="Tất cả" all_en="All" %}'
    root = tree(draw(source, "en", o=options))
    assert [words(option) for option in find(root, "option")] == ["All", "One", "Two"]
    assert [words(option) for option in find(root, "option") if option.get("selected") is not None] == ["Two"]


# Escaping ---------------------------------------------------------------------------------------------------

EVERYTHING = """
{% badge x tone="ok" %}{% status x %}{% status "y" x %}{% go x x icon=x %}{% post x x a=x %}{% submit x name=x value=x %}
{% figure x value=1 unit_vi=x change=1 since_vi=x url=x rows=1 noun_vi=x %}{% progress 1 2 x url=x %}
{% clock paused=x %}{% qr x x %}{% timeline events %}{% tasks tasks %}{% steps tasks x %}{% tabs tasks x %}
{% pagination page x %}<table><tr>{% th x sort=x %}</tr></table>{% heading x kicker_vi=x %}{{ x }}{% endheading %}
{% notice "info" x %}{{ x }}{% endnotice %}{% turn who=x desk=x %}{{ x }}{% endturn %}{% turn who=x mine=True %}{% endturn %}
{% table x note=x %}{% endtable %}{% summary %}{% row x url=x action_vi=x %}{{ x }}{% endrow %}{% endsummary %}
{% actions %}{{ x }}{% endactions %}
{% empty x icon=x %}{{ x }}{% endempty %}{% crumbs %}{% crumb x url=x %}{% crumb x %}{% endcrumbs %}
{% paper_header organisation=x superior=x number=x place=x on=on title=x subtitle=x %}{% field form.a x help_vi=x title=x %}

{% entry x x value=x help_vi=x error=x title=x %}{% entry "z" x kind="textarea" value=x %}
{% choose x x options=options all_vi=x %}{% error_summary form %}{% error_summary errors %}
{% t "{x}" "{x}" x=x %}{% count 2 x x x %}{{ x|text }}{% icon x x %}
"""


def test_nothing_a_stranger_writes_becomes_markup(language: str) -> None:
    class Form(forms.Form):
        a = forms.CharField(label=CANARY)

    form = Form({"a": ""})
    form.add_error("a", CANARY)
    item = dict.fromkeys(("title", "url", "hint", "label", "state", "note", "what", "who", "tone"), CANARY)
    html = draw(
        EVERYTHING,
        language,
        x=CANARY,
        form=form,
        events=[item | {"when": NOON, "recorded_at": NOON}],
        tasks=[item, item | {"blocked": CANARY}],
        page=Paginator(range(9), 2).page(2),
        on=date(2026, 1, 1),
        options=[(CANARY, CANARY)],
        errors=[{"href": CANARY, "text": CANARY}],
        path="/d?sort=%22%3E%3Cimg%3E",
    )
    root = tree(html)
    assert find(root, "img") == []
    assert [e.tag for e in root.iter() if any(name.startswith("on") for name in e.attrib)] == []
    assert words(root).count("<img src=x onerror=alert(1)>") > 60


# The shell --------------------------------------------------------------------------------------------------


def page(
    language: str, template: str = "portal/404.html", path: str = "/d?q=%3Cimg%3E", **context: Any
) -> Element:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True)
    request.actor = SimpleNamespace(
        name="Nguyễn Thị Hoa", roles={Text("Công chức một cửa", "Counter officer")}
    )
    shell = {
        "request": request,
        "csrf_token": "tok",
        "LANGUAGE_CODE": language,
        "department": Text("Cục Hải quan", "Customs"),
        "motcua_version": "0.1.0",
        "data_as_of": NOON,
        "nav": [
            {"label": Text("Hồ sơ", "Dossiers"), "url": "/d", "active": True, "count": 12},
            {"label": Text("Báo cáo", "Reports"), "url": "/r", "active": False},
        ],
    }
    with translation.override(language):
        # `Engine` without context processors: the shell must not lean on anything that is not in this dict.
        return tree(Template("{% include name %}").render(Context(shell | context | {"name": template})))


def test_a_page_has_one_title_one_main_and_a_way_to_skip_to_it(language: str) -> None:
    root = page(language)
    assert root.get("lang") == language
    assert len(find(root, "h1")) == len(find(root, "main")) == 1
    (skip,) = find(root, "a", class_="skip")
    assert skip.get("href") == f"#{find(root, 'main')[0].get('id')}"
    assert words(find(root, "title")[0]).endswith("· Một Cửa")
    assert find(root, "a", class_="skip")[0] is next(iter(find(root, "a"))), "the skip link comes first"


def test_the_shell_says_where_one_is_who_one_is_and_how_old_the_data_are(language: str) -> None:
    root = page(language)
    assert [words(way) for way in find(root, "a", aria_current="page")] == [
        {"vi": "Hồ sơ 12", "en": "Dossiers 12"}[language]
    ]
    text = words(root)
    for vi, en in [
        ("Cục Hải quan", "Customs"),
        ("Công chức một cửa", "Counter officer"),
        ("Phiên bản 0.1.0", "Version 0.1.0"),
        ("Dữ liệu đến 12:00, 14/09/2026", "Data as of 12:00, 14 Sep 2026"),
    ]:
        assert {"vi": vi, "en": en}[language] in text


def test_the_language_is_changed_by_a_post_that_comes_back_here(language: str) -> None:
    (form,) = find(page(language), "form", class_="languages")
    assert form.get("method") == "post"
    assert {field.get("name"): field.get("value") for field in find(form, "input")} == {
        "csrfmiddlewaretoken": "tok",
        "next": "/d?q=%3Cimg%3E",
    }
    pressed = {
        button.get("value"): button.get("aria-pressed") for button in find(form, "button", name="language")
    }
    assert pressed == {"vi": str(language == "vi").lower(), "en": str(language == "en").lower()}


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429"])
def test_an_error_page_speaks_both_languages_and_blames_nobody(code: str) -> None:
    vi, en = (words(find(page(language, f"{code}.html"), "h1")[0]) for language in ("vi", "en"))
    assert vi
    assert en
    assert vi != en


@pytest.mark.parametrize("code", ["500", "503"])
def test_the_page_of_a_broken_system_needs_nothing_and_says_what_became_of_the_work(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert "giấy tiếp nhận" in html
    assert "receipt" in html
    assert "<form" not in html


def test_the_sign_in_page_lets_a_password_manager_do_the_work(language: str) -> None:
    class SignIn(forms.Form):
        username = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)

    cast = [{"username": "lan", "name": "Lê Thị Lan", "role": Text("Doanh nghiệp", "Importer")}]
    root = page(language, "portal/login.html", form=SignIn(), cast=cast)
    assert find(root, "input", name="username")[0].get("autocomplete") == "username"
    assert find(root, "input", name="password")[0].get("autocomplete") == "current-password"
    assert (
        words(find(root, "button", value="lan")[0])
        == f"Lê Thị Lan {({'vi': 'Doanh nghiệp', 'en': 'Importer'})[language]}"
    )
