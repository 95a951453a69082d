"""Opens the next stage of a matter, or a closed one again, from its form: both change in one transaction. Shell."""

from collections.abc import Mapping

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import ConfirmedBy, Escalation, State, pattern_of
from services.router.domain.living.onwards import (
    Unready,
    fresh_life,
    further_facts,
    gone_on,
    held_posts,
    offers_stages,
    unready,
)
from services.router.domain.routing.reading import read_facts
from services.router.handlers.moving import others
from services.router.handlers.presence import Here
from services.router.handlers.routing import decide, facts_of
from services.router.handlers.saying import change_of, tell_them
from services.router.policy.facts import PATTERN_WITHIN
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.messages import LifeFacts, NoticeKind, SubmissionReceived
from shared.private import Private
from shared.terms import Digest

replace = msgspec.structs.replace

COUNTED = frozenset({State.ROUTED, State.REFERRED})
"""The states in which an escalation counts towards a pattern, as the store counts them."""


class NewRecord(Private, frozen=True, kw_only=True):
    """The sealed part of the new form: its key and the key's digest, as router checked them."""

    key: bytes
    key_digest: str


async def go_on(
    here: Here, submission: SubmissionReceived, answers: Mapping[str, object], *, record: NewRecord, world: World
) -> Change | Unready:
    """The new stage, decided, with the earlier one moved on or, where it was closed, still closed and linked.

    The one who sends it is signed in, which proves their address; the raiser stays who raised it.
    The caller has asked the table of moves. Raises: Permanent(UNKNOWN_FORM), Transient.
    """
    earlier = here.escalation
    definition = here.ground.form(submission.form, submission.form_version)
    if definition is None:
        raise Permanent(Code.UNKNOWN_FORM)
    asked = read_facts(
        definition,
        answers,
        partnership=earlier.partnership,
        opened_at=submission.accepted_at,
        zone=here.place.zone,
    )
    against = unready(earlier, here.decision, asked)
    if against is not None:
        return against
    since = submission.accepted_at - PATTERN_WITHIN
    similar = await world.escalations.similar(pattern_of(facts_of(earlier)), since=since)
    similar -= earlier.state in COUNTED and earlier.accepted_at > since  # one matter makes no pattern of its own
    held = held_posts(earlier, here.decision, stage=asked.stage)
    ladder = offers_stages(here.decision)
    facts = further_facts(earlier, asked, held=held, pattern_count=similar, ladder=ladder)
    opened = replace(_bare(submission, here, record=record, world=world), facts=facts)
    what = What.REOPENED if earlier.state is State.CLOSED else What.WENT_ON
    who = here.me.person.part.value if here.me is not None else ""
    begun = Happened(
        ref=opened.ref, at=here.at, what=What.RECEIVED, who=who, note=f"{opened.form}.{opened.form_version}"
    )
    line = Happened(ref=earlier.ref, at=here.at, what=what, who=who, name=here.voice().who, note=opened.ref)
    change = decide(opened, ground=here.ground, world=world, at=here.at, happened=(begun, line))
    left = _told_of_it(here, opened, change, what=what, world=world)
    return replace(left, also=(gone_on(earlier, opened.ref),), answers=dict(answers))


def _told_of_it(here: Here, opened: Escalation, change: Change, *, what: What, world: World) -> Change:
    """`change`, with word to those of the earlier stage whom the new one does not tell."""
    told = {row.address for row in change.sent} | {here.address}
    left = tuple(one for one in others(here) if one.address not in told)
    stage = here.wording.policy.stages.get(facts_of(opened).stage)

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return replace(facts, next_stage=stage.label if stage is not None else "")

    said = change_of(here, (), tell_them(here, NoticeKind.NEWS, what, left, cause=opened.ref, draw=drawn), world=world)
    return replace(
        change,
        happened=(*change.happened, *said.happened),
        sent=(*change.sent, *said.sent),
        owed=(*change.owed, *said.owed),
    )


def _bare(submission: SubmissionReceived, here: Here, *, record: NewRecord, world: World) -> Escalation:
    """The new stage without its facts: confirmed by the session that sent it, on the matter's own edition."""
    earlier = here.escalation
    wrapped = world.record_keys.wrap(record.key, submission.ref) if record.key else b""
    return Escalation(
        ref=submission.ref,
        partnership=earlier.partnership,
        submission=submission.submission,
        form=submission.form,
        form_version=submission.form_version,
        accepted_at=submission.accepted_at,
        opened_at=here.at,
        wrapped_key=wrapped,
        record_digest=submission.record_digest,
        record_key_digest=Digest(record.key_digest) if wrapped else None,
        confirmed_by=ConfirmedBy.SIGN_IN,
        confirmed_at=here.at,
        circumstances=replace(earlier.circumstances, by_hand=None, by_hand_why="", handed=()),
        edition=earlier.edition,
        life=fresh_life(earlier),
        sealed_for=submission.partnership if submission.partnership != earlier.partnership else None,
    )
