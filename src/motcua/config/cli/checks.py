"""What `motcua health` looks at, one sentence each; nothing is started or changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone

from motcua.casework.models import Event, Seal
from motcua.config.cli.law import all_findings, today
from motcua.exchange import queries
from motcua.exchange.models import Handling
from motcua.lib.findings import errors
from motcua.lib.signing import FileSigner

# Work that waits longer than this has nobody who does it.
PATIENCE = timedelta(minutes=10)
LEAST_DISK_BYTES = 2**30


@dataclass(frozen=True)
class Check:
    """One thing looked at: `ok` is False when somebody must act."""

    name: str
    ok: bool
    vi: str
    en: str


def checks() -> Iterator[Check]:
    """Everything looked at, in order; what needs the database is left out when there is none."""
    database = _database()
    yield database
    if database.ok:
        yield from _messages()
        yield from _lines()
        yield _seals()
    yield _key()
    yield _disk()
    yield _law()


def _database() -> Check:
    server = settings.EMBEDDED
    if server is not None and not server.is_running():
        return Check(
            "database", False,
            "PostgreSQL nhúng không chạy: motcua db start (hoặc motcua serve).",
            "The embedded PostgreSQL does not run: motcua db start (or motcua serve).",
        )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone()
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        return Check(
            "database",
            False,
            f"Cơ sở dữ liệu không trả lời: {reason}",
            f"The database does not answer: {reason}",
        )
    if missing:
        return Check(
            "database", False,
            f"Còn {missing} bước nâng cấp bảng chưa chạy: motcua migrate.",
            f"{missing} migrations have not run: motcua migrate.",
        )  # fmt: skip
    where = "nhúng · embedded" if server is not None else connection.settings_dict["HOST"]
    return Check(
        "database", True,
        f"PostgreSQL {version} ({where}), {size / 2**20:.0f} MiB.",
        f"PostgreSQL {version} ({where}), {size / 2**20:.0f} MiB.",
    )  # fmt: skip


def _messages() -> Iterator[Check]:
    states = dict(Handling.objects.values_list("state").annotate(number=Count("pk")))
    waiting = states.get(Handling.State.WAITING, 0)
    oldest = Handling.objects.filter(state=Handling.State.WAITING).aggregate(at=Min("next_try_at"))["at"]
    neglected = oldest is not None and oldest < timezone.now() - PATIENCE
    since = f"{oldest:%Y-%m-%d %H:%M} UTC" if oldest else "–"
    yield Check(
        "waiting", not neglected,
        f"{waiting} thông điệp đang chờ (lâu nhất từ {since})" + ("; không ai làm: motcua work." if neglected else "."),
        f"{waiting} messages wait (the oldest since {since})" + ("; nobody works: motcua work." if neglected else "."),
    )  # fmt: skip
    stuck = list(
        Handling.objects.filter(state=Handling.State.STUCK)
        .order_by("pk")
        .values_list("message__reference", flat=True)
    )
    names = ": " + ", ".join(stuck[:5]) if stuck else ""
    yield Check(
        "stuck",
        not stuck,
        f"{len(stuck)} thông điệp bị kẹt{names}.",
        f"{len(stuck)} messages are stuck{names}.",
    )
    refused = states.get(Handling.State.REFUSED, 0)
    yield Check(
        "refused", True,
        f"{refused} thông điệp bị từ chối (bên gửi phải sửa).", f"{refused} messages were refused (the sender's to mend).",
    )  # fmt: skip


def _lines() -> Iterator[Check]:
    """The lines to partners: which are down, and what could not be delivered."""
    found = queries.health(timezone.now())
    down = [one for one in found if one.is_down and one.partner.active]
    names = ": " + ", ".join(f"{one.partner.code}" for one in down[:5]) if down else ""
    waiting = sum(one.waiting for one in found)
    yield Check(
        "lines", not down,
        f"{len(found)} đối tác, {waiting} thông điệp chờ gửi, {len(down)} đường kết nối hỏng{names}.",
        f"{len(found)} partners, {waiting} messages wait to go out, {len(down)} lines are down{names}.",
    )  # fmt: skip
    dead = sum(one.dead for one in found)
    how = ": motcua exchange desk --tab dead" if dead else ""
    yield Check(
        "undelivered",
        not dead,
        f"{dead} thông điệp không gửi được{how}.",
        f"{dead} messages could not be delivered{how}.",
    )


def _seals() -> Check:
    newest = Seal.objects.order_by("-number").first()
    waiting = Event.objects.filter(pk__gt=newest.last_event if newest else 0)
    found = waiting.aggregate(number=Count("pk"), oldest=Min("stored_at"))
    neglected = found["oldest"] is not None and found["oldest"] < timezone.now() - PATIENCE
    number = newest.number if newest else 0
    return Check(
        "seals", not neglected,
        f"{found['number']} sự kiện chưa niêm phong, dấu niêm mới nhất số {number}"
        + ("; không ai niêm phong: motcua work." if neglected else "."),
        f"{found['number']} events are not sealed, the newest seal is number {number}"
        + ("; nobody seals: motcua work." if neglected else "."),
    )  # fmt: skip


def _key() -> Check:
    """The signing key; in a file it is good for trying out and not for service."""
    return Check(
        "key", True, f"{FileSigner.notice_vi} ({settings.KEYS})", f"{FileSigner.notice_en} ({settings.KEYS})"
    )


def _disk() -> Check:
    folder = settings.HOME if settings.HOME.exists() else settings.HOME.parent
    usage = shutil.disk_usage(folder if folder.exists() else "/")
    free, share = usage.free / 2**30, 100 * usage.free / usage.total
    return Check(
        "disk",
        usage.free >= LEAST_DISK_BYTES,
        f"Còn {free:.1f} GiB đĩa ({share:.0f} %).",
        f"{free:.1f} GiB of disk are free ({share:.0f} %).",
    )


def _law() -> Check:
    catalogue, findings = all_findings(settings.LAW, today())
    wrong = len(errors(findings))
    mild, how = len(findings) - wrong, ": motcua law check." if wrong else "."
    return Check(
        "law",
        wrong == 0,
        f"{len(catalogue)} bản thủ tục, {wrong} lỗi, {mild} cảnh báo{how}",
        f"{len(catalogue)} sheets, {wrong} errors, {mild} warnings{how}",
    )
