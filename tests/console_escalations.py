"""A router that writes into a console's own store, at the console's time, for tests of what an admin sees. Shell."""

from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.domain.changes import Change
from shared.questions import SendConfirmationCode
from shared.terms import EscalationRef
from tests.console_world import ConsoleWorld
from tests.router_world import RAISER, RouterWorld


def router_of(console: ConsoleWorld) -> RouterWorld:
    """Takes submissions, reports and moves as router does."""
    found = RouterWorld(
        escalations=SqlEscalations(console.database, after_commit=lambda change: _keep(found, change)),
        sessions=SqlSessions(console.database),
        directories=SqlDirectories(console.database),
    )
    found.clock = console.clock
    found.world = found.world._replace(clock=console.clock)
    return found


def _keep(router: RouterWorld, change: Change) -> None:
    router.memory.outbox.update({one.message: (one.subject, one.body) for one in change.owed})


async def raised(router: RouterWorld, **answers: object) -> EscalationRef:
    """Confirmed with the code, so that it is decided."""
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return await page.raise_escalation(answers, code=page.code())
