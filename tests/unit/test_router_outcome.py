"""One text of an outcome: every party confirms the very version it read, or it stays open. Shell."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.router.domain.changes import Change, What
from services.router.domain.escalation import Standing, State
from services.router.domain.letters.written import in_role, issue_facts
from services.router.domain.life import Issue, IssueState, Joined, OutcomeAnswer, OutcomeCode, OutcomeVersion
from services.router.domain.living.confirming import is_confirmed, is_settled
from services.router.domain.living.outcome import Unfit, confirmed, digest_of, pairs_of, shown
from services.router.domain.living.present import DEPUTY, Present
from services.router.domain.living.present import RAISER as RAISER_WHY
from services.router.ports import Escalations
from shared.following import AnswerOutcome, RecordDebrief, SettleIssue
from shared.messages import NoticeKind
from shared.questions import Answer, Done, Refused, SendConfirmationCode, SignOut
from shared.terms import AgencyId, Digest, EscalationRef
from tests.life_world import (
    CONTACTS_POST,
    MANAGER,
    OTHER_MANAGER,
    at,
    changed,
    escalation_of,
    look,
    person_code,
    put,
    with_post,
)
from tests.router_fakes import FakeEscalations
from tests.router_world import CONTACT, DECISION_MAKER, RAISER, Page, RouterWorld
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
CHANGED, NOT_ALLOWED = Refused(why="changed"), Refused(why="not-allowed")
EVERYBODY = sorted([RAISER, MANAGER, CONTACT, DECISION_MAKER])


async def put_to_all(
    answers: dict[str, object] | None = None, by: str = CONTACT
) -> tuple[RouterWorld, EscalationRef, OutcomeVersion]:
    router, ref = await routed()
    version = await put(router, ref, by, answers)
    assert isinstance(version, OutcomeVersion)
    return router, ref, version


async def answer(
    router: RouterWorld, ref: EscalationRef, address: str, digest: Digest, *, agrees: bool = True, reason: str = ""
) -> Answer:
    page = await signed_in(router, ref, address)
    return await page.ask(AnswerOutcome(ref=ref, digest=digest, agrees=agrees, reason=reason))


async def closed(answers: dict[str, object] | None = None) -> tuple[RouterWorld, EscalationRef]:
    router, ref, version = await put_to_all(answers)
    for address in (RAISER, MANAGER):
        assert await answer(router, ref, address, version.digest) == Done()
    return router, ref


async def with_issue() -> tuple[RouterWorld, EscalationRef]:
    """Closed, with one issue that the contact pursues."""
    router, ref = await routed()
    owner = person_code(await escalation_of(router, ref), CONTACT)
    issue: dict[str, object] = {
        "issue_1_text": "The plan is shared.",
        "issue_1_owner": owner,
        "issue_1_by": "2027-01-08",
    }
    version = await put(router, ref, CONTACT, issue)
    assert isinstance(version, OutcomeVersion)
    for address in (RAISER, MANAGER):
        await answer(router, ref, address, version.digest)
    return router, ref


# ── the text and who confirms it ──────────────────────────────────────────────────────────────────────────────


async def test_everybody_whose_word_is_needed_is_asked_and_its_writer_has_given_theirs() -> None:
    router, ref, version = await put_to_all()
    assert sorted(router.told()[NoticeKind.OUTCOME]) == sorted([RAISER, MANAGER])
    asked = router.notices(NoticeKind.OUTCOME)[0].life
    assert asked is not None
    assert (asked.text, asked.outcome, asked.version, asked.to_do) == (version.text, "agreed", 1, "confirm")
    seen = await look(await signed_in(router, ref, RAISER), ref)
    assert seen.outcome is not None
    assert [one.answer for one in seen.outcome.answers] == ["waits", "confirms", "waits"]
    assert "outcome.answer" in seen.moves
    assert "outcome.answer" not in (await look(await signed_in(router, ref, CONTACT), ref)).moves


async def test_the_last_to_confirm_closes_it_and_the_written_confirmation_goes_to_all() -> None:
    router, ref, version = await put_to_all()
    await answer(router, ref, RAISER, version.digest)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    assert NoticeKind.CONFIRMATION not in router.told()
    await answer(router, ref, MANAGER, version.digest)
    after = await escalation_of(router, ref)
    assert after.state is State.CLOSED
    assert after.life.closed_at == router.clock.now()
    assert sorted(router.told()[NoticeKind.CONFIRMATION]) == EVERYBODY
    written = router.notices(NoticeKind.CONFIRMATION)[0].life
    assert written is not None
    assert written.text == version.text
    assert {one.answer for one in written.answers} == {"confirms"}


async def test_an_edit_starts_confirmation_anew_and_the_old_digest_counts_no_more() -> None:
    router, ref, first = await put_to_all()
    await answer(router, ref, RAISER, first.digest)
    second = await put(router, ref, CONTACT, {"agreed_outcome": "A strategy meeting is held tomorrow."})
    assert isinstance(second, OutcomeVersion)
    assert await answer(router, ref, MANAGER, first.digest) == CHANGED
    assert await answer(router, ref, MANAGER, second.digest) == Done()
    assert (await escalation_of(router, ref)).state is State.ROUTED
    assert await answer(router, ref, RAISER, second.digest) == Done()
    after = await escalation_of(router, ref)
    assert after.state is State.CLOSED
    assert after.life.versions[0].answers == (*first.answers, after.life.versions[0].answers[-1])


async def test_the_same_text_put_again_is_another_version() -> None:
    router, ref, first = await put_to_all()
    second = await put(router, ref, CONTACT)
    assert isinstance(second, OutcomeVersion)
    assert second.text == first.text
    assert second.digest != first.digest


@pytest.mark.parametrize("digest", [Digest("0" * 64), Digest("")])
async def test_a_digest_that_nobody_was_shown_never_counts(digest: Digest) -> None:
    router, ref, _ = await put_to_all()
    assert await answer(router, ref, RAISER, digest) == CHANGED
    assert len((await escalation_of(router, ref)).life.versions[0].answers) == 1


async def test_the_digest_of_another_escalation_never_counts() -> None:
    router, ref, version = await put_to_all()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    other = await page.raise_escalation(code=page.code())
    same = await put(router, other, CONTACT)
    assert isinstance(same, OutcomeVersion)
    assert (same.text, same.number) == (version.text, version.number)
    assert await answer(router, ref, RAISER, same.digest) == CHANGED


async def test_who_made_the_decision_is_spoken_for_and_confirms_nothing() -> None:
    router, ref, version = await put_to_all()
    assert await answer(router, ref, DECISION_MAKER, version.digest) == NOT_ALLOWED


async def test_a_word_is_given_once_and_a_double_click_changes_nothing() -> None:
    router, ref, version = await put_to_all()
    page = await signed_in(router, ref, RAISER)
    word = AnswerOutcome(ref=ref, digest=version.digest, agrees=True)
    assert await page.ask(word) == Done()
    before = await escalation_of(router, ref)
    assert await page.ask(word) == Done()
    assert await page.ask(replace(word, agrees=False, reason="On second thoughts")) == CHANGED
    assert await escalation_of(router, ref) == before


async def test_nobody_answers_where_there_is_no_outcome_or_when_it_is_closed() -> None:
    router, ref = await routed()
    assert await answer(router, ref, RAISER, Digest("0" * 64)) == CHANGED
    router, ref = await closed()
    version = (await escalation_of(router, ref)).life.versions[-1]
    page = await signed_in(router, ref, MANAGER)
    assert await page.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=False, reason="No")) == CHANGED


# ── a dispute ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_dispute_needs_a_reason() -> None:
    router, ref, version = await put_to_all()
    assert await answer(router, ref, RAISER, version.digest, agrees=False, reason="  ") == NOT_ALLOWED


async def test_one_disputes_and_it_stays_open_with_the_next_stage_offered() -> None:
    router, ref, version = await put_to_all()
    assert await answer(router, ref, RAISER, version.digest, agrees=False, reason="Nothing has changed") == Done()
    await answer(router, ref, MANAGER, version.digest)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    news = [one for one in router.notices(NoticeKind.NEWS) if one.life and one.life.what == "outcome-disputed"]
    assert sorted(one.address for one in news) == sorted([MANAGER, CONTACT, DECISION_MAKER])
    assert all(one.life and one.life.next_stage == "Stage 3" for one in news)
    seen = await look(await signed_in(router, ref, RAISER), ref)
    assert seen.outcome is not None
    assert [one.reason for one in seen.outcome.answers if one.answer == "disputes"] == ["Nothing has changed"]
    assert "next-stage" in seen.moves
    assert [one.code for one in seen.next_stages] == ["3", "4", "5"]


# ── who may say what ──────────────────────────────────────────────────────────────────────────────────────────


async def test_only_the_raiser_withdraws() -> None:
    router, ref = await routed()
    assert await put(router, ref, CONTACT, {"outcome": "withdrawn"}) is Unfit.WITHDRAWN_BY_ANOTHER
    assert isinstance(await put(router, ref, RAISER, {"outcome": "withdrawn"}), OutcomeVersion)


async def test_an_issue_needs_somebody_who_pursues_it_and_a_date() -> None:
    router, ref = await routed()
    owner = person_code(await escalation_of(router, ref), CONTACT)
    text, who, by = {"issue_1_text": "x"}, {"issue_1_owner": owner}, {"issue_1_by": "2027-01-08"}
    for given in (text, text | who, text | by, text | by | {"issue_1_owner": CONTACT}):
        assert await put(router, ref, CONTACT, dict(given)) is Unfit.ISSUE_WITHOUT_OWNER
    version = await put(router, ref, CONTACT, {**text, **who, **by})
    assert isinstance(version, OutcomeVersion)
    assert [(one.number, one.owner, one.by_on) for one in version.issues] == [(1, CONTACT, date(2027, 1, 8))]


async def test_a_pair_that_is_not_in_disagreement_is_settled_by_nothing() -> None:
    router, ref = await routed()
    assert await put(router, ref, CONTACT, {"pairs": "oakfield-primary|sussex-police"}) is Unfit.UNKNOWN_PAIR


@pytest.mark.parametrize("code", ["not-agreed", "partly", "overtaken"])
async def test_however_it_ended_all_confirm_and_it_may_be_raised_again(code: str) -> None:
    router, ref = await closed({"outcome": code})
    assert (await escalation_of(router, ref)).state is State.CLOSED
    seen = await look(await signed_in(router, ref, RAISER), ref)
    assert "reopen" in seen.moves
    assert [one.code for one in seen.next_stages] == ["2", "3", "4", "5"]
    assert seen.clock is None
    assert seen.stages[0].how


# ── two at once ───────────────────────────────────────────────────────────────────────────────────────────────


class Overtaken(FakeEscalations):
    """Somebody else's change is committed just before the next one that changes an escalation."""

    first: Change | None = None

    async def commit(self, change: Change) -> None:
        first, self.first = (self.first, None) if change.escalation is not None else (None, self.first)
        if first is not None:
            await super().commit(first)
        await super().commit(change)


async def test_of_two_who_write_at_once_the_one_who_was_overtaken_is_told_to_look_again() -> None:
    router, ref, version = await put_to_all()
    overtaken = Overtaken(router.memory)
    page = await signed_in(router, ref, RAISER)
    anew = await at(router, ref, CONTACT)
    await put(router, ref, CONTACT, {"agreed_outcome": "Another text."})
    edit = Change(at=anew.at, escalation=replace(await escalation_of(router, ref), version=anew.escalation.version))
    router.memory.escalations[ref] = anew.escalation
    overtaken.first = edit
    escalations: Escalations = overtaken
    router.world = router.world._replace(escalations=escalations)
    assert await page.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=True)) == CHANGED
    assert (await escalation_of(router, ref)).life.versions[0].answers == version.answers


async def test_two_who_confirm_at_once_both_count_and_it_closes_once() -> None:
    router, ref, version = await put_to_all()
    overtaken, before = Overtaken(router.memory), await escalation_of(router, ref)
    page = await signed_in(router, ref, RAISER)
    await answer(router, ref, MANAGER, version.digest)
    overtaken.first = Change(
        at=router.clock.now(), escalation=replace(await escalation_of(router, ref), version=before.version)
    )
    router.memory.escalations[ref] = before
    router.world = router.world._replace(escalations=overtaken)
    assert await page.ask(AnswerOutcome(ref=ref, digest=version.digest, agrees=True)) == Done()
    assert (await escalation_of(router, ref)).state is State.CLOSED
    assert sum(line.what is What.CLOSED for line in router.memory.history) == 1


# ── what is left open after it closed ─────────────────────────────────────────────────────────────────────────


async def settle(page: Page, ref: EscalationRef, *, done: bool, issue: int = 1) -> Answer:
    return await page.ask(SettleIssue(ref=ref, issue=issue, done=done, how="As agreed"))


async def test_its_owner_marks_an_issue_as_done_and_the_raiser_is_told() -> None:
    router, ref = await with_issue()
    assert (await escalation_of(router, ref)).life.issues[0].state is IssueState.OPEN
    assert (await escalation_of(router, ref)).act_at is not None
    assert await settle(await signed_in(router, ref, CONTACT), ref, done=True) == Done()
    issue = (await escalation_of(router, ref)).life.issues[0]
    assert (issue.state, issue.how) == (IssueState.DONE, "As agreed")
    news = [one for one in router.notices(NoticeKind.NEWS) if one.life and one.life.what == "issue-done"]
    assert [one.address for one in news] == [RAISER]
    assert (await escalation_of(router, ref)).act_at is None


async def test_an_issue_that_is_brought_back_is_told_to_all_and_it_may_be_raised_again() -> None:
    router, ref = await with_issue()
    page = await signed_in(router, ref, RAISER)
    assert await settle(page, ref, done=False) == Done()
    news = [one for one in router.notices(NoticeKind.NEWS) if one.life and one.life.what == "issue-back"]
    assert sorted(one.address for one in news) == sorted([MANAGER, CONTACT, DECISION_MAKER])
    seen = await look(page, ref)
    assert [one.state for one in seen.issues] == ["back"]
    assert "reopen" in seen.moves


@pytest.mark.parametrize("address", [MANAGER, DECISION_MAKER])
async def test_nobody_else_settles_an_issue(address: str) -> None:
    router, ref = await with_issue()
    page = await signed_in(router, ref, address)
    assert await settle(page, ref, done=True) == NOT_ALLOWED
    assert "issue" not in (await look(page, ref)).moves


async def test_an_issue_that_is_not_there_is_not_settled() -> None:
    router, ref = await with_issue()
    assert await settle(await signed_in(router, ref, RAISER), ref, done=True, issue=7) == NOT_ALLOWED


async def test_a_debrief_is_recorded_as_a_code_and_nothing_else() -> None:
    router, ref = await closed()
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(RecordDebrief(ref=ref, what="what they said")) == NOT_ALLOWED
    assert await page.ask(RecordDebrief(ref=ref, what="taken")) == Done()
    assert (await escalation_of(router, ref)).life.debrief == "taken"
    assert "A debrief took place." in {entry.what for entry in (await look(page, ref)).history}


# ── the rules, without a router ───────────────────────────────────────────────────────────────────────────────

ISSUE = Issue(number=1, text="x", owner="a@b.example", owner_who="A", by_on=date(2027, 1, 8))
WHOLE: dict[str, Any] = {"number": 1, "code": "agreed", "text": "t", "issues": (ISSUE,), "pairs": ("a|b",)}


@pytest.mark.parametrize(
    "other",
    [
        {"number": 2},
        {"code": "partly"},
        {"text": "t "},
        {"issues": ()},
        {"issues": (replace(ISSUE, text="y"),)},
        {"issues": (replace(ISSUE, owner="c@b.example"),)},
        {"issues": (replace(ISSUE, by_on=date(2027, 1, 9)),)},
        {"pairs": ()},
    ],
)
def test_the_digest_covers_all_that_is_confirmed(other: dict[str, Any]) -> None:
    ref = EscalationRef("WS-1")
    assert digest_of(ref, **(WHOLE | other)) != digest_of(ref, **WHOLE)
    assert digest_of(EscalationRef("WS-2"), **WHOLE) != digest_of(ref, **WHOLE)


def version_of(*answers: OutcomeAnswer, pairs: tuple[str, ...] = ()) -> OutcomeVersion:
    return OutcomeVersion(
        number=1,
        code=OutcomeCode.AGREED,
        text="t",
        issues=(),
        by=CONTACT,
        by_who="x",
        at=RouterWorld().clock.now(),
        digest=Digest("d"),
        submission=RouterWorld().page().submission,
        answers=answers,
        pairs=pairs,
    )


def word(address: str, *, agrees: bool = True) -> OutcomeAnswer:
    return OutcomeAnswer(address=address, who="x", agrees=agrees, at=RouterWorld().clock.now())


async def test_nothing_is_confirmed_by_its_writer_alone() -> None:
    router, ref = await routed()
    everybody = (await at(router, ref, RAISER)).everybody
    alone = tuple(one for one in everybody if one.address == CONTACT)
    assert not is_confirmed(version_of(word(CONTACT)), alone)
    assert not is_confirmed(version_of(), ())


@pytest.mark.parametrize(("code", "closes"), [(one, one is OutcomeCode.WITHDRAWN) for one in OutcomeCode])
async def test_the_raising_side_agrees_nothing_with_itself_where_the_other_has_nobody(
    code: OutcomeCode, closes: bool
) -> None:
    router, ref = await routed()
    everybody = (await at(router, ref, RAISER)).everybody
    given = replace(version_of(word(RAISER), word(MANAGER)), by=RAISER, code=code)
    raising = tuple(one for one in everybody if one.address != CONTACT)
    assert is_confirmed(given, raising) is closes
    assert not is_confirmed(given, everybody)


async def test_the_word_of_somebody_who_is_in_it_no_more_does_not_count() -> None:
    router, ref = await routed()
    everybody = (await at(router, ref, RAISER)).everybody
    given = version_of(word(CONTACT), word(RAISER), word("gone@elsewhere.example"))
    assert not is_confirmed(given, everybody)
    disputed = version_of(word(CONTACT), word(RAISER), word(MANAGER), word("gone@elsewhere.example", agrees=False))
    assert is_confirmed(disputed, everybody)


async def test_who_is_only_on_call_holds_up_no_outcome() -> None:
    router, ref = await routed()
    everybody = (await at(router, ref, RAISER)).everybody
    person = replace(everybody[1].person, address="night@west-sussex-council.example", because=("on-call",))
    on_call = Present(person=person, address=person.address, standings=frozenset({Standing.HOLDER, Standing.CONFIRMER}))
    assert is_confirmed(version_of(word(CONTACT), word(RAISER), word(MANAGER)), (*everybody, on_call))


async def test_one_pair_of_agencies_is_settled_and_it_stays_open_for_the_other() -> None:
    router, ref = await routed()
    escalation = await escalation_of(router, ref)
    assert escalation.facts is not None
    facts = replace(
        escalation.facts,
        receiving=(
            *escalation.facts.receiving,
            replace(escalation.facts.receiving[0], agency=AgencyId("sussex-police")),
        ),
    )
    first, second = pairs_of(facts)
    of_first = version_of(pairs=(first,))
    three = replace(escalation, facts=facts, life=replace(escalation.life, versions=(of_first,)))
    after = confirmed(three, at=router.clock.now())
    assert (after.state, after.life.settled) == (State.ROUTED, (first,))
    assert is_settled(after.life)
    both = replace(after, life=replace(after.life, versions=(of_first, version_of(pairs=(second,)))))
    assert confirmed(both, at=router.clock.now()).state is State.CLOSED


def called(everybody: tuple[Present, ...]) -> Joined:
    """The deputy who was called because the contact is silent."""
    silent = next(one for one in everybody if one.address == CONTACT)
    person = replace(silent.person, name="Wren Kestrelby", address=OTHER_MANAGER)
    return Joined(person=person, since=RouterWorld().clock.now(), why=DEPUTY, instead_of=CONTACT)


async def test_a_deputy_who_was_called_speaks_for_the_silent_contact() -> None:
    router, ref = await routed()
    deputy = called((await at(router, ref, RAISER)).everybody)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=(deputy,))))
    version = await put(router, ref, RAISER)
    assert isinstance(version, OutcomeVersion)
    assert sorted(router.told()[NoticeKind.OUTCOME]) == sorted([MANAGER, CONTACT, OTHER_MANAGER])
    assert await answer(router, ref, MANAGER, version.digest) == Done()
    assert await answer(router, ref, OTHER_MANAGER, version.digest) == Done()
    assert (await escalation_of(router, ref)).state is State.CLOSED


async def test_whoever_held_it_up_leaves_and_it_can_be_closed() -> None:
    router, ref, version = await put_to_all(by=RAISER)
    second = replace(called((await at(router, ref, RAISER)).everybody), instead_of="", why=RAISER_WHY)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=(second,))))
    page = await signed_in(router, ref, CONTACT)
    word = AnswerOutcome(ref=ref, digest=version.digest, agrees=True)
    assert await page.ask(word) == Done()
    await answer(router, ref, MANAGER, version.digest)
    assert (await escalation_of(router, ref)).state is State.ROUTED
    assert "outcome.answer" not in (await look(page, ref)).moves
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=())))
    assert "outcome.answer" in (await look(page, ref)).moves
    assert await page.ask(word) == Done()
    assert (await escalation_of(router, ref)).state is State.CLOSED
    assert sorted(router.told()[NoticeKind.CONFIRMATION]) == EVERYBODY


async def test_the_clock_closes_what_all_confirmed_once_whoever_held_it_up_has_left() -> None:
    router, ref, version = await put_to_all(by=RAISER)
    second = replace(called((await at(router, ref, RAISER)).everybody), instead_of="", why=RAISER_WHY)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=(second,))))
    for address in (CONTACT, MANAGER):
        await answer(router, ref, address, version.digest)
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=())))
    assert (await escalation_of(router, ref)).state is State.ROUTED
    await router.later(days=2)
    assert (await escalation_of(router, ref)).state is State.CLOSED
    assert sorted(router.told()[NoticeKind.CONFIRMATION]) == EVERYBODY


# ── a hostile intake ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_word_that_is_played_again_after_an_edit_counts_for_nothing() -> None:
    router, ref, first = await put_to_all()
    page = await signed_in(router, ref, RAISER)
    said = AnswerOutcome(ref=ref, digest=first.digest, agrees=True)
    await page.ask(said, counter=50)
    await put(router, ref, CONTACT, {"agreed_outcome": "Another text."})
    assert await page.ask(said, counter=50) == Refused(why="replayed")
    assert await page.ask(said, counter=51) == CHANGED
    assert {one.address for one in (await escalation_of(router, ref)).life.versions[1].answers} == {CONTACT}


async def test_nobody_speaks_for_a_party_without_their_session() -> None:
    router, ref, version = await put_to_all()
    word = AnswerOutcome(ref=ref, digest=version.digest, agrees=True)
    assert await router.page().ask(word) == Refused(why="not-signed-in")
    signed_out = await signed_in(router, ref, RAISER)
    await signed_out.ask(SignOut())
    assert await signed_out.ask(word) == Refused(why="not-signed-in")
    assert len((await escalation_of(router, ref)).life.versions[0].answers) == 1


async def test_whoever_still_pursues_an_issue_has_no_name_for_a_raiser_nobody_vouches_for() -> None:
    router, ref = await with_issue()
    await with_post(router, CONTACTS_POST, lambda post: replace(post, holders=()))
    here = await at(router, ref, RAISER)
    owner = next(one for one in here.everybody if one.address == CONTACT)
    assert Standing.OWNER in owner.standings
    assert "Taylor" in shown(owner)
    assert "Taylor" not in in_role(owner)
    facts = issue_facts(here.escalation.life.issues[0], here.everybody)
    assert "Taylor" not in facts.owner
