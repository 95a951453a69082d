"""One escalation that goes through a router, for the notices that notifier previews. Shell."""

from collections.abc import Mapping
from datetime import UTC, datetime

from shared.messages import AskedAs, Notice, NoticeKind
from shared.questions import CodeSent, SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.terms import EscalationRef
from tests.router_world import RAISER, Page, RouterWorld, _b64

WHEN = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
REF, OTHER_REF = EscalationRef("WS-7K3-QM9-PX8"), EscalationRef("WS-4TD-82H-V15")

STAGE_TWO: dict[str, object] = {
    "raiser_is": "safeguarding_lead",
    "decided_on": "2026-12-18",
    "trigger": "not_best_interests",
    "desired_actions": ["strategy_discussion", "allocate"],
    "ask_line": "Please hold a strategy discussion before the school closes on 23 December.",
}
IN_HOURS: dict[str, object] = {"timeframe": {"unit": "hours", "amount": 4, "until": None}}


class Journey:
    """One router, and one escalation that went through it."""

    def __init__(self, router: RouterWorld, page: Page) -> None:
        self.router = router
        self.page = page

    def to(
        self, kind: NoticeKind, *, address: str = "", asked_as: AskedAs | None = None, what: str = "", reason: str = ""
    ) -> Notice:
        """The newest notice of `kind` to the one who is meant. what: which news or prompt; reason: of the desk's."""
        found = [
            notice
            for notice in self.router.notices(kind)
            if (not address or notice.address == address)
            and (asked_as is None or notice.asked_as is asked_as)
            and (not what or (notice.life is not None and notice.life.what == what))
            and (not reason or (notice.waiting is not None and notice.waiting.reason == reason))
        ]
        assert found, (kind, what, reason, address, [(one.address, one.life) for one in self.router.notices(kind)])
        return found[-1]

    async def signed_in(self, address: str, *, ref: EscalationRef = REF) -> Page:
        """A page on which somebody has signed in with the code that was mailed to them."""
        page = self.router.page()
        assert await page.ask(SendSignInCode(ref=ref, address=address)) == CodeSent()
        answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
        assert isinstance(answer, SignedIn), address
        return page


async def escalate(*answers: Mapping[str, object], ref: EscalationRef = REF, address: str = RAISER) -> Journey:
    router = await RouterWorld(at=WHEN).ready()
    return await raised(router, *answers, ref=ref, address=address)


async def raised(
    router: RouterWorld, *answers: Mapping[str, object], ref: EscalationRef = REF, address: str = RAISER
) -> Journey:
    """Raised by that address, which was confirmed before the form was sent."""
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=address))
    confirmation = {"secret": _b64(page.secret), "code": page.code()}
    given = {key: value for one in (STAGE_TWO, *answers) for key, value in one.items()}
    submission = router.submission(given, confirmation=confirmation, submission=page.submission, ref=ref)
    await router.take(submission)
    return Journey(router, page)
