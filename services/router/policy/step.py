"""What a policy requires of one escalation, by role and never by name, and the reasons for it. Pure."""

from datetime import date
from enum import StrEnum

from shared.messages import AskedAs
from shared.private import Private
from shared.terms import AgencyType, Instant, StageNumber


class Basis(StrEnum):
    """Where a rule comes from. Source: design.md section 6."""

    CLAUSE = "clause"
    SETTING = "setting"
    DEMONSTRATION = "demonstration"


class Reason(Private, frozen=True, kw_only=True):
    """One rule that was applied. rule: its id in the pack. says: in plain English."""

    rule: str
    says: str
    basis: Basis
    source: str


class Part(StrEnum):
    """A person's part in an escalation."""

    RAISER = "raiser"
    RAISERS_MANAGER = "raisers-manager"
    CONTACT = "contact"
    RAISING_CONTACT = "raising-contact"  # the raising side's peer of the stage contact
    DECISION_MAKER = "decision-maker"
    INFORMED = "informed"
    LEAD = "lead"
    PARTNERSHIP = "partnership"  # coded part only
    DUTY = "duty"


class Ruling(StrEnum):
    """How a decision ended: routed, diverted (nothing opened), or referred to a person."""

    ROUTED = "routed"
    DIVERTED = "diverted"
    REFERRED = "referred"
    RECORDED = "recorded"  # personal dissent: recorded and confirmed in writing, no route opened


class Where(StrEnum):
    """Where the holder of a seat is looked for."""

    RECEIVING = "receiving"
    RAISING = "raising"
    EACH = "each"  # every agency of both sides
    SOCIAL_CARE = "social_care"  # the children's social care of the receiving side, else of the partnership
    PARTNERS = "partners"  # every safeguarding partner of the partnership
    PARTNERSHIP = "partnership"
    OWN = "own"  # the raiser's own agency alone


class Who(StrEnum):
    """How the holder of a seat is found."""

    RUNG = "rung"  # the stage's role for that type of agency
    MANAGER = "manager"  # the raiser's manager: as typed where it counts, else the rung above the raiser
    DECISION_MAKER = "decision_maker"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    ROLE = "role"
    DUTY = "duty"
    PANEL = "panel"


class RoleAt(Private, frozen=True, kw_only=True):
    """A role by its directory code. at_sponsor: the sponsoring body holds it (a GP practice's ICB)."""

    code: str
    at_sponsor: bool = False


class Asked(Private, frozen=True, kw_only=True, eq=False):
    """One seat of a step. It is compared by identity, so that what is known of it can be kept.

    side: index of the agency on its side; -1 stands for no particular side.
    above: (rung number, roles, words) tried in order after `roles`, each a rung higher.
    asked_as: where it sits, which chooses the words of the email; None where nothing special is asked.
    rules: ids of the rules that ask for this seat. why_you: why its holder is written to, in plain words to them.
    """

    part: Part
    where: Where
    who: Who
    side: int
    type: AgencyType | None
    roles: tuple[RoleAt, ...]
    words: str
    must_act: bool
    may_read: bool
    rules: tuple[str, ...]
    above: tuple[tuple[RoleAt, ...], ...] = ()
    told: bool = True
    why_you: str = ""
    asked_as: AskedAs | None = None


class Due(Private, frozen=True, kw_only=True, gc=False):
    """A deadline. at is None where a person must set it; on: the local date, None for a limit in hours."""

    at: Instant | None = None
    on: date | None = None
    warnings: tuple[str, ...] = ()
    referred: str = ""


class Step(Private, frozen=True, kw_only=True, gc=False):
    """What the policy requires, by role. The same facts always give the same step.

    recuse: people of a safeguarding partner that is a party neither triage nor chair.
    needs: (code, sentence) of what a person must look at. if_unresolved_you: said to the raiser.
    managing: roles that manage a team at the raiser's own agency.
    """

    ruling: Ruling
    stage: StageNumber | None = None
    stage_label: str = ""
    route: str = "stages"
    diversion: str = ""
    seats: tuple[Asked, ...] = ()
    due: Due = Due()
    raise_before: Instant | None = None
    late: bool = False
    partnership_told: str = "no"
    form_required: bool = True
    recuse: bool = False
    warnings: tuple[str, ...] = ()
    if_unresolved: str = ""
    if_unresolved_you: str = ""
    managing: frozenset[str] = frozenset()
    next_stage: StageNumber | None = None
    offered: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()
