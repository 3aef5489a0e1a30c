"""
Writes docs/reference/samples.md: what becomes of each message written by others, and why.

    python docs/samples.py            says whether the page is out of date; exit code 1 when it is
    python docs/samples.py --write    brings it up to date

The files are not part of the project. They are looked for in `shared/samples` beside it, or under MOTCUA_SHARED.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from motcua.lib.errors import Refused
from motcua.lib.findings import Finding, Severity
from motcua.manifest.documents import name_of
from motcua.manifest.messages import Read, read

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "samples.md"
SHARED = Path(os.environ.get("MOTCUA_SHARED", ROOT.parent / "shared")) / "samples"
# What one sender is known to do is in his profile; the file alone does not say whose it is.
PROFILES = {"misc/edinet_Issue137_D95B.edi": "msc-egypt", "cuscar/tsedifact_au_D99B_CUSCAR.edi": "au-customs"}

HEAD = """# Điện của người khác · Messages written by others

Mỗi tệp hoặc được nhận, hoặc bị từ chối kèm vị trí và lý do. Cột hồ sơ: hồ sơ người gửi nào được dùng, nếu không phải hồ sơ
chuẩn. Các tệp là mẫu công khai của dự án khác, không nằm trong kho này.

Each file is accepted, or refused with a place and a reason. The profile is named where it is not the standard one. The
files are public samples of other projects and not part of this repository. `motcua exchange check FILE` says the same,
with every finding.

<!-- written by docs/samples.py -->

| Tệp · File | Loại · Kind | Kết luận · Verdict | Vì sao · Why |
|---|---|---|---|
"""


def files() -> list[Path]:
    """Every message there is, in the order of paths."""
    if not SHARED.is_dir():
        return []
    return sorted(path for path in SHARED.rglob("*") if path.is_file() and path.name != "README.md")


def page() -> str:
    """The page as it must be today."""
    rows = []
    for path in files():
        name = path.relative_to(SHARED).as_posix()
        rows.append(row(name, path.read_bytes(), None))
        if name in PROFILES:
            rows.append(row(name, path.read_bytes(), PROFILES[name]))
    return HEAD + "\n".join(rows) + "\n"


def row(name: str, content: bytes, profile: str | None) -> str:
    """One line of the table."""
    shown = f"{name} ({profile})" if profile else name
    try:
        found = read(content, profile)
    except Refused as error:
        return _line(shown, "–", "bị từ chối · refused", f"{error.place}: {error.text_en}")
    if not found.accepted:
        first = next(one for one in found.findings if one.severity is Severity.ERROR)
        more = sum(one.severity is Severity.ERROR for one in found.findings) - 1
        others = f" (+{more})" if more else ""
        return _line(shown, found.version or found.standard, "bị từ chối · refused", f"{_why(first)}{others}")
    return _line(shown, found.version or found.standard, "được nhận · accepted", _what(found))


def _why(finding: Finding) -> str:
    return f"{finding.place}: {finding.en}" if finding.place else finding.en


def _what(found: Read) -> str:
    documents = ", ".join(name_of(document) for document in found.documents) or "no document"
    odd = sum(one.severity is not Severity.NOTE for one in found.findings)
    return f"{documents}; {odd} warnings" if odd else documents


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> int:
    """Compare or write."""
    if not files():
        print(f"no messages of others at {SHARED}")
        return 0
    made = page()
    if "--write" in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == made:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is out of date: run python docs/samples.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
