"""Router's way from a submission to everybody's notice. Shell."""

from services.router.domain.escalation import State
from shared.messages import NoticeKind
from shared.questions import CodeSent, SendConfirmationCode
from tests.router_world import CONTACT, DECISION_MAKER, RAISER, RouterWorld


async def test_a_form_with_its_code_becomes_one_notice_for_each_who_is_told() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    assert await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER)) == CodeSent()
    ref = await page.raise_escalation(code=page.code())
    assert router.memory.escalations[ref].state is State.ROUTED
    assert router.told() == {
        NoticeKind.CONFIRMATION_CODE: [RAISER],
        NoticeKind.RAISED: [RAISER],
        NoticeKind.ACT: [CONTACT],
        NoticeKind.CHALLENGED: [DECISION_MAKER],
        NoticeKind.STAFF_RAISED: ["jamie.lavenderhill@oakfield-primary.example"],
    }
