"""The numbered forms, a page each, to be printed before they are needed and filled in by hand."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from motcua.lib.paper import render

_FIELDS = (
    ("Loại giấy tờ (tờ khai, vận đơn, kiểm tra chuyên ngành, C/O)", "Kind of paper"),
    ("Số của giấy tờ", "Its number"),
    ("Mã số thuế", "Tax code"),
    ("Tên doanh nghiệp, người nộp", "Firm, handed in by"),
    ("Nhận lúc (giờ, phút, ngày, tháng, năm)", "Received at (hour, minute, day, month, year)"),
    ("Ghi chú", "Note"),
    ("Người nộp ký", "Signature of the one who hands in"),
    ("Công chức ký", "Signature of the officer"),
)
_STYLE = """
    .sheet { break-after: page } .sheet:last-child { break-after: auto }
    .number { font-size: 16pt; font-weight: bold; text-align: right }
    table { width: 100%; border-collapse: collapse } td { border: 0.5pt solid #000; padding: 4mm 2mm; vertical-align: top }
    td + td { width: 60% } small { display: block }
"""


def pdf_of(numbers: Iterable[str], office: str) -> bytes:
    """The forms as PDF."""
    rows = "".join(
        f"<tr><td>{escape(vi)}<small lang='en'>{escape(en)}</small></td><td></td></tr>" for vi, en in _FIELDS
    )
    pages = "".join(
        f"<section class='sheet'><p class='number'>{escape(number)}</p>"
        f"<h1>GIẤY TIẾP NHẬN KHI HỆ THỐNG GIÁN ĐOẠN</h1><p>Đơn vị {escape(office)}. Mỗi số chỉ dùng cho một giấy tờ. "
        f"<span lang='en'>One number, one paper.</span></p><table>{rows}</table></section>"
        for number in numbers
    )
    head = "<head><meta charset='utf-8'><title>Giấy tiếp nhận</title></head>"
    return render(f"<!doctype html><html lang='vi'>{head}<body>{pages}</body></html>", style=_STYLE)
