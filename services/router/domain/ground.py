"""The ground a use case stands on: one revision of the directory, with the policies and forms of this release. Pure."""

from typing import Protocol

from services.router.domain.decision import Circumstances, Decision
from services.router.domain.place import Place
from services.router.domain.routefacts import Wording
from services.router.policy.facts import Facts
from shared.forms import FormDefinition
from shared.messages import NoticePerson
from shared.public_book import PublicPartnership
from shared.questions import RouteAnswer, RouteQuestion
from shared.terms import EscalationRef, Instant, PartnershipId


class Ground(Protocol):
    """Everything that is decided by. What is not in the directory is None."""

    @property
    def revision(self) -> int: ...

    def place(self, partnership: PartnershipId) -> Place | None: ...

    def public(self, partnership: PartnershipId) -> PublicPartnership | None: ...

    def everywhere(self) -> tuple[PublicPartnership, ...]: ...

    def form(self, name: str, version: int) -> FormDefinition | None: ...

    def forms(self) -> tuple[FormDefinition, ...]: ...

    def wording(self, partnership: PartnershipId, *, edition: str | None = None) -> Wording: ...

    def leads(self, agency_name: str, *, at: Instant) -> NoticePerson | None:
        """The safeguarding lead of the agency of that name, as the directory has them now."""

    def decide(
        self, ref: EscalationRef, facts: Facts, *, circumstances: Circumstances, at: Instant, edition: str | None = None
    ) -> Decision: ...

    def knows(self, address: str) -> bool:
        """Whether the address is in the directory, or of any agency's registered domain."""

    def is_registered(self, facts: Facts) -> bool:
        """Whether the raiser's address is in a domain that the directory has for the raiser's agency."""

    def posts(self, partnership: PartnershipId) -> tuple[tuple[str, str], ...]:
        """(post id, words) of the posts that a person may route to."""

    def preview(self, question: RouteQuestion, *, at: Instant) -> RouteAnswer: ...
