"""Questions through blind intake: carried unread, and answered alike for everybody."""

import asyncio
import base64
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.intake.app import web_app
from services.intake.domain.public_book import BookStand
from services.intake.handlers import ask_sealed
from services.intake.web.api import Api, ReceiptKey
from services.intake.web.limits import Limiter
from shared.clock import SystemClock
from shared.failures import Transient
from shared.messages import Sealed
from shared.questions import SealedAnswer, SealedQuestion
from shared.terms import KeyId, PartnershipId
from tests.intake_fakes import FakeRouter, MemoryVault
from tests.intake_world import as_bytes, book, envelope_json

QUESTION = SealedQuestion(partnership=PartnershipId("west-sussex"), question=Sealed(key=KeyId("k"), sealed=b"abc"))
BODY = {"partnership": "west-sussex", "question": {"key": "k", "sealed": base64.b64encode(b"abc").decode()}}


class SlowRouter(FakeRouter):
    """A router that takes its time, or fails after it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def sealed(self, question: SealedQuestion) -> SealedAnswer:
        await asyncio.sleep(self._seconds)
        return await super().sealed(question)


class Site:
    def __init__(self) -> None:
        self.router, self.vault, stand = FakeRouter(), MemoryVault(), BookStand()
        stand.offer(book())
        key = self.vault.signer
        api = Api(
            stand=stand,
            vault=self.vault,
            router=self.router,
            clock=SystemClock(),
            receipt_key=ReceiptKey(key=key.key_id, public=key.public),
            submissions=Limiter(a_minute=1000, a_minute_per_source=1000),
            questions=Limiter(a_minute=5, a_minute_per_source=5),
            proxies=0,
            answer_step_seconds=0.001,
        )
        self.app = web_app(api, stand=stand, clock=SystemClock(), checks=(), behind_tls=False)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest_asyncio.fixture
async def web(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site.app, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        yield client


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.03])
async def test_every_answer_takes_a_whole_number_of_steps(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    await ask_sealed(QUESTION, router=SlowRouter(seconds), step_seconds=0.1)
    assert 0.1 <= loop.time() - asked_at + 0.002 < 0.19


async def test_silence_takes_a_whole_number_of_steps_too() -> None:
    router = SlowRouter(0.01)
    router.silent = True
    asked_at = asyncio.get_running_loop().time()
    with pytest.raises(Transient):
        await ask_sealed(QUESTION, router=router, step_seconds=0.1)
    assert asyncio.get_running_loop().time() - asked_at + 0.002 >= 0.1


async def test_a_sealed_question_comes_back_sealed(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/questions", json=BODY)
    assert answer.status_code == 200
    assert answer.json() == {"sealed": base64.b64encode(b"cba").decode()}


async def test_questions_have_a_limit_of_their_own(web: httpx.AsyncClient) -> None:
    answers = [(await web.post("/api/v1/questions", json=BODY)).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert (await web.post("/api/v1/submissions", content=as_bytes(envelope_json()))).status_code == 201


async def test_a_route_is_answered_in_codes(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/route", json={"type": "route.question", "partnership": "west-sussex"})
    assert answer.json()["stage_label"] == "Stage 2"


async def test_a_route_question_takes_no_other_field(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/v1/route", json={"partnership": "west-sussex", "child_name": "Marked"})
    assert answer.status_code == 400
    assert "Marked" not in answer.text
    assert "child_name" not in answer.text


async def test_a_store_that_is_away_means_not_confirmed_yet(site: Site, web: httpx.AsyncClient) -> None:
    body = as_bytes(envelope_json())
    site.vault.away = True
    answer = await web.post("/api/v1/submissions", content=body)
    assert answer.status_code == 503
    assert answer.json()["title"] == "Not confirmed yet"
    assert "retry-after" in answer.headers
    site.vault.away = False
    assert (await web.post("/api/v1/submissions", content=body)).status_code == 201
