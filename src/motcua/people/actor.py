"""
Who acts: a person, a partner's system or the clock. One `actor` argument everywhere, and one short key in the log.

The key is all that an event keeps of a person: names can be corrected or removed, an append-only log cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from motcua.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from motcua.people.models import User

ANONYMOUS_KEY = "public"


@dataclass(frozen=True)
class Actor:
    """
    Somebody who acts. `key` is `user:7`, `partner:VNACCS`, `clock` or `public`; `organisation` is an id or None.

    `posts` pairs each role with the office it is held at, '' meaning the whole department. Left out, every role is
    held at `office`; a role without any office then reaches no office at all.
    """

    key: str
    name: str
    roles: frozenset[Role] = frozenset()
    office: str = ""
    organisation: int | None = None
    language: str = "vi"
    posts: frozenset[tuple[Role, str]] | None = None

    def __post_init__(self) -> None:
        if self.posts is None:
            held = {(role, self.office) for role in self.roles} if self.office else set()
            object.__setattr__(self, "posts", frozenset(held))

    @classmethod
    def of(cls, user: User | AnonymousUser, on: date) -> Actor:
        """The person behind a user account, with the roles held on a day (one query); nobody has rights when disabled."""
        from motcua.people.models import User

        if not isinstance(user, User) or not user.is_active:
            return ANONYMOUS
        posts = frozenset((Role(role), office) for role, office in user.posts_on(on))
        return cls(
            key=user.key,
            name=user.full_name,
            roles=frozenset(role for role, _ in posts),
            office=user.office,
            organisation=user.organisation_id,
            language=user.language,
            posts=posts,
        )

    @classmethod
    def partner(cls, code: str, name: str = "", organisation: int | None = None) -> Actor:
        """A partner's system, known by its code."""
        return cls(f"partner:{code}", name or code, frozenset({Role.PARTNER}), organisation=organisation)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.key == ANONYMOUS_KEY

    def has(self, role: Role) -> bool:
        """Whether the role is held now; what the public is, everybody is."""
        return role is Role.PUBLIC or role in self.roles

    def offices(self, role: Role) -> frozenset[str]:
        """The offices at which the role is held; '' among them stands for the whole department."""
        return frozenset(office for held, office in self.posts or () if held is role)

    def acts_for(self, on: date, procedure: str = "") -> frozenset[int]:
        """Ids of the organisations this actor may act for on a day: its own, and those that gave it a mandate."""
        if self.organisation is None:
            return frozenset()
        from motcua.people.queries import acts_for

        return acts_for(self.organisation, on, procedure)


CLOCK = Actor("clock", "Một Cửa")
ANONYMOUS = Actor(ANONYMOUS_KEY, "", frozenset({Role.PUBLIC}))
