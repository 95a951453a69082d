"""What the raiser said reaches the duty page, in words, and stays when the facts key is gone. Shell."""

from services.router.domain.routing.said import SHOWN
from shared.following import SeeEscalation, SeenEscalation
from shared.forms import OPEN_CLASSES, FieldClass, shown_fields
from shared.messages import NoticeKind
from shared.questions import SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.terms import EscalationRef
from tests.router_world import DUTY, FORM, RAISER, STAGE_TWO, VERSION, RouterWorld, rules

EVERYTHING: dict[str, object] = {
    "immediate_harm": "yes",
    "danger_done": ["999"],
    "harm_consulted": "manager",
    "harm_consulted_name": "Harper Heathcote",
    "child_area": "elsewhere",
    "child_status": "looked_after",
    "subject": "conference",
    "decision_maker_role": "Social worker",
    "decision_maker_email": "quinn.quaverley@west-sussex-council.example",
    "decided_on": "2026-12-18",
    "decision_area": "not_known",
    "route": "conference_dissent",
    "conference_ended_at": "2026-12-18T15:30",
    "dissent": "formal",
    "lead_backs": "yes",
    "areas_more": ["information_sharing"],
    "meeting": "review_conference",
    "more_agencies": ["sussex-police"],
    "more_raising": ["sussex-community-health"],
    "stage_one_on": "2026-12-18",
    "desired_actions": ["allocate", "strategy_discussion"],
    "trigger": "not_safe",
    "ask_line": "Please meet this week.",
    "reason_line": "The threshold document puts this at level 4.",
    "stage": "2",
    "entry": ["unresolved", "urgent"],
    "policy_unclear": "yes",
    "raiser_is": "practitioner",
    "manager_name": "Harper Heathcote",
    "lead_consulted": "yes",
    "lead_name": "Frankie Nettlebed",
    "supporter_name": "Robin Rushbrook",
    "supporter_email": "robin@oakfield-primary.example",
}


async def duty_page(router: RouterWorld, ref: EscalationRef) -> SeenEscalation:
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=DUTY))
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    return seen


async def sent(answers: dict[str, object]) -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(answers, code=page.code())


async def test_every_open_answer_that_may_stand_beside_a_name_is_on_the_duty_page() -> None:
    router, ref = await sent(EVERYTHING)
    seen = await duty_page(router, ref)
    definition, answers = rules().forms[(FORM, VERSION)], STAGE_TWO | EVERYTHING
    expected = [
        field.label
        for field in shown_fields(definition, answers)
        if field.class_ in SHOWN and answers.get(field.id) not in (None, [], "")
    ]
    assert [line.label for line in seen.facts] == expected
    assert len(expected) > 35


async def test_an_answer_is_drawn_in_words_not_codes() -> None:
    router, ref = await sent(EVERYTHING)
    drawn = {line.label: line.text for line in (await duty_page(router, ref)).facts}
    assert drawn["Whom have you consulted?"] == "My line manager"
    assert drawn["Name of the person you consulted"] == "Harper Heathcote"
    assert drawn["Have you talked to the person who decided?"] == "Yes, and we still disagree"
    assert drawn["When did you last talk?"] == "Friday 18 December 2026"
    assert drawn["When did the conference end?"] == "Friday 18 December 2026, 15:30"
    assert drawn["Does your safeguarding lead or a senior manager support this?"] == "Yes"
    assert drawn["How soon does the child need an answer?"] == "5 working days"
    assert "Oakfield" in drawn["Your agency"]
    codes = {"ws-social-care", "ws-social-care.assessment", "conference_dissent", "sussex-police", "allocate", "stages"}
    assert not codes & set(drawn.values())


async def test_what_is_counted_only_is_never_shown_with_a_name() -> None:
    router, ref = await sent(EVERYTHING)
    labels = {line.label for line in (await duty_page(router, ref)).facts}
    counted = [one.label for one in rules().forms[(FORM, VERSION)].fields if one.class_ is FieldClass.CODE]
    assert counted
    assert not labels & set(counted)


async def test_only_what_router_may_know_is_kept() -> None:
    router, ref = await sent(EVERYTHING)
    classes = {one.id: one.class_ for one in rules().forms[(FORM, VERSION)].fields}
    kept = await router.world.escalations.answers(ref)
    assert {classes[name] for name in kept} <= OPEN_CLASSES


async def test_an_escalation_opened_before_answers_were_kept_still_shows_its_facts() -> None:
    router, ref = await sent({})
    router.memory.answers.clear()
    assert "Raiser" in {line.label for line in (await duty_page(router, ref)).facts}
