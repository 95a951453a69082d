"""Answers what the other services ask: the public book, a route's preview, sealed questions, the tally. Shell."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from services.router.handlers.asking import answer_sealed
from services.router.handlers.publishing import BookMaker
from services.router.ports import World
from shared.failures import decoded
from shared.jetstream import Broker
from shared.public_book import PublicQuestion
from shared.questions import RouteQuestion
from shared.subjects import ASK_PUBLIC, ASK_ROUTE, ASK_SEALED, ask_tally
from shared.terms import Service

_PUBLIC = msgspec.json.Decoder(PublicQuestion)
_ROUTE = msgspec.json.Decoder(RouteQuestion)

Tally = Callable[[bytes, Service], Awaitable[bytes]]


class Questions:
    """What router answers. answer_seconds: how long a sealed question takes at least, whatever it was."""

    def __init__(self, *, world: World, books: BookMaker, tally: Tally, answer_seconds: float) -> None:
        self._world = world
        self._books = books
        self._tally = tally
        self._answer_seconds = answer_seconds

    async def run(self, broker: Broker) -> None:
        """Answer for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(broker.answer(ASK_PUBLIC, self.public))
            group.create_task(broker.answer(ASK_ROUTE, self.route))
            group.create_task(broker.answer(ASK_SEALED, self.sealed))
            group.create_task(broker.answer(ask_tally(Service.ROUTER), self._tally))

    async def public(self, body: bytes, asker: Service) -> bytes:
        """The whole public book, or that the asker has the newest."""
        question = decoded(body, _PUBLIC)
        return msgspec.json.encode(await self._books.answer(question.revision))

    async def route(self, body: bytes, asker: Service) -> bytes:
        """Roles and agencies for codes."""
        question = decoded(body, _ROUTE)
        ground = await self._world.grounds.now()
        return msgspec.json.encode(ground.preview(question, at=self._world.clock.now()))

    async def sealed(self, body: bytes, asker: Service) -> bytes:
        """The same time for strangers, wrong references and parties: the slowest of them sets it."""
        loop = asyncio.get_running_loop()
        ready_at = loop.time() + self._answer_seconds
        try:
            return await answer_sealed(body, world=self._world)
        finally:
            await asyncio.sleep(max(0.0, ready_at - loop.time()))
