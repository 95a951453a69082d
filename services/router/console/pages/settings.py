"""A partnership's own settings, each change kept with who made it, when and why, and able to be taken back. Shell."""

from collections.abc import Mapping, Sequence

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, done, overtaken, seen_of, settle
from services.router.console.directory_words import told
from services.router.console.failing import NotHere
from services.router.console.settings_reading import READS, Reader
from services.router.console.settings_words import GROUPS, groups
from services.router.domain.admin.admins import Need, Role, may
from services.router.domain.keeping.rows import Key, Kind
from services.router.domain.partnership import Partnership
from services.router.domain.wording_own import PLACEHOLDERS

MOST = 50
_SETTINGS = "/p/{partnership:str}/settings"


def routes(console: Console) -> Sequence[Route]:
    """What is set, a form for each group, and going live."""
    need = Need.SETTINGS
    return [
        page(_SETTINGS, lambda asked: _show(console, asked)),
        page(f"{_SETTINGS}/{{group:str}}", lambda asked: _form(console, asked), need=need, fresh=True),
        act(f"{_SETTINGS}/{{group:str}}", lambda asked: _changed(console, asked), need=need, fresh=True),
    ]


def key_of(partnership: Partnership) -> Key:
    return Key(Kind.PARTNERSHIP, "", partnership.id)


async def _show(console: Console, asked: Asked) -> Answer:
    here = asked.partnership
    changes = await console.editor.history.history(key_of(here), most=MOST)
    policy = console.desk.policy(here)
    return console.frame.page(
        asked.signed,
        "settings.html",
        partnership=here,
        groups=groups(here, policy, await _managers(console, here)),
        changes=[(one, told(one.swap)) for one in changes],
        review_passed=here.review_on is not None and here.review_on < console.editor.today(here),
        may_change=may(asked.signed.admin, here.id, Need.SETTINGS),
        done=done(asked),
    )


async def _managers(console: Console, here: Partnership) -> Mapping[str, str]:
    """The managers of the partnership, by id."""
    found = await console.admins.everybody()
    return {one.id: one.name or one.address for one in found if one.roles.get(here.id) is Role.MANAGER}


async def _form(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here, group = asked.partnership, GROUPS.get(asked.named("group"))
    if group is None:
        raise NotHere
    policy = console.desk.policy(here)
    return console.frame.page(
        asked.signed,
        "settings_edit.html",
        partnership=here,
        status=422 if said is not None else 200,
        group=group,
        seen=seen_of(here),
        stages=[(str(number), stage.label) for number, stage in sorted(policy.stages.items())],
        policy=policy,
        policies=[(one.id, one.name) for one in console.editor.policies.values()],
        managers=list((await _managers(console, here)).items()),
        placeholders=PLACEHOLDERS,
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _changed(console: Console, asked: Asked) -> Answer:
    here, group = asked.partnership, asked.named("group")
    if group not in READS:
        raise NotHere
    reader = Reader(asked.form)
    row = READS[group](reader, here)
    reader.among("told_from", {str(number) for number in console.desk.policy(here).stages})
    reader.among("digest_admin", await _managers(console, here))
    reader.among("policy", console.editor.policies)
    wrong = overtaken(asked.form, here) | reader.wrong
    said = await settle(
        console.editor, asked, key_of(here), row, wrong=wrong, what="settings.changed", to=f"/p/{here.id}/settings"
    )
    return await _form(console, asked, said) if isinstance(said, Act) else said
