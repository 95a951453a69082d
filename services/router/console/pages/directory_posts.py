"""One post: who holds it, who is away, who deputises, what was done to it; and every change of it. Shell."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

import msgspec

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked, Form
from services.router.console.console import Console
from services.router.console.directory_acts import Act, Read, done, overtaken, seen_of, settle
from services.router.console.directory_forms import (
    A_DAY,
    Problems,
    read_absence,
    read_holder,
    read_post,
    typed_day,
)
from services.router.console.directory_words import told
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.directory import Agency, Placed, Post
from services.router.domain.keeping.attention import post_now
from services.router.domain.keeping.changing import Purpose
from services.router.domain.keeping.editing import handed_on, with_absence, without_absence
from services.router.domain.keeping.gaps import agencies_of
from services.router.domain.keeping.importing import read_day
from services.router.domain.keeping.rows import Key, Kind
from services.router.policy.model import Policy
from shared.terms import AgencyId, PostId

replace = msgspec.structs.replace
_POST = "/p/{partnership:str}/directory/post/{post:str}"
_MOST_HISTORY = 50


def routes(console: Console) -> Sequence[Route]:
    """A post's page, and what is posted from it."""

    def change(read: Read[Post], *, what: str) -> Callable[[Asked], Awaitable[Answer]]:
        return lambda asked: _change(console, asked, read, what=what)

    need = Need.CHANGE_DIRECTORY
    return [
        page(_POST, lambda asked: _post(console, asked)),
        act(f"{_POST}/holder", change(_holder, what="post.holder"), need=need),
        act(f"{_POST}/absence", change(_absence, what="post.absence"), need=need),
        act(f"{_POST}/back", change(_back, what="post.absence"), need=need),
        act(f"{_POST}/confirmed", change(_confirmed, what="post.confirmed"), need=need),
        act(f"{_POST}/close", change(_closed, what="post.closed"), need=need),
        page(f"{_POST}/edit", lambda asked: _edit(console, asked), need=need),
        act(f"{_POST}/edit", lambda asked: _edited(console, asked), need=need),
        page("/p/{partnership:str}/directory/a/{agency:str}/new-post", lambda asked: _new(console, asked), need=need),
        act("/p/{partnership:str}/directory/a/{agency:str}/new-post", lambda asked: _added(console, asked), need=need),
    ]


def placed_in(asked: Asked) -> Placed:
    """The post that the address names. Raises: NotHere, the same where it is an agency's that does not serve here."""
    found = asked.directory.posts.get(PostId(asked.named("post")))
    if found is None or found.agency not in agencies_of(asked.directory, asked.partnership):
        raise NotHere
    return found


def agency_in(asked: Asked) -> Agency:
    """The agency that the address names. Raises: NotHere."""
    found = asked.directory.agencies.get(AgencyId(asked.named("agency")))
    if found is None or found not in agencies_of(asked.directory, asked.partnership):
        raise NotHere
    return found


async def _post(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    placed, directory = placed_in(asked), asked.directory
    today = console.editor.today(asked.partnership)
    key = Key(Kind.POST, placed.agency.id, placed.post.id)
    history = await console.editor.history.history(key, most=_MOST_HISTORY)
    waiting = await console.editor.history.drafts(asked.partnership.id, Purpose.APPROVAL)
    deputy = directory.posts.get(placed.post.deputy) if placed.post.deputy is not None else None
    return console.frame.page(
        asked.signed,
        "directory_post.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        placed=placed,
        now=post_now(directory, placed.post, today),
        deputy=deputy,
        colleagues=[one for one in placed.agency.posts if one.id != placed.post.id],
        history=[(one, told(one.swap)) for one in history],
        waits=any(swap.key == key for one in waiting for swap in one.swaps),
        seen=seen_of(placed.post),
        today=typed_day(today),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        which=said.which if said is not None else "",
        done=done(asked),
        owns=placed.agency.owner == asked.partnership.id,
        owner=directory.partnerships.get(placed.agency.owner),
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


async def _change(console: Console, asked: Asked, read: Read[Post], *, what: str) -> Answer:
    """Read the form, make the change, and go back to the post; or show the page again with what to mend."""
    placed = placed_in(asked)
    key = Key(Kind.POST, placed.agency.id, placed.post.id)
    wrong: Problems = overtaken(asked.form, placed.post)
    row, problems = read(asked.form, placed.post, console.editor.today(asked.partnership))
    here = f"/p/{asked.partnership.id}/directory"
    to = f"{here}/post/{placed.post.id}" if row is not None or problems else f"{here}/a/{placed.agency.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong | problems, what=what, to=to)
    return await _post(console, asked, said) if isinstance(said, Act) else said


def _holder(form: Form, post: Post, today: date) -> tuple[Post | None, Problems]:
    """A holder corrected where `which` names one, else the post handed on from a day."""
    holder, since, wrong = read_holder(form)
    if form.one("which") == "" and not form.one("since"):
        wrong["since"] = A_DAY
    if holder is None or wrong:
        return None, wrong
    if not form.one("which"):
        assert since is not None
        handed = handed_on(post, holder, since=since)
        return replace(handed, verified_on=today), {}
    index = int(form.one("which")) if form.one("which").isdecimal() else len(post.holders)
    if index >= len(post.holders):
        return None, {"name": "This holder is no longer there. Load the page again."}
    return replace(post, holders=(*post.holders[:index], holder, *post.holders[index + 1 :]), verified_on=today), {}


def _absence(form: Form, post: Post, _: date) -> tuple[Post | None, Problems]:
    absence, wrong = read_absence(form)
    return (with_absence(post, absence), {}) if absence is not None else (None, wrong)


def _back(form: Form, post: Post, _: date) -> tuple[Post | None, Problems]:
    first = read_day(form.one("first_day"))
    return (without_absence(post, first), {}) if first is not None else (None, {"first": A_DAY})


def _confirmed(_: Form, post: Post, today: date) -> tuple[Post | None, Problems]:
    return replace(post, verified_on=today), {}


def _closed(_: Form, __: Post, ___: date) -> tuple[Post | None, Problems]:
    return None, {}


async def _edit(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    placed = placed_in(asked)
    return _form(console, asked, placed.agency, post=placed.post, said=said)


async def _edited(console: Console, asked: Asked) -> Answer:
    placed = placed_in(asked)
    key = Key(Kind.POST, placed.agency.id, placed.post.id)
    row, problems = read_post(asked.form, placed.post, agency=placed.agency.id)
    wrong = overtaken(asked.form, placed.post) | problems
    to = f"/p/{asked.partnership.id}/directory/post/{placed.post.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="post.changed", to=to)
    return await _edit(console, asked, said) if isinstance(said, Act) else said


async def _new(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    return _form(console, asked, agency_in(asked), post=None, said=said)


async def _added(console: Console, asked: Asked) -> Answer:
    agency = agency_in(asked)
    row, wrong = read_post(asked.form, None, agency=agency.id)
    if row is not None and row.id in asked.directory.posts:
        wrong = {"code": "There is a post of this short name already. Choose another."}
    key = Key(Kind.POST, agency.id, row.id if row is not None else "")
    to = f"/p/{asked.partnership.id}/directory/post/{key.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="post.added", to=to)
    return await _new(console, asked, said) if isinstance(said, Act) else said


def _form(console: Console, asked: Asked, agency: Agency, *, post: Post | None, said: Act | None) -> Answer:
    return console.frame.page(
        asked.signed,
        "directory_post_edit.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        agency=agency,
        post=post,
        seen=seen_of(post),
        allocates=asked.form.many("allocates") if said is not None else post.allocates if post is not None else (),
        roles=_roles(console.desk.policy(asked.partnership), agency),
        colleagues=[one for one in agency.posts if post is None or one.id != post.id],
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


def _roles(policy: Policy, agency: Agency) -> list[tuple[str, str]]:
    """(code, words) of the roles that the policy names for that kind of agency, and those its posts have."""
    rungs = policy.rungs.get(agency.type, {}).values()
    codes = dict.fromkeys([role.code for rung in rungs for role in rung.roles] + [post.role for post in agency.posts])
    codes |= dict.fromkeys(one for post in agency.posts for one in post.allocates)
    return [(code, policy.role_words.get(code, code.replace("_", " "))) for code in codes]
