"""Intake's own pages and interface on this machine, with a vault and a router of the test's. Shell."""

import asyncio
import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from sample_book import sample_book, sample_partnership

from services.intake.app import web_app
from services.intake.domain.envelope import Conflict, Envelope, Incoming
from services.intake.domain.public_book import BookStand
from services.intake.web.api import Api, ReceiptKey
from services.intake.web.limits import Limiter
from shared.clock import FixedClock, SystemClock
from shared.envelope import Binding, OpeningKey, open_record, seal
from shared.failures import Code, Transient
from shared.following import Entry, Line, SeeEscalation, SeenEscalation
from shared.forms import load_definition
from shared.public_book import PublicPartnership
from shared.questions import (
    Asked,
    CodeSent,
    ConfirmAddress,
    Confirmed,
    Done,
    Refused,
    RouteAnswer,
    RoutePart,
    RouteQuestion,
    SealedAnswer,
    SealedQuestion,
    SendConfirmationCode,
    SendSignInCode,
    SignedIn,
    SignIn,
    SignOut,
)
from shared.receipts import NOTHING_BEFORE, Receipt, SignedReceipt, Signer, sign_receipt
from shared.references import mint_reference
from shared.terms import Instant
from shared.web import serve

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ROOT / "services/intake/web/browser"
FORMS = ROOT / "shared/form_definitions"
NOW = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
CONFIRMATION_CODE, SIGN_IN_CODE = "123456", "7K3QM9PX"
ANSWER = RouteAnswer(
    stage_label="Stage 2",
    parts=(
        RoutePart(
            role="Team manager",
            agency="West Sussex children’s social care",
            part="act",
            by="Wednesday 30 December 2026",
        ),
        RoutePart(role="Social worker", agency="West Sussex children’s social care", part="told"),
        RoutePart(role="Head teacher", agency="Oakfield Primary School", part="told"),
        RoutePart(role="You", agency="Oakfield Primary School", part="raiser"),
    ),
    due_words="Wednesday 30 December 2026, 5 pm",
    warnings=("The school is closed on some of these days.",),
)


class OneVault:
    """Keeps envelopes in memory; can be away, or store and then break before it answers."""

    def __init__(self) -> None:
        self.signer = Signer.generate()
        self.kept: dict[str, tuple[Incoming, SignedReceipt]] = {}
        self.away = False
        self.breaks_after_storing = False

    async def accept(self, incoming: Incoming, *, at: Instant) -> SignedReceipt | Conflict:
        if self.away:
            raise Transient(Code.STORE_UNAVAILABLE)
        held = self.kept.get(incoming.envelope.submission)
        if held is None:
            receipt = Receipt(
                chain="intake-1",
                number=len(self.kept) + 1,
                previous=NOTHING_BEFORE,
                reference=mint_reference(incoming.prefix),
                envelope_digest=incoming.digest,
                accepted_at=at,
            )
            held = (incoming, sign_receipt(receipt, self.signer))
            self.kept[incoming.envelope.submission] = held
        if self.breaks_after_storing:
            raise Transient(Code.STORE_UNAVAILABLE)
        return held[1] if held[0].digest == incoming.digest else Conflict()


class OneRouter:
    """Answers every question of a page, with one code for each purpose."""

    def __init__(self, key: OpeningKey) -> None:
        self._key = key
        self.asked: list[Asked] = []
        self.routes: list[RouteQuestion] = []
        self.away = False
        self.duty = True
        self.state = "waiting-confirmation"
        self.confirming: Confirmed | Refused = Confirmed()
        self.until = SystemClock().now() + timedelta(hours=10)
        self._signed_in: set[bytes] = set()

    def sign_everybody_out(self) -> None:
        self._signed_in.clear()

    async def public_book(self, revision: int) -> bytes | None:
        return None

    async def route(self, question: RouteQuestion) -> RouteAnswer:
        if self.away:
            raise Transient(Code.PEER_SILENT)
        self.routes.append(question)
        return ANSWER

    async def sealed(self, question: SealedQuestion) -> SealedAnswer:
        if self.away:
            raise Transient(Code.PEER_SILENT)
        bound = Binding(
            partnership=question.partnership,
            key=question.question.key,
            form="question",
            form_version=1,
            compartment="question",
            submission="",
        )
        asked = msgspec.json.decode(self._key.open(question.question.sealed, bound), type=Asked)
        self.asked.append(asked)
        back = msgspec.structs.replace(bound, key="", compartment="answer")
        sealed = seal(msgspec.json.encode(self._answer(asked)), to=asked.answer_key, binding=back)
        return SealedAnswer(sealed=sealed)

    def _answer(self, asked: Asked) -> Any:
        match asked.question:
            case SendConfirmationCode() | SendSignInCode():
                return CodeSent()
            case ConfirmAddress(code=code):
                return self.confirming if code == CONFIRMATION_CODE else Refused(why="code-wrong")
            case SignIn(code=code):
                if code != SIGN_IN_CODE:
                    return Refused(why="code-wrong")
                self._signed_in.add(asked.secret)
                return SignedIn(until=self.until, duty=self.duty)
            case SignOut():
                self.sign_everybody_out()
                return Done()
            case _ if asked.secret not in self._signed_in:
                return Refused(why="not-signed-in")
            case SeeEscalation(ref=ref):
                return self.see(ref)
            case _:
                return self.act(asked)

    def see(self, ref: str) -> SeenEscalation:
        """What a party who is signed in sees."""
        return msgspec.structs.replace(seen(ref), state=self.state)

    def act(self, asked: Asked) -> Any:
        """The answer to whatever else a party asks."""
        return Done()


def seen(ref: str) -> SeenEscalation:
    """What the duty contact sees of an unconfirmed escalation."""
    return SeenEscalation(
        ref=ref,
        state="waiting-confirmation",
        stage_label="Stage 2",
        part="duty",
        due_words="Wednesday 30 December 2026, 5 pm",
        facts=(
            Line(label="Raised by", text="Rowan Example, Oakfield Primary School"),
            Line(label="Area", text="Thresholds"),
        ),
        parties=(Line(label="Asked to act", text="Team manager"),),
        because=(Line(label="Stage 2: manager to manager", text="Pan Sussex 7.2.4"),),
        history=(Entry(at=NOW, what="Received", who=""),),
        releases=("somebody@elsewhere.example",),
        posts=(("post-1", "Team manager, Assessment team 1"),),
        may_confirm=True,
        may_route=True,
    )


def build_scripts(target: Path) -> Path:
    """The scripts and styles as they are served, made fresh."""
    subprocess.run(["node", str(BROWSER / "build.mjs"), str(target)], check=True, capture_output=True, timeout=60)
    return target


def refresh_served_scripts() -> None:
    """Build what `make` builds, if a source is newer: a whole machine serves that and nothing else."""
    web = BROWSER.parent
    sources = [*BROWSER.glob("*.*js"), *(web / "styles").iterdir(), web / "static/candour.svg"]
    manifest = web / "static/built/manifest.json"
    newest = max(source.stat().st_mtime for source in sources)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        build_scripts(manifest.parent)


class Stand:
    """A running stand. url: where its pages are."""

    def __init__(self, router: type[OneRouter] = OneRouter) -> None:
        self.opening = OpeningKey.generate()
        self.custody = OpeningKey.generate()
        self.vault = OneVault()
        self.router = router(self.opening)
        self.more_routes: tuple[HTTPRouteHandler, ...] = ()
        self.partnership: PublicPartnership = sample_partnership(
            facts_key=self.opening.public, custody_key=self.custody.public
        )
        self.url = ""

    def app(self, built: Path) -> Any:
        """Intake's web side, whole, with the scripts in `built`."""
        forms = [load_definition(form.read_text("utf-8")) for form in sorted(FORMS.glob("*.toml"))]
        stand = BookStand()
        stand.offer(sample_book(self.partnership, *forms))
        clock = FixedClock(NOW)
        many = 1_000_000
        api = Api(
            stand=stand,
            vault=self.vault,
            router=self.router,
            clock=clock,
            receipt_key=ReceiptKey(key=self.vault.signer.key_id, public=self.vault.signer.public),
            submissions=Limiter(a_minute=many, a_minute_per_source=many),
            questions=Limiter(a_minute=many, a_minute_per_source=many),
            proxies=0,
            answer_step_seconds=0.01,
        )
        return web_app(
            api, stand=stand, clock=clock, checks=(), behind_tls=False, built=built, more_routes=self.more_routes
        )

    def opened(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The facts and the record of the one submission that is kept."""
        ((incoming, _),) = self.vault.kept.values()
        return self.open(incoming.envelope)

    def open(self, envelope: Envelope) -> tuple[dict[str, Any], dict[str, Any]]:
        """The facts and the record of one submission."""
        bound = Binding(
            partnership=envelope.partnership,
            key=envelope.facts.key,
            form=envelope.form,
            form_version=envelope.form_version,
            compartment="facts",
            submission=envelope.submission,
        )
        facts: dict[str, Any] = msgspec.json.decode(self.opening.open(envelope.facts.sealed, bound))
        assert envelope.record is not None
        assert facts["record_digest"] == hashlib.sha256(envelope.record).hexdigest()
        key = msgspec.convert(facts["record_key"], bytes)
        record_bound = msgspec.structs.replace(bound, key="", compartment="record")
        record: dict[str, Any] = msgspec.json.decode(open_record(envelope.record, key=key, binding=record_bound))
        return facts, record


@contextmanager
def running(stand: Stand, folder: Path, built: Path) -> Iterator[Stand]:
    """`stand`, listening on a free port while this lasts. folder: where the port is written."""
    port_file = folder / "port"
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve(stand.app(built), host="127.0.0.1", port=0, port_file=port_file))

    def turn() -> None:
        with_stop = asyncio.gather(serving, return_exceptions=True)
        loop.run_until_complete(with_stop)

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    wait = threading.Event()
    while not port_file.exists() and thread.is_alive():
        wait.wait(0.01)
    stand.url = f"http://localhost:{port_file.read_text().rsplit(':', 1)[1]}"
    try:
        yield stand
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)
        loop.close()
