"""Answers a page's sealed question. Router alone makes, checks and ends sessions. Shell.

Whatever the answer is, it has one size; a question that does not open gets bytes that open for nobody.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from services.router.domain.changes import Change
from services.router.domain.sessions import Session, counts, secret_digest
from services.router.handlers.areas import accept_area, hand_to_partnership, offer_to_area
from services.router.handlers.codes import (
    confirm_address,
    give_name,
    send_confirmation_code,
    send_sign_in_code,
    sign_in,
    sign_out,
)
from services.router.handlers.duty import confirm_by_telephone, release_address, route_by_hand
from services.router.handlers.moving import answer_date, declare_conflict, hand_over_to, not_mine, propose_another
from services.router.handlers.outcomes import answer_outcome, record_debrief, settle
from services.router.handlers.own_changes import be_away, be_back, confirm_post, say_what_changed
from services.router.handlers.panels import answer_seat
from services.router.handlers.posts import open_posts, see_posts, send_post_code
from services.router.handlers.raisers import link_escalation, replace_raiser
from services.router.handlers.reading import read_record
from services.router.handlers.replying import Asker, Reply
from services.router.handlers.seeing import see_escalation
from services.router.handlers.yours import yours
from services.router.ports import World
from shared.envelope import PUBLIC_BYTES, Binding, OpeningKey, seal
from shared.failures import Code, Permanent, Transient, decoded
from shared.following import (
    AcceptArea,
    AnswerDate,
    AnswerOutcome,
    AnswerSeat,
    DeclareConflict,
    GiveName,
    HandOver,
    HandToPartnership,
    LinkEscalation,
    NotMine,
    OfferToArea,
    ProposeDate,
    ReadRecord,
    RecordDebrief,
    ReplaceRaiser,
    SeeEscalation,
    SettleIssue,
    Yours,
)
from shared.following.posts import (
    OpenPosts,
    PostAway,
    PostBack,
    PostChanged,
    PostIsRight,
    SeePosts,
    SendPostCode,
)
from shared.questions import (
    Answer,
    Asked,
    ConfirmAddress,
    ConfirmByTelephone,
    Refused,
    ReleaseAddress,
    RouteByHand,
    SealedAnswer,
    SealedQuestion,
    SendConfirmationCode,
    SendSignInCode,
    SignIn,
    SignOut,
)
from shared.terms import PartnershipId

LEAST_BYTES = 64 * 1024
"""As much as the page of a long matter needs: what somebody is shown is not told apart by its size."""
MOST_COUNTER = 2**53
SECRET_BYTES = 32
TRIES = 3

_NOBODY = OpeningKey.generate().public
_QUESTION = msgspec.json.Decoder(SealedQuestion)
_ASKED = msgspec.json.Decoder(Asked)

_HANDLERS: dict[type[Any], Callable[..., Awaitable[Reply]]] = {
    SendConfirmationCode: send_confirmation_code,
    ConfirmAddress: confirm_address,
    SendSignInCode: send_sign_in_code,
    SignIn: sign_in,
    SeeEscalation: see_escalation,
    ConfirmByTelephone: confirm_by_telephone,
    ReleaseAddress: release_address,
    RouteByHand: route_by_hand,
    SignOut: sign_out,
    Yours: yours,
    ReadRecord: read_record,
    AnswerOutcome: answer_outcome,
    SettleIssue: settle,
    RecordDebrief: record_debrief,
    GiveName: give_name,
    NotMine: not_mine,
    DeclareConflict: declare_conflict,
    HandOver: hand_over_to,
    ProposeDate: propose_another,
    AnswerDate: answer_date,
    ReplaceRaiser: replace_raiser,
    LinkEscalation: link_escalation,
    AnswerSeat: answer_seat,
    HandToPartnership: hand_to_partnership,
    OfferToArea: offer_to_area,
    AcceptArea: accept_area,
    SendPostCode: send_post_code,
    OpenPosts: open_posts,
    SeePosts: see_posts,
    PostIsRight: confirm_post,
    PostChanged: say_what_changed,
    PostAway: be_away,
    PostBack: be_back,
}


async def answer_sealed(body: bytes, *, world: World) -> bytes:
    """The sealed answer to a `SealedQuestion`. Raises: Permanent(UNREADABLE), Transient."""
    sealed = decoded(body, _QUESTION)
    asked = _open(sealed, world)
    if asked is None:
        return _sealed(Refused(why="unknown"), to=_NOBODY, partnership=sealed.partnership)
    answer = await _answered(asked, sealed.partnership, world=world)
    return _sealed(answer, to=asked.answer_key, partnership=sealed.partnership)


def _open(sealed: SealedQuestion, world: World) -> Asked | None:
    binding = Binding(
        partnership=sealed.partnership,
        key=sealed.question.key,
        form="question",
        form_version=1,
        compartment="question",
        submission="",
    )
    try:
        asked = decoded(world.facts_keys.open(sealed.question, binding), _ASKED)
    except Permanent:
        return None
    fits = len(asked.answer_key) == PUBLIC_BYTES and len(asked.secret) == SECRET_BYTES
    return asked if fits and 0 < asked.counter < MOST_COUNTER else None


async def _answered(asked: Asked, partnership: PartnershipId, *, world: World) -> Answer:
    """The answer, once what it changes is committed. A question that another overtook is looked at again."""
    reply = await _committed(asked, partnership, world=world)
    if reply.after is not None:
        await reply.after()
    return reply.answer


async def _committed(asked: Asked, partnership: PartnershipId, *, world: World) -> Reply:
    for _ in range(TRIES):
        try:
            return await _committed_once(asked, partnership, world=world)
        except Transient as failure:
            if failure.code is not Code.STORE_CONFLICT:
                raise
    raise Transient(Code.STORE_CONFLICT)


async def _committed_once(asked: Asked, partnership: PartnershipId, *, world: World) -> Reply:
    at = world.clock.now()
    secret = secret_digest(asked.secret)
    known = await world.sessions.session(secret)
    if not counts(known, asked.counter):
        return Reply(Refused(why="replayed"))
    session = known or Session(secret=secret, seen_at=at)
    asker = Asker(session=session, partnership=partnership, counter=asked.counter, at=at)
    ground = await world.grounds.now()
    if ground.place(partnership) is None:
        return Reply(Refused(why="unknown"))
    reply = await _HANDLERS[type(asked.question)](asked.question, asker=asker, ground=ground, world=world)
    kept = msgspec.structs.replace(reply.session or session, counter=asked.counter, seen_at=at)
    change = reply.change if reply.change is not None else Change(at=at)
    await world.escalations.commit(msgspec.structs.replace(change, session=kept))
    return reply


def _sealed(answer: Answer, *, to: bytes, partnership: PartnershipId) -> bytes:
    binding = Binding(
        partnership=partnership, key="", form="question", form_version=1, compartment="answer", submission=""
    )
    try:
        sealed = seal(msgspec.json.encode(answer), to=to, binding=binding, least=LEAST_BYTES)
    except Permanent:  # the page's key is none: nobody can be answered
        sealed = seal(b"", to=_NOBODY, binding=binding, least=LEAST_BYTES)
    return msgspec.json.encode(SealedAnswer(sealed=sealed))
