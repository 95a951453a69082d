"""What an admin may order to be done to an escalation now, and among whom they choose. Shell."""

from collections.abc import Mapping
from typing import NamedTuple

from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.reassigning import STATES
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, Move, Standing, may_move
from services.router.handlers.ordered_panels import scrutineer_in
from shared.terms import AgencyId, PostId


class Act(NamedTuple):
    """Something that may be ordered now. path: after the escalation's own."""

    path: str
    words: str
    hint: str


def acts_of(console: Console, asked: Asked, escalation: Escalation) -> list[Act]:
    """What this admin may order now; nothing for a viewer or an auditor."""
    if not may(asked.signed.admin, asked.partnership.id, Need.WORK_DESK) or not escalation.decisions:
        return []
    ground, at = console.desk.ground(asked.directory), console.clock.now()
    found = []
    if escalation.state in STATES:
        hint = "Somebody else is asked to act, with your reason. The policy’s rules of who may still hold."
        found.append(Act("reassign", "Ask another contact", hint))
    if may_move(escalation.state, Move.CONVENE_PANEL, {Standing.DUTY}):
        again = escalation.life.panel is not None
        words = "Fill the panel’s empty seats" if again else "Convene a resolution panel"
        found.append(Act("panel", words, "You see who is proposed, and why, before anybody is asked."))
    if scrutineer_in(escalation, ground=ground, at=at) is not None:
        hint = "How the independent scrutineer told you that it is dealt with. Everybody in it is told."
        found.append(Act("process", "Record the scrutineer’s process", hint))
    return found


class Choice(NamedTuple):
    """An agency of which a post may be chosen."""

    name: str
    posts: list[tuple[PostId, str]]


def choices(console: Console, asked: Asked, escalation: Escalation, decision: Decision) -> Mapping[str, Choice]:
    """By agency: of those that are asked now; of all, the one whose decision it is first, where nobody is."""
    ground, found = console.desk.ground(asked.directory), dict[str, Choice]()
    wanted, first = _asked_at(asked, decision), _receiving(escalation)
    for post, _ in ground.posts(escalation.partnership):
        placed = asked.directory.posts[PostId(post)]
        if not wanted or placed.agency.id in wanted:
            choice = found.setdefault(placed.agency.id, Choice(placed.agency.name, []))
            choice.posts.append((placed.post.id, placed.post.title))
    return dict(sorted(found.items(), key=lambda one: (one[0] not in first, one[1].name)))


def _asked_at(asked: Asked, decision: Decision) -> set[AgencyId]:
    posts = (one.post for one in decision.persons if one.must_act and one.post is not None)
    return {asked.directory.posts[one].agency.id for one in posts if one in asked.directory.posts}


def _receiving(escalation: Escalation) -> set[str]:
    sides = escalation.facts.receiving if escalation.facts is not None else ()
    return {str(one.agency) for one in sides if one.agency is not None}
