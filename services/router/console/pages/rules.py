"""Rules that no source states: adopted, or replaced by the partnership's own, with who decided; and opening. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, done, overtaken, seen_of, settle
from services.router.console.failing import NotHere
from services.router.console.pages.settings import key_of
from services.router.console.rules_now import (
    MOST_ROLES,
    Rule,
    adopt,
    grouped,
    read_paper,
    read_rule,
    roles_for,
    rules_of,
    rung_of,
    with_adopted,
    written_roles,
)
from services.router.console.settings_reading import Reader
from services.router.domain.admin.admins import Need, may
from services.router.domain.partnership import Partnership
from services.router.domain.routing.adopting import undecided
from services.router.policy.model import Policy

_RULES = "/p/{partnership:str}/rules"


def routes(console: Console) -> Sequence[Route]:
    """Every rule, one of them, adopting many, and opening the partnership."""
    need = Need.SETTINGS
    return [
        page(_RULES, lambda asked: _all(console, asked)),
        act(_RULES, lambda asked: _adopted(console, asked), need=need, fresh=True),
        page("/p/{partnership:str}/open", lambda asked: _opening(console, asked), need=need, fresh=True),
        act("/p/{partnership:str}/open", lambda asked: _opened(console, asked), need=need, fresh=True),
        page(f"{_RULES}/{{rule:str}}", lambda asked: _one(console, asked), need=need, fresh=True),
        act(f"{_RULES}/{{rule:str}}", lambda asked: _decided(console, asked), need=need, fresh=True),
    ]


async def count_undecided(console: Console, partnership: Partnership) -> int:
    """How many rules are still to be decided; a demonstration may leave them."""
    if partnership.demonstration:
        return 0
    return len(undecided(console.editor.policies[partnership.policy], partnership))


async def count_to_review(console: Console, partnership: Partnership) -> int:
    """Rules to decide, and each day for a review that has passed: of the settings, and of the policy's edition."""
    today, policy = console.editor.today(partnership), console.desk.policy(partnership)
    days = (partnership.review_on, policy.review_on)
    return await count_undecided(console, partnership) + sum(day is not None and day < today for day in days)


def _pack(console: Console, asked: Asked) -> Policy:
    """The policy as it is written whose rules are looked at: the partnership's, or one it thinks of."""
    known: Policy | None = console.editor.policies.get(asked.query("policy") or asked.partnership.policy)
    if known is None:
        raise NotHere
    return known


async def _all(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here, policy = asked.partnership, _pack(console, asked)
    rules = rules_of(policy, here)
    left = [one for one in rules if one.adopted is None and not one.in_settings]
    return console.frame.page(
        asked.signed,
        "rules.html",
        partnership=here,
        status=422 if said is not None else 200,
        policy=policy,
        another=policy.id != here.policy,
        policies=[(one.id, one.name) for one in console.editor.policies.values()],
        left=grouped(left),
        many=len(left),
        decided=grouped(one for one in rules if one not in left),
        seen=seen_of(here),
        chosen=asked.form.many("rule"),
        may_change=may(asked.signed.admin, here.id, Need.SETTINGS),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        done=done(asked),
    )


async def _adopted(console: Console, asked: Asked) -> Answer:
    """The chosen rules, as they stand."""
    here, policy, reader = asked.partnership, _pack(console, asked), Reader(asked.form)
    known = {one.reason.rule for one in rules_of(policy, here) if one.adopted is None}
    chosen = [one for one in asked.form.many("rule") if one in known]
    paper = read_paper(reader)
    if not chosen:
        reader.wrong["rule"] = "Choose at least one rule."
    row = with_adopted(here, policy, {rule: adopt(policy, rule, paper) for rule in chosen})
    said = await _settle(console, asked, row, reader.wrong)
    return await _all(console, asked, said) if isinstance(said, Act) else said


async def _settle(console: Console, asked: Asked, row: Partnership, wrong: dict[str, str]) -> Answer | Act:
    here = asked.partnership
    wrong = overtaken(asked.form, here) | wrong
    to = f"/p/{here.id}/rules"
    return await settle(console.editor, asked, key_of(here), row, wrong=wrong, what="rule.decided", to=to)


def _rule(console: Console, asked: Asked) -> Rule:
    rules = rules_of(_pack(console, asked), asked.partnership)
    found = next((one for one in rules if one.reason.rule == asked.named("rule")), None)
    if found is None:
        raise NotHere
    return found


async def _one(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    policy, rule = _pack(console, asked), _rule(console, asked)
    rung = rung_of(policy, rule.reason.rule)
    return console.frame.page(
        asked.signed,
        "rule.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        policy=policy,
        another=policy.id != asked.partnership.policy,
        rule=rule,
        roles=roles_for(policy, rung) if rung is not None else (),
        standing=list(rule.adopted.roles if rule.adopted else ()) or (written_roles(rung) if rung is not None else []),
        places=range(MOST_ROLES),
        seen=seen_of(asked.partnership),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _decided(console: Console, asked: Asked) -> Answer:
    policy, rule = _pack(console, asked), _rule(console, asked)
    taken, wrong = read_rule(Reader(asked.form), policy, rule)
    row = with_adopted(asked.partnership, policy, {rule.reason.rule: taken})
    said = await _settle(console, asked, row, wrong)
    return await _one(console, asked, said) if isinstance(said, Act) else said


async def _opening(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here = asked.partnership
    if not here.preparing:
        raise NotHere
    return console.frame.page(
        asked.signed,
        "open.html",
        partnership=here,
        status=422 if said is not None else 200,
        left=await count_undecided(console, here),
        gaps=(await console.editor.grid(asked.directory, here)).to_mend,
        seen=seen_of(here),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _opened(console: Console, asked: Asked) -> Answer:
    """People may raise escalations here from now on; refused with the list while a rule is left."""
    here = asked.partnership
    if not here.preparing:
        raise NotHere
    row = msgspec.structs.replace(here, preparing=False)
    wrong, to = overtaken(asked.form, here), f"/p/{here.id}/settings"
    said = await settle(console.editor, asked, key_of(here), row, wrong=wrong, what="partnership.opened", to=to)
    return await _opening(console, asked, said) if isinstance(said, Act) else said
