"""What router owes, notifier can say: every notice of a journey renders, and says nothing it must not. Shell."""

from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording import compose
from shared.messages import NoticeKind, NoticeState
from shared.questions import SendConfirmationCode, SendSignInCode
from tests.router_world import DUTY, RAISER, URGENT, RouterWorld


async def everything() -> RouterWorld:
    """A router that has had cause for each kind of notice."""
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    answers: dict[str, object] = {"stage": "3", "ask_line": "Please allocate the case.", "route": "stages"}
    ref = await page.raise_escalation(answers, code=page.code())
    await page.ask(SendSignInCode(ref=ref, address=DUTY))
    await router.take(router.submission(URGENT))
    await router.take(router.submission({"raiser_name": ""}))
    await router.report(router.notices(NoticeKind.CHALLENGED)[0], NoticeState.REFUSED)
    return router


async def test_every_notice_that_router_owes_can_be_rendered() -> None:
    router = await everything()
    kinds = {notice.kind for notice in router.notices()}
    assert kinds >= {
        NoticeKind.CONFIRMATION_CODE,
        NoticeKind.SIGN_IN_CODE,
        NoticeKind.RAISED,
        NoticeKind.ACT,
        NoticeKind.CHALLENGED,
        NoticeKind.CODED,
        NoticeKind.WAITING,
        NoticeKind.WAITING_URGENT,
        NoticeKind.DESK,
    }
    for notice in router.notices():
        letter = compose(notice)
        assert as_text(letter)
        assert as_html(letter)


async def test_the_contact_can_act_from_the_email_alone() -> None:
    router = await everything()
    (notice, *_) = router.notices(NoticeKind.ACT)
    text = " ".join(as_text(compose(notice)).split())
    for said in ("Frankie Nettlebed", "01632 960114", "Quinn Quaverley", "Please allocate the case.", notice.ref):
        assert said in text


async def test_the_coded_part_names_no_worker() -> None:
    router = await everything()
    (notice,) = router.notices(NoticeKind.CODED)
    text = as_text(compose(notice))
    for name in ("Frankie", "Nettlebed", "Quinn", "Quaverley", "Taylor", "Willowby", "@oakfield"):
        assert name not in text
