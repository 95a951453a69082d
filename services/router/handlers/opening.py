"""Opens the facts of a submission and checks them again: the browser is never trusted. Shell."""

import hashlib
import re

import msgspec

from services.router.domain.ground import Ground
from services.router.domain.place import Place
from services.router.domain.routing.reading import read_facts, stage_of
from services.router.policy.facts import Facts
from services.router.ports import FactsKeys
from shared.envelope import Binding
from shared.failures import NOT_READABLE, Code, Permanent
from shared.forms import OPEN_CLASSES, FormDefinition, check, is_empty
from shared.messages import Message, SubmissionReceived
from shared.private import Private
from shared.public_book import form_codes
from shared.references import parse_reference

RECORD_KEY_BYTES = 32


class Confirmation(Private, frozen=True, kw_only=True):
    """The code that travelled with the form, and the secret of the page that asked for it."""

    secret: bytes
    code: str


class Proof(Private, frozen=True, kw_only=True):
    """The secret of the session that somebody in it is signed in with."""

    secret: bytes


class Compartment(Private, frozen=True, kw_only=True):
    """What the facts compartment opens to. Unknown fields are ignored; they cannot matter to a decision.

    about: the escalation that something is added to. on_behalf: entered for the raiser whom it names.
    """

    answers: dict[str, object]
    record_key: bytes = b""
    record_digest: str = ""
    record_key_digest: str = ""
    confirmation: Confirmation | None = None
    about: str = ""
    proof: Proof | None = None
    on_behalf: bool = False


class Opened(Private, frozen=True, kw_only=True):
    """A submission that is valid. record_key: b"" where the form has no record."""

    facts: Facts
    answers: dict[str, object]
    record_key: bytes
    record_key_digest: str
    confirmation: Confirmation | None
    proof: Proof | None = None
    on_behalf: bool = False


class OpenedAct(Private, frozen=True, kw_only=True):
    """Something that somebody adds to an escalation, valid by its form. record_key: b"" where it has no record."""

    about: str
    secret: bytes
    answers: dict[str, object]
    record_key: bytes
    record_key_digest: str


_COMPARTMENT = msgspec.json.Decoder(Compartment)
_MESSAGE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
_SUBMISSION = re.compile(r"[0-9a-f]{32}")


def is_minted(submission: SubmissionReceived) -> bool:
    """Whether reference and submission id are such as intake and browsers mint: the reference goes into mail."""
    ref_holds = parse_reference(submission.ref) == submission.ref
    return ref_holds and _SUBMISSION.fullmatch(submission.submission) is not None


def submission_in(body: bytes) -> SubmissionReceived | None:
    """The submission in a message's body, None where there is none."""
    try:
        found = _MESSAGE.decode(body)
    except NOT_READABLE:
        return None
    return found if isinstance(found, SubmissionReceived) and is_minted(found) else None


def open_submission(submission: SubmissionReceived, *, ground: Ground, keys: FactsKeys) -> Opened:
    """The facts of a submission, checked against its form and the directory's choices.

    Raises: Permanent (CANNOT_OPEN, UNKNOWN_KEY, UNKNOWN_PARTNERSHIP, UNKNOWN_FORM, FACTS_REFUSED, RECORD_MISMATCH).
    """
    place, definition, held = _checked(submission, ground=ground, keys=keys)
    facts = read_facts(
        definition,
        held.answers,
        partnership=submission.partnership,
        opened_at=submission.accepted_at,
        zone=place.zone,
    )
    return Opened(
        facts=facts,
        answers=_given(held),
        record_key=held.record_key,
        record_key_digest=held.record_key_digest,
        confirmation=held.confirmation,
        proof=held.proof,
        on_behalf=held.on_behalf,
    )


def open_act(submission: SubmissionReceived, *, ground: Ground, keys: FactsKeys) -> OpenedAct:
    """What somebody adds to an escalation, checked against its form. Whose word it is has still to be asked.

    Raises: Permanent, as `open_submission` does.
    """
    _, _, held = _checked(submission, ground=ground, keys=keys)
    return OpenedAct(
        about=held.about,
        secret=held.proof.secret if held.proof is not None else b"",
        answers=_given(held),
        record_key=held.record_key,
        record_key_digest=held.record_key_digest,
    )


def about_in(submission: SubmissionReceived, *, keys: FactsKeys) -> str:
    """Which escalation something refused was to be added to, as it stands there; "" where it cannot be opened."""
    try:
        return _read(keys.open(submission.facts, _binding(submission))).about
    except Permanent:
        return ""


def _checked(
    submission: SubmissionReceived, *, ground: Ground, keys: FactsKeys
) -> tuple[Place, FormDefinition, Compartment]:
    place, public = ground.place(submission.partnership), ground.public(submission.partnership)
    if place is None or public is None:
        raise Permanent(Code.UNKNOWN_PARTNERSHIP)
    definition = ground.form(submission.form, submission.form_version)
    if definition is None:
        raise Permanent(Code.UNKNOWN_FORM)
    held = _read(keys.open(submission.facts, _binding(submission)))
    _check_record(held, submission)
    problems = check(
        definition, held.answers, choices=form_codes(public), stage=stage_of(held.answers), classes=OPEN_CLASSES
    )
    if problems:
        raise Permanent(Code.FACTS_REFUSED)
    return place, definition, held


def _given(held: Compartment) -> dict[str, object]:
    return {name: value for name, value in held.answers.items() if not is_empty(value)}


def seems_urgent(submission: SubmissionReceived, *, keys: FactsKeys) -> bool:
    """Whether facts that are refused can be opened all the same and have immediate harm ticked."""
    try:
        held = _read(keys.open(submission.facts, _binding(submission)))
    except Permanent:
        return False
    return held.answers.get("immediate_harm") == "yes"


def _binding(submission: SubmissionReceived) -> Binding:
    return Binding(
        partnership=submission.partnership,
        key=submission.facts.key,
        form=submission.form,
        form_version=submission.form_version,
        compartment="facts",
        submission=submission.submission,
    )


def _read(plaintext: bytes) -> Compartment:
    try:
        return _COMPARTMENT.decode(plaintext)
    except NOT_READABLE:
        raise Permanent(Code.FACTS_REFUSED) from None


def _check_record(held: Compartment, submission: SubmissionReceived) -> None:
    """AES-GCM does not commit to its key, nor the facts to the record: both digests must be those stored."""
    if not held.record_key and submission.record_digest is None:
        return
    same_key = hashlib.sha256(held.record_key).hexdigest() == held.record_key_digest
    same_record = held.record_digest == submission.record_digest
    if len(held.record_key) != RECORD_KEY_BYTES or not (same_key and same_record):
        raise Permanent(Code.RECORD_MISMATCH)
