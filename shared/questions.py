"""What services ask each other by request and reply, and what a page asks router sealed, with the answers. Pure.

A page's question travels as `SealedQuestion` through blind intake: `sealed` opens (with router's facts key,
compartment "question") to `Asked`; the answer is sealed (compartment "answer") to the page's key that stood inside.
Plaintexts are padded, so that strangers and parties get answers of one size.
"""

import msgspec

from shared.following import LifeAnswer, LifeQuestion
from shared.following.posts import PostQuestion, PostsSeen
from shared.messages import Sealed
from shared.private import Private
from shared.terms import Instant, MessageId, PartnershipId, StageNumber, TeamId

# ── ask.tally: which of these ids have you committed or parked? ───────────────────────────────────────────────


class TallyQuestion(msgspec.Struct, frozen=True, kw_only=True, tag="tally.question"):
    """At most 1,000 ids, each owed longer than a minute."""

    owed: tuple[MessageId, ...]


class TallyAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="tally.answer"):
    """The ids among those asked whose effect is committed or parked here. What is not named is still owed."""

    settled: tuple[MessageId, ...]


# ── ask.route: who would be told, and by when; codes only ─────────────────────────────────────────────────────


class RouteQuestion(msgspec.Struct, frozen=True, kw_only=True, tag="route.question", forbid_unknown_fields=True):
    """Coarse codes of the form as it stands. Nothing typed freely, nobody named; "" or None where not answered.

    raiser_role_code: the typed role where it is a role of the policy, else "". decision_maker_named: never who.
    conference_hours: whole hours since the conference ended, begun ones counted, at most 999: never the moment itself.
    """

    partnership: PartnershipId
    stage: StageNumber | None = None
    entry: tuple[str, ...] = ()
    child_status: str = ""
    subject: str = ""
    route: str = ""
    dissent: str = ""
    conference_hours: int | None = None
    lead_backs: bool = False
    decision_area: str = ""
    child_area: str = ""
    area: str = ""
    immediate_harm: bool = False
    own_manager: bool = False
    raiser_is: str = ""
    raiser_role_code: str = ""
    decision_maker_named: bool = False
    subject_of_concern: str = "child"
    raising_agency: str = ""
    raising_agency_type: str = ""
    receiving_agency: str = ""
    receiving_agency_type: str = ""
    receiving_team: TeamId | None = None
    raising_team: TeamId | None = None
    more_raising: tuple[str, ...] = ()
    more_agencies: tuple[str, ...] = ()
    timeframe_unit: str = "working_days"
    timeframe_amount: int = 5
    timeframe_until: str = ""


class RoutePart(msgspec.Struct, frozen=True, kw_only=True):
    """A role at an agency. part: act, told, raiser, coded."""

    role: str
    agency: str
    part: str
    by: str = ""


class RouteAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="route.answer"):
    """Roles and agencies, never people. due_words: "Wednesday 30 December 2026, 5 pm". referred: a person decides."""

    stage_label: str = ""
    parts: tuple[RoutePart, ...] = ()
    due_words: str = ""
    warnings: tuple[str, ...] = ()
    diversion: str = ""
    referred: bool = False
    example_rules: tuple[str, ...] = ()


# ── ask.sealed: a page asks router through blind intake ───────────────────────────────────────────────────────


class SealedQuestion(msgspec.Struct, frozen=True, kw_only=True, tag="sealed.question"):
    partnership: PartnershipId
    question: Sealed


class SealedAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="sealed.answer"):
    """`enc || ct` to the page's own key. Nobody between can tell a yes from a no, nor by its size."""

    sealed: bytes

    def __repr__(self) -> str:
        return f"<SealedAnswer, {len(self.sealed)} bytes>"


class SendConfirmationCode(Private, frozen=True, kw_only=True, tag="code.confirmation"):
    """Mail a six-digit code to the raiser's work address. `submission` binds the attempt."""

    submission: str
    address: str


class ConfirmAddress(Private, frozen=True, kw_only=True, tag="confirm"):
    """The code that arrived. ref is "" before the form was sent: the answer then says only if the code is right."""

    submission: str
    code: str
    ref: str = ""


class SendSignInCode(Private, frozen=True, kw_only=True, tag="code.sign-in"):
    """Mail an eight-character code, if this address is a party to this escalation. The answer does not say."""

    ref: str
    address: str


class SignIn(Private, frozen=True, kw_only=True, tag="sign-in"):
    ref: str
    code: str


class ConfirmByTelephone(Private, frozen=True, kw_only=True, tag="duty.confirm"):
    """The duty contact rang the raiser. how: what was checked, at most 200 characters; it is logged."""

    ref: str
    how: str


class ReleaseAddress(Private, frozen=True, kw_only=True, tag="duty.release"):
    """The duty contact lets mail go to an address typed by another, or to a raiser outside the registered domains."""

    ref: str
    address: str
    how: str


class RouteByHand(Private, frozen=True, kw_only=True, tag="duty.route"):
    """The duty contact names the post that is to act, where the policy or the directory gives nobody."""

    ref: str
    post: str
    why: str


class SignOut(Private, frozen=True, kw_only=True, tag="sign-out"):
    pass


Question = (
    SendConfirmationCode
    | ConfirmAddress
    | SendSignInCode
    | SignIn
    | ConfirmByTelephone
    | ReleaseAddress
    | RouteByHand
    | SignOut
    | LifeQuestion
    | PostQuestion
)


class Asked(Private, frozen=True, kw_only=True):
    """What a sealed question opens to.

    answer_key: the page's X-Wing public key, raw. secret: 256 random bits, the session's; router keeps its digest only.
    counter: rises with every question of the secret; a lower or equal one is refused as a replay.
    """

    question: Question
    answer_key: bytes
    secret: bytes
    counter: int


class CodeSent(Private, frozen=True, kw_only=True, tag="code.sent"):
    """Said to everybody alike, strangers and wrong references included."""


class Confirmed(Private, frozen=True, kw_only=True, tag="confirmed"):
    pass


class SignedIn(Private, frozen=True, kw_only=True, tag="signed-in"):
    """until: when the working day's session ends. shared: a shared mailbox, which is asked who it is (`GiveName`)."""

    until: Instant
    duty: bool
    shared: bool = False


class Refused(Private, frozen=True, kw_only=True, tag="refused"):
    """why: code-wrong, code-expired, too-many, not-signed-in, not-allowed, name-needed, changed, replayed, unknown.

    changed: what the page showed is no longer so: look again. Of a post alone: dates (days that cannot be an absence),
    same (nothing is different), nobody-left (an escalation would then reach nobody).
    """

    why: str


class Done(Private, frozen=True, kw_only=True, tag="done"):
    pass


Answer = CodeSent | Confirmed | SignedIn | Refused | Done | LifeAnswer | PostsSeen
