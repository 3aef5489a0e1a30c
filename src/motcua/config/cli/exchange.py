"""`motcua exchange`: send a message into a running system, look at the message desk, act on it, manage partners."""

from __future__ import annotations

import getpass
import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from motcua.config.cli import setup
from motcua.config.cli.output import as_json, format_option, language_option, one_line, print_table, say

if TYPE_CHECKING:
    from motcua.exchange.models import Message, Partner
    from motcua.people.actor import Actor

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
# Commands that stand in files of their own and need no database: name -> "module:function".
ELSEWHERE: dict[str, str] = {"check": "motcua.config.cli.exchange_check:check"}

reason_option = click.option("--reason", default="", help="Why; kept with your name.")


class _Exchange(click.Group):
    """Finds what stands in `ELSEWHERE` when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in ELSEWHERE:
            return super().get_command(ctx, name)
        module, function = ELSEWHERE[name].split(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command


@click.group(cls=_Exchange)
def exchange() -> None:
    """Messages of partner systems: send, look, mend, and the partners themselves."""


# Sending ----------------------------------------------------------------------------------------------------


@exchange.command()
@click.argument("file", type=FILE)
@click.option("--partner", "code", required=True, help="The code of the partner that sends.")
@click.option("--type", "kind", default="", help="The type, where the content does not say it.")
@click.option("--reference", default="", help="The sender's number, where the content does not say it.")
@click.option("--answers", default="", help="The reference of our message that this answers.")
@click.option("--to", default="http://127.0.0.1:8000", show_default=True, help="The address of the system.")
@click.option(
    "--key",
    envvar="MOTCUA_PARTNER_KEY",
    default="",
    help="The partner's key; with it the file goes over HTTP. [env: MOTCUA_PARTNER_KEY]",
)
@click.option(
    "--local", is_flag=True, help="Hand it to the database of this machine; so it goes without a key, too."
)
@click.option("--wait", is_flag=True, help="Wait until it is processed and print the outcome.")
@click.option("--timeout", default=60, show_default=True, help="How many seconds --wait waits.")
def send(
    file: Path, code: str, kind: str, reference: str, answers: str, to: str, key: str, local: bool, wait: bool,
    timeout: int,
) -> None:  # fmt: skip
    """Send FILE as PARTNER and print the acknowledgement (JSON); exit 1 when it is refused, 3 when nobody answers."""
    content = file.read_bytes()
    words = {"type": kind, "reference": reference, "answers": answers}
    if key and not local:
        status, body, state = _over_http(content, words, to, key)
    else:
        status, body, state = _by_hand(content, words, code)
    as_json(body)
    if status >= 500 or status == 429:
        raise SystemExit(3)
    if status >= 300:
        raise SystemExit(1)
    if wait:
        outcome = _outcome(state, timeout)
        as_json(outcome)
        if outcome["state"] != "done":
            raise SystemExit(1 if outcome["state"] == "refused" else 3)


State = Callable[[], dict[str, Any]]


def _over_http(content: bytes, words: dict[str, str], to: str, key: str) -> tuple[int, Any, State]:
    import httpx

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/octet-stream"}
    headers |= {f"Motcua-{name.title()}": value for name, value in words.items() if value}
    client = httpx.Client(
        base_url=to, timeout=60, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
    )
    try:
        response = client.post("/exchange/v1/messages", content=content, headers=headers)
        body = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise click.ClickException(f"{to} does not answer as a gateway: {error}") from error

    def state() -> dict[str, Any]:
        found: dict[str, Any] = client.get(body["state_url"], headers=headers).json()
        return found

    return response.status_code, body, state


def _by_hand(content: bytes, words: dict[str, str], code: str) -> tuple[int, Any, State]:
    setup()
    from django.utils import timezone

    from motcua.exchange.api import state_of
    from motcua.exchange.gateway import take_in
    from motcua.exchange.models import Message
    from motcua.exchange.receive import largest_refused

    partner = _partner(code)
    largest_refused(partner, content)
    told = take_in(partner, content, at=timezone.now(), **words)

    def state() -> dict[str, Any]:
        return state_of(Message.objects.get(pk=told.message.pk))

    return told.status, json.loads(told.content), state


def _outcome(state: State, timeout: int) -> dict[str, Any]:
    until = time.monotonic() + timeout
    while (found := state())["state"] == "waiting" and time.monotonic() < until:
        time.sleep(0.2)
    return found


def _partner(code: str) -> Partner:
    from motcua.exchange.models import Partner

    found = Partner.objects.filter(code=code).first()
    if found is None:
        raise click.ClickException(f"There is no partner {code!r}. motcua exchange partner list names them.")
    return found


# The desk ---------------------------------------------------------------------------------------------------


@exchange.command("desk")
@click.option(
    "--tab", type=click.Choice(["stuck", "dead", "refused", "waiting", "all"]), default=None,
    help="One part of the desk; the first that has something in it by default.",
)  # fmt: skip
@click.option("--partner", "code", default="", help="Only this partner's.")
@click.option("--limit", default=20, show_default=True, help="How many lines.")
@language_option
@format_option
def desk_(tab: str | None, code: str, limit: int, language: str, form: str) -> None:
    """Show what lies on the message desk, with exact counts; exit 1 when something is stuck or undelivered."""
    setup()
    from motcua.exchange import queries
    from motcua.exchange.desk_views import state_shown
    from motcua.exchange.queries import TITLES, Filters, Tab
    from motcua.people.permissions import Reach

    every, filters = Reach(everything=True), Filters(partner=code)
    counts = queries.counts(every, filters)
    part = Tab(tab) if tab else next((one for one in Tab if counts[one]), Tab.ALL)
    rows = list(queries.messages(every, filters, part)[:limit])
    if form == "json":
        as_json({"counts": counts, "tab": part, "messages": [_line(one) for one in rows]})
    else:
        for one, number in counts.items():
            say(f"{TITLES[one].vi}: {number}", f"{TITLES[one].en}: {number}", language)
        table = Table(title=one_line(TITLES[part].vi, TITLES[part].en, language))
        for name in ("ID", "Partner", "Reference", "Type", "State", "Cause"):
            table.add_column(name, overflow="fold")
        for message in rows:
            text = state_shown(message)[0]
            line = _line(message)
            table.add_row(
                str(message.pk), message.partner.code, message.reference, message.type,
                one_line(text.vi, text.en, language), line["cause"],
            )  # fmt: skip
        print_table(table)
    if counts[Tab.STUCK] or counts[Tab.DEAD]:
        raise SystemExit(1)


def _line(message: Message) -> dict[str, Any]:
    fate = getattr(message, "handling", None) or getattr(message, "delivery", None)
    first = fate.findings[0] if fate and fate.findings else {}
    return {
        "message": message.pk, "partner": message.partner.code, "direction": message.direction,
        "reference": message.reference, "type": message.type, "state": fate.state if fate else "answered",
        "place": first.get("place", ""), "cause": first.get("en", "").strip().rpartition("\n")[2],
    }  # fmt: skip


@exchange.command()
@click.argument("number", type=int, metavar="ID")
@reason_option
@language_option
def retry(number: int, reason: str, language: str) -> None:
    """Have message ID processed again, or sent again when it goes out."""
    setup()
    from django.utils import timezone

    from motcua.exchange import desk

    message = _message(number)
    act = desk.replay if message.direction == "in" else desk.resend
    act(message, actor=_me(), at=timezone.now(), reason=reason)
    say("Đã cho làm lại.", "It will be done again.", language)


@exchange.command()
@click.argument("number", type=int, metavar="ID")
@click.argument("file", type=FILE)
@click.option("--reason", required=True, help="What was mended, and why; kept with your name.")
def repair(number: int, file: Path, reason: str) -> None:
    """Keep FILE as a mended version of message ID and have it processed; prints the new message (JSON)."""
    setup()
    from django.utils import timezone

    from motcua.exchange import desk

    made = desk.repair(
        _message(number), content=file.read_bytes(), actor=_me(), at=timezone.now(), reason=reason
    )
    as_json({"message": made.pk, "reference": made.reference, "type": made.type, "repairs": number})


@exchange.command("give-up")
@click.argument("number", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why; the sender reads it.")
@language_option
def give_up(number: int, reason: str, language: str) -> None:
    """Let message ID be."""
    setup()
    from django.utils import timezone

    from motcua.exchange import desk

    desk.give_up(_message(number), actor=_me(), at=timezone.now(), reason=reason)
    say("Đã thôi xử lý.", "It is given up.", language)


def _message(number: int) -> Message:
    from motcua.exchange.models import Message

    found = Message.objects.select_related("partner", "handling", "delivery").filter(pk=number).first()
    if found is None:
        raise click.ClickException(f"There is no message {number}. motcua exchange desk lists them.")
    return found


def _me() -> Actor:
    """Whoever sits at this shell."""
    from motcua.people.actor import Actor

    name = getpass.getuser()
    return Actor(f"shell:{name}"[:60], name)


# Partners ---------------------------------------------------------------------------------------------------


@exchange.group()
def partner() -> None:
    """The partners: list, add, key, on and off."""


@partner.command("list")
@format_option
def list_partners(form: str) -> None:
    """How the lines to all partners stand."""
    setup()
    from django.utils import timezone

    from motcua.exchange.queries import health

    rows = [
        {
            "code": one.partner.code, "name": one.partner.name, "active": one.partner.active,
            "transport": one.partner.transport, "down_since": one.line.down_since if one.line else None,
            "last_heard": one.last_heard, "last_delivered": one.last_out, "waiting": one.waiting,
            "undelivered": one.dead, "error_rate": one.error_rate,
        }
        for one in health(timezone.now())
    ]  # fmt: skip
    if form == "json":
        as_json(rows)
        return
    table = Table()
    for name in rows[0] if rows else ("code",):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("–" if value is None else str(value) for value in row.values()))
    print_table(table)


@partner.command("add")
@click.argument("code")
@click.option("--name", required=True, help="What people call it.")
@click.option(
    "--organisation", default="", help="Tax code or code of its organisation; made when there is none."
)
@click.option(
    "--kind", type=click.Choice(["firm", "agent", "carrier", "ministry", "laboratory", "authority"]),
    default="carrier", show_default=True, help="What the organisation is, when it is made.",
)  # fmt: skip
@click.option("--profile", default="", help="The reading profile of its messages.")
@click.option(
    "--transport", type=click.Choice(["poll", "https", "sftp", "folder"]), default="poll", show_default=True
)
@click.option("--settings", "text", default="{}", help="The settings of the transport, as JSON.")
def add_partner(
    code: str, name: str, organisation: str, kind: str, profile: str, transport: str, text: str
) -> None:
    """Make partner CODE and a first key for it; the key is printed this once (JSON)."""
    setup()
    from django.db import transaction
    from django.utils import timezone

    from motcua.exchange import partners
    from motcua.people.models import Organisation

    try:
        settings = json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"--settings is no JSON: {error}") from error
    found = Organisation.objects.filter(tax_code=organisation).first() if organisation else None
    found = found or (Organisation.objects.filter(code=organisation).first() if organisation else None)
    with transaction.atomic():
        owner = found or Organisation.objects.create(
            kind=kind, name=name, code=organisation or f"partner-{code}"
        )
        given = {
            "name": name, "organisation_id": owner.pk, "profile": profile, "transport": transport,
            "settings": settings,
        }  # fmt: skip
        made = partners.create(code, given, actor=_me(), at=timezone.now())
        _, key = partners.make_key(made, "first key", actor=_me(), at=timezone.now())
    as_json({"partner": made.code, "organisation": owner.pk, "key": key})


@partner.command("key")
@click.argument("code")
@click.option("--label", required=True, help="What the key is called.")
def new_key(code: str, label: str) -> None:
    """Make another key for partner CODE; it is printed this once (JSON)."""
    setup()
    from django.utils import timezone

    from motcua.exchange import partners

    _, key = partners.make_key(_partner(code), label, actor=_me(), at=timezone.now())
    as_json({"partner": code, "key": key})


@partner.command("switch")
@click.argument("code")
@click.argument("state", type=click.Choice(["on", "off"]))
@language_option
def switch(code: str, state: str, language: str) -> None:
    """Switch partner CODE on or off; what waits for it waits on."""
    setup()
    from django.utils import timezone

    from motcua.exchange import partners

    partners.change(_partner(code), {"active": state == "on"}, actor=_me(), at=timezone.now())
    say("Đã lưu.", "Saved.", language)
