"""Marked personal data goes through a whole machine, failures included, and is then looked for where it must not be."""

import asyncio
import email
import email.policy
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.one_machine import fetching
from deploy.one_machine.machine import OneMachine
from shared.references import mint_submission_id
from shared.terms import Service
from tests import marked_life
from tests.journey import EMAILS_EACH, Journey

CHILD, ACCOUNT = "Quillonbert Zanzibarth", "the zephyrine bruise of Tuesday"
RAISER, LINE = "Wilhelmina Xylographer", "Please hold a kaleidoscopic meeting"
RECORD = {"child_name": CHILD, "account": ACCOUNT, "child_address": "77 Bergamot Parade"}
FACTS = {"raiser_name": RAISER, "ask_line": LINE}
SEALED_MARKS = (CHILD, ACCOUNT, "Bergamot Parade", "Quillonbert", *marked_life.SEALED_MARKS)
PROFESSIONAL_MARKS = (
    RAISER,
    "Xylographer",
    LINE,
    "kaleidoscopic",
    "quinn.quaverley",
    "raiser.1@",
    *marked_life.TYPED_MARKS,
)
MARKS = SEALED_MARKS + PROFESSIONAL_MARKS
ADDRESS_HEADERS = {"to", "reply-to", "from"}

pytestmark = pytest.mark.timeout(180)


async def test_marked_personal_data_is_nowhere_that_it_must_not_be() -> None:
    async with OneMachine.ephemeral() as machine:
        journey = await Journey.at(machine)
        ref = await journey.raise_confirmed(facts=FACTS, record=RECORD)
        await journey.letters_about(ref, EMAILS_EACH)
        lived = await marked_life.live(journey, facts={**FACTS, **marked_life.TO_THE_DESK}, record=RECORD)
        answers = await _failures(journey)
        await machine.command(Service.ROUTER, "replay", "--all")
        metrics = [await fetching.status_of(_metrics(machine, service)) for service in Service]
        await asyncio.sleep(0.5)
        letters = machine.letters()
        found = {
            "an answer to a refused request": _found("\n".join(answers).encode(), MARKS),
            "the metrics": _found("\n".join(text for _, text in metrics).encode(), MARKS),
            "a log": _found_in(machine.layout.logs, MARKS),
            "the broker's disk": _found_in(machine.layout.broker, MARKS),
            "intake's store": _found_in(machine.layout.folder(Service.INTAKE), MARKS),
            "router's store": _found_in(machine.layout.folder(Service.ROUTER), SEALED_MARKS),
            "notifier's store": _found_in(machine.layout.folder(Service.NOTIFIER), SEALED_MARKS),
            "an email": _found(b"\n".join(_whole(letter.raw) for letter in letters), SEALED_MARKS),
            "a subject or header": _found(b"\n".join(_headers(letter.raw) for letter in letters), MARKS),
        }
        assert {place: marks for place, marks in found.items() if marks} == {}
        typed = _found_in(machine.layout.folder(Service.ROUTER), (RAISER, *marked_life.TYPED_MARKS))
        assert typed == sorted((RAISER, *marked_life.TYPED_MARKS)), "the search finds what is there"
        assert any(LINE in letter.text for letter in letters), "what is marked as emailed is emailed"
        assert any(marked_life.ISSUE in letter.text for letter in letters if lived in letter.subject)


async def _failures(journey: Journey) -> list[str]:
    """What intake answers to requests that fail, each carrying marks; and a submission that router must refuse."""
    machine, url = journey.machine, journey.machine.layout.intake_url
    body = journey.sealed(address=journey.fresh_address(), facts=FACTS, record=RECORD)
    broken = body.replace(b'"form_version":1', b'"form_version":"' + CHILD.encode() + b'"')
    unheard = journey.sealed(address=journey.fresh_address(), facts={**FACTS, "child_status": CHILD}, record=RECORD)
    await journey.send(unheard)
    other = journey.sealed(address=journey.fresh_address(), facts=FACTS, record=RECORD, submission=mint_submission_id())
    await machine.stop_part("broker")
    await journey.send(other)
    requests = (
        ("/api/v1/submissions", broken),
        ("/api/v1/submissions", CHILD.encode()),
        ("/api/v1/questions", b'{"partnership": "' + CHILD.encode() + b'"}'),
        ("/api/v1/route", b'{"partnership": "west-sussex", "raiser": "' + RAISER.encode() + b'"}'),
        ("/api/v1/route", b'{"partnership": "west-sussex", "area": "' + CHILD.encode() + b'"}'),
        (f"/api/v1/partnerships/{CHILD.replace(' ', '%20')}", None),
        (f"/west-sussex/{CHILD.replace(' ', '%20')}?child={CHILD.replace(' ', '+')}", None),
        (f"/e/{CHILD.replace(' ', '%20')}", None),
        ("/api/v1/records", b'{"ticket": {"number": "' + CHILD.encode() + b'"}}'),
        ("/api/v1/records", b'{"' + CHILD.encode() + b'": 1}'),
    )
    answers = [await asyncio.to_thread(_asked, url + path, posted) for path, posted in requests]
    await machine.start_broker()
    await machine.kill(Service.NOTIFIER)
    await machine.start_part(Service.NOTIFIER)
    return answers


def _asked(url: str, body: bytes | None) -> str:
    """Headers and body of the answer, without the address that was asked for."""
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json"} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.headers) + answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return str(refused.headers) + refused.read().decode()


def _metrics(machine: OneMachine, service: Service) -> str:
    return machine.layout.health_url(service).replace("/health/ready", "/metrics")


def _found(text: bytes, marks: tuple[str, ...]) -> list[str]:
    lowered = text.lower()
    return [mark for mark in marks if any(form.lower() in lowered for form in _forms(mark))]


def _forms(mark: str) -> Iterator[bytes]:
    yield mark.encode()
    yield mark.replace(" ", "%20").encode()
    yield mark.replace(" ", "+").encode()
    yield mark.encode("utf-16-le")


def _found_in(folder: Path, marks: tuple[str, ...]) -> list[str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files, f"nothing to search in {folder.name}"
    return sorted({mark for path in files for mark in _found(path.read_bytes(), marks)})


def _headers(raw: bytes) -> bytes:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return "\n".join(
        f"{name}: {value}" for name, value in message.items() if name.lower() not in ADDRESS_HEADERS
    ).encode()


def _whole(raw: bytes) -> bytes:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = (part.get_content() for part in message.walk() if not part.is_multipart())
    return "\n".join(str(part) for part in parts).encode()
