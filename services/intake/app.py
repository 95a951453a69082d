"""Builds intake's adapters and hands them to its handlers, and nothing else does. Shell."""

from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from services.intake.adapters.book_shelf import SqlShelf
from services.intake.adapters.owed import SubmissionsOwed
from services.intake.adapters.records import SqlRecords
from services.intake.adapters.router_questions import BrokerRouter, RouterSeal, RouterTickets
from services.intake.adapters.vault import SqlVault
from services.intake.domain.public_book import BookStand
from services.intake.handlers import BookKeeper, ReleaseDesk
from services.intake.ports import Router, Vault
from services.intake.settings import IntakeSettings
from services.intake.web.api import Api, ReceiptKey, api_routes
from services.intake.web.front import Front
from services.intake.web.headers import StrictHeaders
from services.intake.web.limits import Limiter
from services.intake.web.pages import Assets, Pages, read_assets
from services.intake.web.problems import handler_of
from services.intake.web.records import record_routes
from services.intake.web.routes import Site, page_routes
from services.intake.web.static_files import BUILT, static_route
from shared.clock import Clock, DemoClock, SystemClock
from shared.jetstream import Broker, BrokerSettings
from shared.outbox import Relay
from shared.receipts import Signer, Verifier
from shared.settings import read_secret
from shared.store import Database
from shared.subjects import inbox_prefix
from shared.terms import Service
from shared.web import Check, HealthCheck, HealthSite


class Intake:
    """The built service: what serves, and what must run beside it."""

    def __init__(
        self,
        *,
        settings: IntakeSettings,
        database: Database,
        broker: Broker,
        relay: Relay,
        vault: SqlVault,
        keeper: BookKeeper,
        asgi: ASGIApp,
    ) -> None:
        self._settings = settings
        self._database = database
        self._broker = broker
        self._relay = relay
        self._vault = vault
        self._keeper = keeper
        self.asgi = asgi

    def loops(self) -> Sequence[Coroutine[Any, Any, None]]:
        """Everything that runs without end. The first that fails must stop the process."""
        return (
            self._vault.run(),
            self._relay.run(),
            self._keeper.run(every_seconds=self._settings.book_seconds),
        )

    async def close(self) -> None:
        """Let go of the broker and the store."""
        await self._broker.close()
        await self._database.close()


async def build(settings: IntakeSettings, *, more_routes: Sequence[HTTPRouteHandler] = ()) -> Intake:
    """The whole service from its settings. The broker may be down; the store may not.

    more_routes: what a bench serves beside, on the same server.
    """
    clock = DemoClock(settings.clock_file) if settings.clock_file is not None else SystemClock()
    verifier = Verifier.from_dir(settings.verify_keys)
    receipts = Signer.from_file(settings.receipt_key_file)
    database = Database(settings.database)
    broker = await _broker(settings, verifier, clock)
    relay = Relay(database=database, outbox=SubmissionsOwed(), broker=broker, clock=clock)
    vault = SqlVault(
        database, signer=receipts, chain=settings.chain, seconds=settings.accept_seconds, committed=relay.wake
    )
    stand, router = BookStand(), BrokerRouter(broker, timeout_seconds=settings.peer_seconds)
    keeper = BookKeeper(stand=stand, router=router, shelf=SqlShelf(database), seal=RouterSeal(verifier), clock=clock)
    await keeper.open_kept()
    records = SqlRecords(database, most=settings.records_an_hour)
    desk = ReleaseDesk(records=records, seal=RouterTickets(verifier), clock=clock)
    await desk.open()
    asgi = web_app(
        _api(settings, stand=stand, vault=vault, router=router, clock=clock, receipts=receipts),
        stand=stand,
        clock=clock,
        checks=(
            HealthCheck("store", vault.problem),
            HealthCheck("book", keeper.problem),
            HealthCheck("facts-keys", keeper.key_problem),
            HealthCheck("records", desk.problem),
            broker,
            relay,
        ),
        behind_tls=settings.behind_tls,
        more_routes=(*record_routes(desk, limiter=_limiter(settings), proxies=settings.proxies), *more_routes),
    )
    return Intake(
        settings=settings, database=database, broker=broker, relay=relay, vault=vault, keeper=keeper, asgi=asgi
    )


def _limiter(settings: IntakeSettings) -> Limiter:
    return Limiter(a_minute=settings.questions_a_minute, a_minute_per_source=settings.questions_a_minute_per_source)


async def _broker(settings: IntakeSettings, verifier: Verifier, clock: Clock) -> Broker:
    return await Broker.connect(
        BrokerSettings(
            url=settings.nats_url,
            seed=None if settings.nats_seed_file is None else read_secret(settings.nats_seed_file),
            inbox_prefix=inbox_prefix(Service.INTAKE),
            ca_file=settings.nats_ca_file,
        ),
        service=Service.INTAKE,
        signer=Signer.from_file(settings.signing_key_file),
        verifier=verifier,
        clock=clock,
    )


def _api(
    settings: IntakeSettings, *, stand: BookStand, vault: Vault, router: Router, clock: Clock, receipts: Signer
) -> Api:
    return Api(
        stand=stand,
        vault=vault,
        router=router,
        clock=clock,
        receipt_key=ReceiptKey(key=receipts.key_id, public=receipts.public),
        submissions=Limiter(
            a_minute=settings.submissions_a_minute, a_minute_per_source=settings.submissions_a_minute_per_source
        ),
        questions=Limiter(
            a_minute=settings.questions_a_minute, a_minute_per_source=settings.questions_a_minute_per_source
        ),
        proxies=settings.proxies,
        answer_step_seconds=settings.answer_step_seconds,
    )


def web_app(
    api: Api,
    *,
    stand: BookStand,
    clock: Clock,
    checks: Sequence[Check],
    behind_tls: bool,
    built: Path = BUILT,
    more_routes: Sequence[HTTPRouteHandler] = (),
) -> ASGIApp:
    """The web side alone: pages, interface, static files, health, all with strict headers."""
    site = Site(stand=stand, pages=Pages(_assets(built)), clock=clock)
    app = Litestar(
        route_handlers=[
            *api_routes(api),
            *page_routes(site),
            static_route(built),
            *more_routes,
        ],
        exception_handlers={Exception: handler_of(site.problem)},
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return StrictHeaders(HealthSite(checks, otherwise=Front(api, otherwise=app)), behind_tls=behind_tls)


def _assets(built: Path) -> Assets:
    return read_assets(built) if (built / "manifest.json").exists() else {}
