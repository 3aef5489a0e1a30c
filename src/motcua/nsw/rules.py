"""What an application must fulfil: every fault at once, each a sentence with its place and the way to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from motcua.law.inspections import Inspections
from motcua.lib import identifiers
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.nsw.documents import FACTS, Application, GoodsLine

MOST_LINES = 500


def check(application: Application, tables: Inspections, on: date) -> list[Finding]:
    """Everything that is wrong with an application, in the order of its fields."""
    found = [*_head(application, tables), *_facts(application)]
    for line in application.lines:
        found += _line(line)
    return [*found, *_lines_together(application), *_not_needed(application, tables, on)]


def _head(application: Application, tables: Inspections) -> Iterator[Finding]:
    if tables.of_document(application.document_type) is None:
        yield Finding(
            "nsw-document-type", "document_type",
            f"Mã thủ tục '{application.document_type}' không thuộc bộ nào. Hãy chọn từ kết quả tra cứu.",
            f"The procedure '{application.document_type}' belongs to no ministry. Choose it from the look-up.",
        )  # fmt: skip
    if application.purpose not in tables.vocabulary.purposes:
        yield Finding(
            "nsw-purpose", "purpose", f"Không có mục đích '{application.purpose}'.",
            f"There is no purpose '{application.purpose}'. Known: {', '.join(tables.vocabulary.purposes)}.",
        )  # fmt: skip
    if not application.applicant.strip():
        yield Finding("nsw-applicant", "applicant", "Hãy ghi tên doanh nghiệp.", "Give the firm's name.")
    yield from _form("nsw-tax-code", identifiers.tax_code, application.tax_code, "tax_code")
    if not application.lines:
        yield Finding(
            "nsw-lines", "lines", "Hãy khai ít nhất một dòng hàng.", "Give at least one line of goods."
        )
    if len(application.lines) > MOST_LINES:
        yield Finding(
            "nsw-lines", "lines", f"Có {len(application.lines)} dòng hàng, tối đa {MOST_LINES}. Hãy chia thành nhiều hồ sơ.",
            f"There are {len(application.lines)} lines, at most {MOST_LINES} are taken. Split the application.",
        )  # fmt: skip


def _facts(application: Application) -> Iterator[Finding]:
    for name, value in application.facts.items():
        if name not in FACTS:
            yield Finding("nsw-fact", name, f"Không có mục '{name}'.", f"There is no field '{name}'.")
            continue
        vi, en, longest = FACTS[name]
        if len(value) > longest:
            yield Finding(
                "nsw-length", name, f"{vi} dài {len(value)} chữ, tối đa {longest}.",
                f"{en}: {len(value)} characters, at most {longest} are taken.",
            )  # fmt: skip
    if port := application.facts.get("port"):
        yield from _form("nsw-port", identifiers.unlocode, port, "port")
    if country := application.facts.get("exporter_country"):
        yield from _form("nsw-country", identifiers.country, country, "exporter_country")
    if day := application.facts.get("arrives_on"):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Finding(
                "nsw-date", "arrives_on", f"Ngày hàng đến '{day}' không đọc được; ghi như 2020-06-05.",
                f"The day of arrival '{day}' cannot be read; write it as 2020-06-05.",
            )  # fmt: skip


def _line(line: GoodsLine) -> Iterator[Finding]:
    place = f"lines[{line.number}]"
    if not line.description.strip():
        yield Finding(
            "nsw-description", f"{place}.description", f"Dòng {line.number}: hãy ghi tên hàng.",
            f"Line {line.number}: describe the goods.",
        )  # fmt: skip
    yield from _form("nsw-hs", identifiers.hs_code, line.hs_code, f"{place}.hs_code")
    yield from _form("nsw-origin", identifiers.country, line.origin, f"{place}.origin")
    if line.quantity <= 0:
        yield Finding(
            "nsw-quantity", f"{place}.quantity", f"Dòng {line.number}: số lượng phải lớn hơn 0.",
            f"Line {line.number}: the quantity must be above zero.",
        )  # fmt: skip
    if not line.unit.strip():
        yield Finding(
            "nsw-unit", f"{place}.unit", f"Dòng {line.number}: hãy ghi đơn vị tính.", f"Line {line.number}: give the unit."
        )  # fmt: skip
    if line.declaration_key:
        yield from _form(
            "nsw-declaration",
            identifiers.declaration_number,
            line.declaration_key,
            f"{place}.declaration_key",
        )


def _lines_together(application: Application) -> Iterator[Finding]:
    numbers = [line.number for line in application.lines]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield Finding(
            "nsw-line-repeated", f"lines[{number}]", f"Số dòng {number} có hai lần.", f"Line number {number} stands here twice."
        )  # fmt: skip


def _not_needed(application: Application, tables: Inspections, on: date) -> Iterator[Finding]:
    """An application nobody needs is refused before anybody works on it: this is what keeps false queues away."""
    if application.purpose not in tables.vocabulary.purposes or not application.lines:
        return
    ministry = tables.of_document(application.document_type)
    if ministry is None:
        return
    for line in application.lines:
        if not line.hs_code.isdigit():
            continue
        needed = tables.required(
            line.hs_code, purpose=application.purpose, origin=line.origin, on=on, flow=application.flow
        )
        if any(tables.ministry_on(ministry, on) == one.ministry for one in needed):
            return
    title = tables.vocabulary.ministries[ministry].title
    yield Finding(
        "nsw-not-needed", "lines",
        f"Không dòng hàng nào thuộc diện {title.vi} kiểm tra với mục đích và xuất xứ đã khai vào ngày {on:%d/%m/%Y}. "
        "Hãy tra cứu lại trước khi nộp.",
        f"No line of goods is under inspection of the {title.en} for this purpose and origin on {on:%d/%m/%Y}. "
        "Look it up again before you lodge.",
    )  # fmt: skip


def _form(code: str, read: Callable[..., object], value: str, place: str) -> Iterator[Finding]:
    try:
        read(value, place=place)
    except Refused as error:
        yield Finding(code, place, error.text, error.text_en)
