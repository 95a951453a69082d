"""One revision of the directory with this release's policies and forms: what every decision stands on. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.book import public_partnership, serving
from services.router.domain.decision import Circumstances, Decision, Person
from services.router.domain.directory import Directory, holder_on
from services.router.domain.letters.routefacts import Wording
from services.router.domain.life import Panel
from services.router.domain.living.convening import Proposed
from services.router.domain.living.panel import seats_for
from services.router.domain.office_hours import Calendar
from services.router.domain.page.preview import answer_of, facts_of
from services.router.domain.partnership import Partnership
from services.router.domain.place import Place, place_of
from services.router.domain.routing.adopting import own
from services.router.domain.routing.barring import barred_by
from services.router.domain.routing.calling import called_for
from services.router.domain.routing.deciding import decide_escalation, managers_of_raiser
from services.router.domain.routing.handing import Deputy, deputies_of
from services.router.domain.routing.lookup import LEAD_ROLES, Search
from services.router.domain.routing.ringing import is_closed
from services.router.domain.routing.scrutiny import others_scrutineers
from services.router.policy.facts import Facts
from services.router.policy.model import Policy
from shared.forms import FormDefinition
from shared.messages import NoticePerson
from shared.public_book import PublicKey, PublicPartnership
from shared.questions import RouteAnswer, RouteQuestion
from shared.terms import AgencyId, EscalationRef, Instant, KeyId, PartnershipId
from shared.working_days import holidays_of

_NO_KEY = PublicKey(id=KeyId(""), key=b"", expires_at=datetime.min.replace(tzinfo=UTC))


class Rules:
    """The policies and forms of this release. The newest edition of a policy decides what is new."""

    def __init__(self, policies: Sequence[Policy], forms: Sequence[FormDefinition]) -> None:
        self.editions: Mapping[tuple[str, str], Policy] = {(one.id, one.edition): one for one in policies}
        self.newest: Mapping[str, Policy] = {one.id: one for one in sorted(policies, key=lambda one: one.edition)}
        self.forms: Mapping[tuple[str, int], FormDefinition] = {(one.id, one.version): one for one in forms}
        self._owned: dict[tuple[PartnershipId, str, str], tuple[Partnership, Policy]] = {}

    def policy(self, partnership: Partnership, edition: str | None = None) -> Policy:
        """The policy that decides for `partnership`, with what it made its own; a past edition where one is named."""
        newest = self.newest[partnership.policy]
        written = newest if edition is None else self.editions.get((partnership.policy, edition), newest)
        key = (partnership.id, written.id, written.edition)
        kept = self._owned.get(key)
        if kept is None or kept[0] is not partnership:
            kept = self._owned[key] = (partnership, own(written, partnership))
        return kept[1]


class DirectoryGround:
    """A Ground made of a Directory and Rules. base_url: where people reach intake's pages."""

    def __init__(self, directory: Directory, rules: Rules, *, base_url: str) -> None:
        self._directory = directory
        self._rules = rules
        self._base_url = base_url.rstrip("/")
        self._public: dict[PartnershipId, PublicPartnership] = {}

    @property
    def revision(self) -> int:
        return self._directory.revision

    @property
    def directory(self) -> Directory:
        return self._directory

    @property
    def policies(self) -> Mapping[str, Policy]:
        return self._rules.newest

    def place(self, partnership: PartnershipId) -> Place | None:
        known = self._directory.partnerships.get(partnership)
        return place_of(known, base_url=self._base_url) if known is not None else None

    def public(self, partnership: PartnershipId) -> PublicPartnership | None:
        known = self._directory.partnerships.get(partnership)
        if known is None:
            return None
        if partnership not in self._public:
            self._public[partnership] = public_partnership(
                known,
                directory=self._directory,
                policy=self._rules.policy(known),
                facts_keys=(),
                custody_key=_NO_KEY,
            )
        return self._public[partnership]

    def everywhere(self) -> tuple[PublicPartnership, ...]:
        known = self._directory.partnerships.values()
        found = (self.public(one.id) for one in known if not one.preparing)
        return tuple(one for one in found if one is not None)

    def form(self, name: str, version: int) -> FormDefinition | None:
        return self._rules.forms.get((name, version))

    def forms(self) -> tuple[FormDefinition, ...]:
        return tuple(self._rules.forms.values())

    def wording(self, partnership: PartnershipId, *, edition: str | None = None) -> Wording:
        known = self._directory.partnerships[partnership]
        agencies = self._directory.agencies
        return Wording(
            policy=self._rules.policy(known, edition),
            agencies={agency.id: agency.name for agency in agencies.values()},
            types={agency.id: agency.type.value for agency in agencies.values()},
            phones={agency.name: agency.phone for agency in agencies.values()},
        )

    def leads(self, agency_name: str, *, at: Instant) -> NoticePerson | None:
        """The safeguarding lead of the agency of that name, as the directory has them today."""
        agency = next((one for one in self._directory.agencies.values() if one.name == agency_name), None)
        if agency is None:
            return None
        for placed in (one for role in LEAD_ROLES for one in self._directory.with_role(agency.id, role)):
            holder = holder_on(placed.post, at.date())
            if holder is not None:
                phone = holder.phone or placed.post.phone or placed.agency.phone
                return NoticePerson(name=holder.name, role=placed.post.title, agency=agency_name, phone=phone)
        return None

    def lead_at(self, address: str) -> str:
        held = (one for one in self._directory.at_address(address) if one.post.role in LEAD_ROLES)
        return next((f"{one.post.title}, {one.agency.name}" for one in held), "")

    def decide(
        self,
        ref: EscalationRef,
        facts: Facts,
        *,
        circumstances: Circumstances,
        at: Instant,
        edition: str | None = None,
    ) -> Decision:
        partnership = self._directory.partnerships[facts.partnership]
        return decide_escalation(
            ref,
            facts,
            policy=self._rules.policy(partnership, edition),
            directory=self._directory,
            holidays=holidays_of(partnership.nation),
            now=at,
            circumstances=circumstances,
        )

    def knows(self, address: str) -> bool:
        return bool(self._directory.at_address(address)) or self._directory.in_any_domain(address)

    def is_registered(self, facts: Facts) -> bool:
        agency = facts.raising[0].agency if facts.raising else None
        address = facts.raiser.address
        if agency is None:
            return False
        known = any(placed.agency.id == agency for placed in self._directory.at_address(address))
        return known or self._directory.in_domain(agency, address)

    def posts(self, partnership: PartnershipId) -> tuple[tuple[str, str], ...]:
        known = self._directory.partnerships.get(partnership)
        if known is None:
            return ()
        own = self._directory.agencies.get(AgencyId(partnership))
        agencies = (*serving(known, self._directory), *((own,) if own is not None else ()))
        here = [(post.id, f"{post.title}, {agency.name}") for agency in agencies for post in agency.posts]
        return (*here, *others_scrutineers(known, self._directory))

    def deputies(
        self, person: Person, facts: Facts, *, circumstances: Circumstances, at: Instant
    ) -> tuple[Deputy, ...]:
        barred = self._barred(facts, circumstances) - {person.address.strip().casefold()}
        return deputies_of(person, self._directory, day=self._local(facts, at).date(), barred=barred)

    def called(
        self, silent: Person, facts: Facts, *, circumstances: Circumstances, at: Instant
    ) -> tuple[Person | None, Person | None]:
        barred = self._barred(facts, circumstances) - {silent.address.strip().casefold()}
        local = self._local(facts, at)
        closed = facts.immediate_harm and is_closed(local, holidays=self.calendar(facts.partnership).holidays)
        return called_for(silent, self._directory, day=local.date(), barred=barred, closed=closed)

    def _barred(self, facts: Facts, circumstances: Circumstances) -> frozenset[str]:
        """Who stands in for nobody in this."""
        partnership = self._directory.partnerships[facts.partnership]
        managers = managers_of_raiser(
            facts,
            policy=self._rules.policy(partnership),
            directory=self._directory,
            holidays=holidays_of(partnership.nation),
            circumstances=circumstances,
        )
        return frozenset(barred_by(facts, self._directory, circumstances)) | managers

    def _local(self, facts: Facts, at: Instant) -> datetime:
        return at.astimezone(ZoneInfo(self._directory.partnerships[facts.partnership].zone))

    def calendar(self, partnership: PartnershipId) -> Calendar:
        known = self._directory.partnerships[partnership]
        return Calendar(known.zone, holidays_of(known.nation), known.open_from, known.open_until)

    def panel(
        self, facts: Facts, *, circumstances: Circumstances, at: Instant, known: Panel | None, in_it: Sequence[str]
    ) -> Proposed:
        partnership = self._directory.partnerships[facts.partnership]
        day = at.astimezone(ZoneInfo(partnership.zone)).date()
        barred = barred_by(facts, self._directory, circumstances)
        search = Search(self._directory, partnership, day=day, barred=barred, held=facts.held)
        return seats_for(search, facts, known=known, in_it=in_it)

    def is_mailbox(self, address: str) -> bool:
        wanted = address.strip().casefold()
        duties = (one.duty.mailbox.strip().casefold() for one in self._directory.partnerships.values())
        posts = self._directory.at_address(wanted)
        return wanted in duties or any(one.post.mailbox.casefold() == wanted for one in posts)

    def preview(self, question: RouteQuestion, *, at: Instant) -> RouteAnswer:
        place = self.place(question.partnership)
        if place is None:
            return RouteAnswer(referred=True)
        facts = facts_of(question, at=at)
        decision = self.decide(EscalationRef(""), facts, circumstances=Circumstances(), at=at)
        return answer_of(decision, zone=place.zone)


def with_keys(
    public: PublicPartnership, *, facts_keys: tuple[PublicKey, ...], custody_key: PublicKey
) -> PublicPartnership:
    """The book's entry with its keys."""
    return msgspec.structs.replace(public, facts_keys=facts_keys, custody_key=custody_key)
