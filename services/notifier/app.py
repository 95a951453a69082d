"""Builds notifier's adapters and hands them to its loops, and nothing else does. Shell."""

from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.maildir import Maildir
from services.notifier.adapters.opening import OpeningKeyFile
from services.notifier.adapters.smtp import RelayAddress, Security, SmtpMailer, tls_context
from services.notifier.adapters.tables import INBOX, OUTBOX
from services.notifier.consumer import Consumer, Postbox
from services.notifier.domain.turns import Lanes
from services.notifier.settings import NotifierSettings
from services.notifier.timers import Pace, Postman
from shared.clock import Clock, DemoClock, SystemClock
from shared.inbox import tally
from shared.jetstream import Broker, BrokerSettings
from shared.outbox import Relay
from shared.receipts import Signer, Verifier
from shared.settings import read_secret
from shared.store import Database
from shared.subjects import ask_tally
from shared.terms import Service
from shared.web import HealthSite


class Notifier:
    """The built service: what serves, and what must run beside it."""

    def __init__(
        self,
        *,
        database: Database,
        broker: Broker,
        relay: Relay,
        consumer: Consumer,
        postbox: Postbox,
        postman: Postman,
        mailer: SmtpMailer,
        asgi: HealthSite,
    ) -> None:
        self._database = database
        self._broker = broker
        self._relay = relay
        self._consumer = consumer
        self._postbox = postbox
        self._mailer = mailer
        self.postman = postman
        self.asgi = asgi

    def loops(self) -> Sequence[Coroutine[Any, Any, None]]:
        """Everything that runs without end, save the postman. The first that fails must stop the process."""
        answering = self._broker.answer(ask_tally(Service.NOTIFIER), tally(self._database, INBOX))
        return (self._relay.run(), self._consumer.run(), self._postbox.run(), answering)

    async def close(self) -> None:
        """Let go of the mail relay, the broker and the store."""
        await self._mailer.close()
        await self._broker.close()
        await self._database.close()


async def build(settings: NotifierSettings) -> Notifier:
    """The whole service from its settings. Broker and mail relay may be down; the store may not."""
    clock = DemoClock(settings.clock_file) if settings.clock_file is not None else SystemClock()
    mailer = SmtpMailer(relay_address(settings), connections=settings.smtp_connections)
    opener = OpeningKeyFile(settings.opening_key_file)
    database = Database(settings.database)
    broker = await Broker.connect(
        _broker_settings(settings),
        service=Service.NOTIFIER,
        signer=Signer.from_file(settings.signing_key_file),
        verifier=Verifier.from_dir(settings.verify_keys),
        clock=clock,
    )
    relay = Relay(database=database, outbox=OUTBOX, broker=broker, clock=clock)
    ledger = SqlLedger(database, instance=settings.instance)
    postman = Postman(
        ledger=ledger,
        mailer=mailer,
        clock=clock,
        lanes=lanes_of(settings.smtp_connections),
        committed=relay.wake,
        pace=Pace(keep=timedelta(days=settings.keep_days)),
    )
    sender = settings.from_address
    consumer = Consumer(broker=broker, ledger=ledger, opener=opener, clock=clock, sender=sender, wake=postman.wake)
    postbox = _postbox(settings, ledger=ledger, clock=clock, relay=relay)
    return Notifier(
        database=database,
        broker=broker,
        relay=relay,
        consumer=consumer,
        postbox=postbox,
        postman=postman,
        mailer=mailer,
        asgi=HealthSite((broker, relay, postman), warnings=postbox.warnings),
    )


def _postbox(settings: NotifierSettings, *, ledger: SqlLedger, clock: Clock, relay: Relay) -> Postbox:
    returns = Maildir(settings.returned_mail) if settings.returned_mail is not None else None
    return Postbox(returns, ledger=ledger, clock=clock, sender=settings.from_address, committed=relay.wake)


def lanes_of(connections: int) -> Lanes:
    """Twice as many letters begun as there are connections, so that none idles while the ledger is written."""
    return Lanes(all=2 * connections, domain=max(connections // 2, 1), troubled=1)


def relay_address(settings: NotifierSettings) -> RelayAddress:
    """Where the relay is. Raises: SettingsProblem where the password cannot be read."""
    security = Security(settings.smtp_security)
    ca_file = str(settings.smtp_ca_file) if settings.smtp_ca_file is not None else None
    password = read_secret(settings.smtp_password_file) if settings.smtp_password_file is not None else None
    return RelayAddress(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=security,
        sender=settings.from_address,
        user=settings.smtp_user,
        password=password,
        context=None if security is Security.PLAIN else tls_context(ca_file),
    )


def _broker_settings(settings: NotifierSettings) -> BrokerSettings:
    seed = read_secret(settings.nats_seed_file) if settings.nats_seed_file is not None else None
    return BrokerSettings(url=settings.nats_url, seed=seed, ca_file=settings.nats_ca_file)
