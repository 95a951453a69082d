"""The ground a use case stands on: one revision of the directory, with the policies and forms of this release. Pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.router.domain.decision import Circumstances, Decision, Person
from services.router.domain.directory import Directory
from services.router.domain.letters.routefacts import Wording
from services.router.domain.life import Panel
from services.router.domain.living.convening import Proposed
from services.router.domain.office_hours import Calendar
from services.router.domain.place import Place
from services.router.domain.routing.handing import Deputy
from services.router.policy.facts import Facts
from services.router.policy.model import Policy
from shared.forms import FormDefinition
from shared.messages import NoticePerson
from shared.public_book import PublicPartnership
from shared.questions import RouteAnswer, RouteQuestion
from shared.terms import EscalationRef, Instant, PartnershipId


class Ground(Protocol):
    """Everything that is decided by. What is not in the directory is None."""

    @property
    def revision(self) -> int: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def policies(self) -> Mapping[str, Policy]:
        """The newest edition of each policy, by its id."""

    def place(self, partnership: PartnershipId) -> Place | None: ...

    def public(self, partnership: PartnershipId) -> PublicPartnership | None: ...

    def everywhere(self) -> tuple[PublicPartnership, ...]: ...

    def form(self, name: str, version: int) -> FormDefinition | None: ...

    def forms(self) -> tuple[FormDefinition, ...]: ...

    def wording(self, partnership: PartnershipId, *, edition: str | None = None) -> Wording: ...

    def leads(self, agency_name: str, *, at: Instant) -> NoticePerson | None:
        """The safeguarding lead of the agency of that name, as the directory has them now."""

    def lead_at(self, address: str) -> str:
        """The post of a safeguarding lead that this address belongs to, as people read it; "" for any other."""

    def decide(
        self, ref: EscalationRef, facts: Facts, *, circumstances: Circumstances, at: Instant, edition: str | None = None
    ) -> Decision: ...

    def knows(self, address: str) -> bool:
        """Whether the address is in the directory, or of any agency's registered domain."""

    def is_registered(self, facts: Facts) -> bool:
        """Whether the raiser's address is in a domain that the directory has for the raiser's agency."""

    def posts(self, partnership: PartnershipId) -> tuple[tuple[str, str], ...]:
        """(post id, words) of the posts that a person may route to."""

    def deputies(
        self, person: Person, facts: Facts, *, circumstances: Circumstances, at: Instant
    ) -> tuple[Deputy, ...]:
        """Whom somebody who is asked to act may name in their own place today."""

    def called(
        self, silent: Person, facts: Facts, *, circumstances: Circumstances, at: Instant
    ) -> tuple[Person | None, Person | None]:
        """Who is called today where `silent` does not answer: the deputy, and the agency's safeguarding lead."""

    def calendar(self, partnership: PartnershipId) -> Calendar:
        """The partnership’s zone and its nation’s holidays. Raises: KeyError for one not in the directory."""

    def panel(
        self, facts: Facts, *, circumstances: Circumstances, at: Instant, known: Panel | None, in_it: Sequence[str]
    ) -> Proposed:
        """Who could take the empty seats of a resolution panel today, and who may not. See `panel.seats_for`."""

    def is_mailbox(self, address: str) -> bool:
        """Whether several people read what comes to this address: the directory has it as a shared mailbox."""

    def preview(self, question: RouteQuestion, *, at: Instant) -> RouteAnswer: ...
