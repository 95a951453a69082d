"""What a holder is sent: the question about their posts, the reminder, the code to answer. For the previews. Shell."""

from datetime import timedelta

import msgspec

from services.router.handlers.asking_holders import ask_holders
from shared.following.posts import SendPostCode
from shared.messages import CodeFacts, Notice, NoticeKind
from shared.references import derive_id
from shared.terms import NoticeId
from tests.preview_world import WHEN
from tests.router_world import CONTACT, RouterWorld

A_QUARTER = timedelta(days=92)


async def holders_asked() -> dict[str, Notice]:
    """A team manager’s post was confirmed a quarter ago; two weeks later nobody has answered."""
    router = await RouterWorld(at=WHEN - A_QUARTER).ready()
    await ask_holders(router.world)
    router.clock.advance(A_QUARTER + timedelta(days=21))
    await _until_quiet(router)
    router.clock.advance(timedelta(days=14))
    await _until_quiet(router)
    first, again = [one for one in router.notices(NoticeKind.STILL_RIGHT) if one.address == CONTACT]
    await router.page().ask(SendPostCode(address=CONTACT))
    code = router.notices(NoticeKind.POST_CODE)[-1]
    fixed = NoticeId(derive_id("preview", code.kind.value))
    return {
        "still-right": first,
        "still-right-again": again,
        "post-code": msgspec.structs.replace(code, id=fixed, code=CodeFacts(code="7KQM9PXC")),
    }


async def _until_quiet(router: RouterWorld) -> None:
    before = -1
    while before != len(router.owed()):
        before = len(router.owed())
        await ask_holders(router.world)
