"""An escalation whose whole life is full of marked personal data: for the canary. Shell."""

from typing import Any

from deploy.one_machine.party import NotAnswered, Party
from shared.following import AnswerOutcome, GiveName, HandOver, NotMine, ReadRecord
from shared.terms import Digest, SubmissionId
from tests.journey import Journey

DESK = "siu-desk@sussex-police.example"
MEANWHILE, DONE, VIEW = "the vermilion stairwell", "the ophidian visit", "the tourmaline letter"
DETAILS, UNRESOLVED = "the obsidian arrangement", "the quixotic silence"
SEALED_MARKS = ("vermilion", "ophidian", "tourmaline", "obsidian", "quixotic")
CLAIMED, OBJECTION, ISSUE = "Peregrine Wolstenholme", "a xenolithic objection", "the zenithal rota"
TYPED_MARKS = ("Peregrine", "Wolstenholme", "xenolithic", "zenithal")
"""What its people typed that is not sealed: shown on the page, some of it emailed, and nowhere else."""
TO_THE_DESK = {
    "receiving_agency": "sussex-police",
    "receiving_team": "not_known",
    "decision_maker_name": "",
    "decision_maker_role": "",
    "decision_maker_email": "",
}
"""Facts that lead to a shared mailbox."""


async def live(journey: Journey, **more: Any) -> str:
    """Acknowledged by somebody at a shared mailbox, disputed, taken to the next stage; the first reference."""
    ref = await journey.raise_confirmed(**more)
    raiser = Party.of(journey.machine, journey.book, journey.last_address)
    desk = Party.of(journey.machine, journey.book, DESK)
    await journey.letters_about(ref, 3)
    await raiser.sign_in(ref)
    await desk.sign_in(ref)
    await desk.ask(GiveName(name=CLAIMED, role="Sergeant " + CLAIMED))
    await desk.read(ref, (await desk.see(ref)).added[0].submission)
    await desk.add(ref, "acknowledgement", sealed={"safe_meanwhile": MEANWHILE})
    await desk.add(ref, "action", facts={"what": "action"}, sealed={"text": DONE})
    await raiser.add(ref, "representation", sealed={"text": VIEW})
    await raiser.until(ref, lambda page: len(page.added) == 4)
    await _outcome(ref, desk, raiser)
    await _refused(ref, desk, journey)
    facts = {"stage": "3", "entry": ["unresolved"], "immediate_harm": "no"}
    await raiser.add(ref, "next-stage", facts=facts, sealed={"why_unresolved": UNRESOLVED})
    await raiser.until(ref, lambda page: page.state == "moved-on")
    return ref


async def _outcome(ref: str, desk: Party, raiser: Party) -> None:
    page = await desk.see(ref)
    facts = {
        "outcome": "partly",
        "agreed_outcome": "We look at it again in a month.",
        "issue_1_text": f"Still open: {ISSUE}.",
        "issue_1_owner": page.owners[0].code,
        "issue_1_by": "2028-01-05",
    }
    await desk.add(ref, "outcome", facts=facts, sealed={"details": DETAILS, "outcome_for_child": DETAILS})
    await raiser.until(ref, lambda now: now.outcome is not None)
    await raiser.answer_outcome(ref, agrees=False, reason=OBJECTION)


async def _refused(ref: str, desk: Party, journey: Journey) -> None:
    """Whatever is asked wrongly, with marks in it; and what nobody who is signed in sent."""
    for question in (
        NotMine(ref=CLAIMED, why=OBJECTION),
        HandOver(ref=ref, to=CLAIMED, why=OBJECTION),
        ReadRecord(ref=ref, submission=SubmissionId(MEANWHILE)),
        AnswerOutcome(ref=ref, digest=Digest(MEANWHILE), agrees=False, reason=OBJECTION),
    ):
        await desk.ask(question)
    nobody = Party.of(journey.machine, journey.book, f"{CLAIMED.split()[0]}@elsewhere.example")
    await nobody.add(ref, "action", facts={"what": CLAIMED}, sealed={"text": DONE})
    await nobody.add(ref, "action", facts={"what": "action"}, sealed={"text": DONE})
    try:
        await nobody.see(ref)
    except NotAnswered:
        return
    raise AssertionError("somebody who is not signed in saw it")
