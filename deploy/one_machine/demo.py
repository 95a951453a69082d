"""`make demo`: one escalation through the public interface, its reasons, its emails, and how it ends. Shell."""

import asyncio
import re
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from deploy.examples.send import published, sealed_submission, send
from deploy.nats.server import BrokerProblem
from deploy.one_machine.asking import Asker
from deploy.one_machine.demo_life import Life
from deploy.one_machine.fetching import NotInTime
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.parts import PartFailed
from deploy.one_machine.party import NotAnswered
from deploy.one_machine.ports import CannotStart
from shared import references
from shared.clock import SystemClock, local_day
from shared.questions import CodeSent, ConfirmAddress, Confirmed, SendConfirmationCode
from shared.terms import Service

_EXAMPLE = Path(__file__).parent / "example.toml"
_EMAILS_OF_A_ROUTE = 4
_CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)


class NotAsExpected(Exception):
    """The demonstration met something it should not have."""


async def demonstrate(machine: OneMachine) -> None:
    """Send the example and print what comes of it."""
    address = machine.layout.intake_url
    example = tomllib.loads(_EXAMPLE.read_text())
    book = await asyncio.to_thread(published, address, example["partnership"])
    submission = references.mint_submission_id()
    asker = Asker(address, book)
    code = await _confirmed_code(machine, asker, submission=submission, raiser=example["facts"]["raiser_email"])
    print("2. The code from the email is typed; the form is sealed here and sent.", flush=True)
    body = sealed_submission(
        book,
        {"facts": _completed(example["facts"], book), "record": example["record"]},
        submission=submission,
        confirmation={"secret": asker.secret, "code": code},
    )
    receipt = (await asyncio.to_thread(send, address, body))["receipt"]
    print(f"3. Intake took it without being able to read it: {receipt['reference']}, {receipt['accepted_at']}\n")
    await machine.wait_for_letters(_EMAILS_OF_A_ROUTE, such=lambda letter: receipt["reference"] in letter.subject)
    print(await machine.command(Service.ROUTER, "explain", receipt["reference"]))
    for letter in reversed(machine.letters()):
        print(_printed(letter))
    await Life(machine, book, example).show(receipt["reference"])


async def _confirmed_code(machine: OneMachine, asker: Asker, *, submission: str, raiser: str) -> str:
    print("1. This client asks router, by a sealed question, to mail a confirmation code.", flush=True)
    if await asker.ask(SendConfirmationCode(submission=submission, address=raiser)) != CodeSent():
        raise NotAsExpected("no code was sent")
    letters = await machine.wait_for_letters(1, such=lambda letter: letter.recipient == raiser)
    found = _CODE.search(letters[0].text)
    if found is None:
        raise NotAsExpected("the email holds no code")
    if await asker.ask(ConfirmAddress(submission=submission, code=found[1])) != Confirmed():
        raise NotAsExpected("the code was not taken")
    return found[1]


def _completed(facts: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    """The example with the policy's own first choices, decided today."""
    policy = book["partnership"]["policy"]
    today = local_day(SystemClock().now(), book["partnership"]["zone"]).isoformat()
    return {
        **facts,
        "area": policy["areas"][0]["code"],
        "trigger": policy["triggers"][0]["code"],
        "desired_actions": [policy["desired_actions"][0]["code"]],
        "decided_on": today,
        "stage_one_on": today,
    }


def _printed(letter: Letter) -> str:
    return f"{'─' * 100}\nSubject: {letter.subject}\nTo: {letter.recipient}\n\n{letter.text.strip()}\n"


async def _run() -> None:
    started = time.monotonic()
    print("Starting Candour in a folder of its own ...", flush=True)
    async with OneMachine.ephemeral(echo=lambda line: None) as machine:
        print(f"Ready after {time.monotonic() - started:.1f} seconds.\n")
        await demonstrate(machine)
        sent = len(machine.letters())
    print(f"Done: {sent} emails, {time.monotonic() - started:.1f} seconds in all. Everything is stopped and removed.")


def main() -> int:
    """The command."""
    code = 1
    try:
        asyncio.run(_run())
        code = 0
    except* (CannotStart, PartFailed, BrokerProblem, NotInTime, NotAsExpected, NotAnswered) as problems:
        print(f"The demonstration failed: {problems.exceptions}", file=sys.stderr)
    except* KeyboardInterrupt:
        print("Stopped.")
    return code


if __name__ == "__main__":
    sys.exit(main())
