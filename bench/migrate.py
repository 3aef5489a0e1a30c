"""Start the embedded server of MOTCUA_HOME, create the tables as their owner, and put the cast into them."""

from __future__ import annotations

from motcua.config.cli import setup

# What the bare endpoint writes into; nothing of the project knows it.
TABLE = "create table if not exists bench_bare (id bigserial primary key, content bytea not null, sha256 text not null)"


def main() -> None:
    """Run as a process of its own: the owner's role must not be the one that is measured."""
    setup(owner=True)
    from django.core.management import call_command
    from django.db import connection

    from motcua.config.grants import grant
    from motcua.people.cast import ensure_cast

    call_command("migrate", verbosity=0, interactive=False)
    grant()
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("grant select, insert on bench_bare to motcua_app")
        cursor.execute("grant usage on sequence bench_bare_id_seq to motcua_app")
    ensure_cast()


if __name__ == "__main__":
    main()
