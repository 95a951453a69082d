"""The audit as the console's pages and its command need it, and the words of `audit verify`. Shell."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from services.router.domain.admin.audit_chain import AuditChain, read_noted
from services.router.domain.admin.audit_sought import Sought
from services.router.domain.admin.auditing import Audited
from services.router.domain.changes import Happened
from services.router.domain.partnership import Partnership
from shared.terms import EscalationRef, PartnershipId

USAGE = "usage: python -m services.router audit verify [--noted NUMBER:DIGEST]"


class Audit(Protocol):
    """Every row that was written, and who read a record."""

    async def add(self, audited: Audited) -> None: ...

    async def rows(
        self, partnership: Partnership, sought: Sought, *, before: int | None = None, most: int | None = None
    ) -> tuple[tuple[int, Audited], ...]: ...

    async def verify(self, chain: AuditChain) -> tuple[str, ...]: ...

    async def reads(
        self, partnership: PartnershipId, *, ref: EscalationRef | None, most: int
    ) -> tuple[Happened, ...]: ...


class Verified(NamedTuple):
    """What the command says, and its exit code: 0 whole, 1 damaged, 2 wrong usage."""

    code: int
    lines: tuple[str, ...]


async def verify_audit(audit: Audit, arguments: Sequence[str]) -> Verified:
    """`verify [--noted NUMBER:DIGEST]`: the whole chain, against what was noted before where it was."""
    match list(arguments):
        case ["verify"]:
            noted = None
        case ["verify", "--noted", text] if (noted := read_noted(text)) is not None:
            pass
        case _:
            return Verified(2, (USAGE,))
    chain = AuditChain(noted)
    problems = await audit.verify(chain)
    if problems:
        return Verified(
            1, (*problems, f"The audit is damaged: {len(problems)} found. Keep a copy before anything else.")
        )
    if chain.head.number == 0:
        return Verified(0, ("The audit is empty.",))
    last = f"Note the last one elsewhere, and give it next time: --noted {chain.head}"
    return Verified(0, (f"The audit is whole: {chain.head.number} rows, each follows from the one before.", last))
