"""What every email must say, and must never do."""

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from services.notifier.domain.previews import previews, render_preview
from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording import SUBJECTS, compose, subject_of
from services.notifier.domain.wording_common import BANNER, EXAMPLE, FOLLOW, LINE_LABELS, Unsayable
from services.notifier.domain.wording_posts import YOUR_POSTS
from shared.messages import NoticeKind, NoticePerson, RouteFacts
from shared.terms import EscalationRef

ROOT = Path(__file__).parents[2]
ALL = previews()
NAMES = [name for name, _ in ALL]
NOTICES = dict(ALL)
ROUTED = [name for name, notice in ALL if notice.route is not None]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_kind_has_a_preview_and_a_subject() -> None:
    assert {notice.kind for _, notice in ALL} == set(NoticeKind) == set(SUBJECTS)


def test_a_contact_can_act_from_the_email_alone() -> None:
    text = flat(render_preview("act")[0])
    for said in (
        "ring Frankie Nettlebed on 01632 960114",  # who raised it: ring them first
        "read what was written, and say “I have this, and will act”",  # at the page
        "by 5 pm on the next working day",  # until when, and what happens then
        "Frankie Nettlebed, Designated safeguarding lead, Oakfield Primary School, telephone 01632 960114",
        "Quinn Quaverley, Social worker, Assessment, West Sussex children's social care; Friday 18 December 2026",
        "“Criteria for referrals and levels of need” (the policy’s words)",
        "Hold a strategy discussion or meeting; Allocate a worker",  # what is asked
        "Who is asked: You",
        "By when: Wednesday 30 December 2026, 5 pm",
        "IF NOTHING HAPPENS BY THEN The person who raised it may take it to stage 3",
        "Take advice from your safeguarding lead: Indigo Mossgarden, Principal social worker",
        "telephone 01632 960092",
        "To check, ring 01632 960001",  # is it genuine
        "Go to https://escalate.example in your browser",  # the way without the link
        "nine calendar days",  # the warning
        f"The professional whose decision is challenged is told, and takes part. ({EXAMPLE})",
        "Do not put details in a reply",
    ):
        assert said in text, said


ASKED = [name for name in NAMES if name.startswith(("act", "challenged"))]


@pytest.mark.parametrize("name", ASKED)
def test_whoever_is_asked_is_told_where_to_read_and_whom_to_ring(name: str) -> None:
    """No email names the child: the page shows the sealed record to those who may read it."""
    route = NOTICES[name].route
    assert route is not None
    text = flat(render_preview(name)[0])
    read = f"sign in at the page below to read it, or ask {route.raiser.name} by telephone."
    tell = f"{route.raiser.name} can tell whoever acts, by telephone."  # the duty contact reads no record
    assert f"The child is not named here, on purpose: {tell if name == 'act-duty' else read}" in text
    assert f"ing {route.raiser.name} on {route.raiser.phone}" in text


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("act")])
def test_acknowledging_is_done_at_the_page_and_what_silence_does_is_said(name: str) -> None:
    text = flat(render_preview(name)[0])
    assert "say “I have this, and will act”" in text
    assert ("If you have not within one hour" if "urgent" in name else "If you have not by 5 pm on the next") in text
    assert ("If it is not yours" in text) is (name != "act-duty")


OPENINGS = {
    "act": "please look again at a decision",
    "act-own-side": "please help settle a disagreement about a child that your own side has raised",
    "act-own-side-stage-four": "please help settle a disagreement about a child that your own side has raised",
    "act-scrutineer": "please decide, as independent scrutineer,",
    "act-convener": "please ask the partnership whether it convenes a panel",
    "act-chair": "please look, as conference chair,",
    "act-reviewing-officer": "please look, as independent reviewing officer (IRO),",
    "act-duty": "please find who acts",
}


@pytest.mark.parametrize("name", OPENINGS)
def test_each_part_is_asked_for_what_is_its_own(name: str) -> None:
    text = flat(render_preview(name)[0])
    assert OPENINGS[name] in text
    assert name == "act" or OPENINGS["act"] not in text


def test_an_unknown_part_is_asked_in_general_words() -> None:
    notice = msgspec.structs.replace(NOTICES["act"], asked_as=None)
    assert "please take up a disagreement about a child" in flat(as_text(compose(notice)))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("raised")])
def test_the_raiser_is_addressed_as_the_raiser(name: str) -> None:
    text = flat(render_preview(name)[0])
    for said in ("The person who raised", "the person who raised it may", "You need do nothing now", "sent that text"):
        assert said not in text, said


def test_the_raiser_is_told_that_what_they_sealed_stays_sealed() -> None:
    text = flat(render_preview("raised")[0])
    assert "stay sealed: no email has them. Those who may read them sign in at the page below" in text
    assert "you are told who has read" in text


def test_the_raiser_of_an_urgent_one_is_told_to_ring_now() -> None:
    text = flat(render_preview("raised-urgent")[0])
    assert "You told us that a child may be at risk of immediate harm. Ring now" in text
    assert "Ring Taylor Willowby on 01632 960081 now, yourself." in text
    assert "ticked" not in text


def test_the_raiser_is_told_how_to_go_on() -> None:
    text = flat(render_preview("raised")[0])
    assert "sign in at the page below and choose “Take it to the next stage”: Stage 3" in text


def test_only_the_other_side_is_said_to_ring_the_raiser() -> None:
    text = flat(render_preview("raised-stage-three")[0])
    assert "Amara Thistledown should ring you first" in text
    assert "Jamie Lavenderhill is asked on your own side" in text


def test_where_a_person_must_decide_who_acts_the_raiser_is_told_so() -> None:
    text = flat(render_preview("raised-referred")[0])
    assert "the partnership’s duty contact looks at it first. When somebody is asked to act, we email you" in text


def test_a_disagreement_on_record_is_not_called_an_escalation_that_goes_on() -> None:
    text = flat(render_preview("raised-recorded")[0])
    assert compose(NOTICES["raised-recorded"]).subject == "Your disagreement is on record: WS-7K3-QM9-PX8"
    assert "No route is opened, and nobody is asked to act" in text


def test_a_contact_of_an_unconfirmed_urgent_one_is_told_to_ring() -> None:
    contact, duty = (flat(render_preview(name)[0]) for name in ("waiting-urgent-contact", "waiting-urgent"))
    assert "Ring 01632 960001 (duty contact, West Sussex Safeguarding Children Partnership) now" in contact
    assert "Sign in now, as below" in duty


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_promised_that_is_not_done(name: str) -> None:
    text = flat(render_preview(name)[0]).lower()
    for said in ("sent that text", "delivered", "has received", "case", "ticket"):
        assert not re.search(rf"\b{said}\b", text), said


def test_the_ask_and_the_date_stand_first() -> None:
    lines = [line for line in render_preview("act")[0].splitlines() if line]
    begins = flat(" ".join(lines[lines.index("Dear Taylor Willowby,") + 1 :][:3]))
    assert begins.startswith("By Wednesday 30 December 2026, 5 pm, please look again")


@pytest.mark.parametrize("name", NAMES)
def test_a_demonstration_says_so_before_anything_else(name: str) -> None:
    notice = msgspec.structs.replace(NOTICES[name], demonstration=True)
    assert compose(notice).banner == BANNER
    if NOTICES[name].demonstration:
        text, html = render_preview(name)
        assert flat(text).startswith(BANNER)
        assert html.index(BANNER) < html.index("Candour</span>")


@pytest.mark.parametrize("name", NAMES)
def test_immediate_harm_stands_above_all_else_and_999_is_in_every_email(name: str) -> None:
    text, _ = render_preview(name)
    assert "Emergency: 999" in text
    if name.endswith("-urgent") and NOTICES[name].route is not None:
        assert text.index("999", len(BANNER)) < text.index("confirmed" if "raised" in name else "Nettlebed")


def test_what_an_email_says_of_the_pages_and_the_form_is_so() -> None:
    assert FOLLOW in (ROOT / "services/intake/web/templates/landing.html").read_text()
    assert YOUR_POSTS in (ROOT / "services/intake/web/templates/layout.html").read_text()
    form = (ROOT / "shared/form_definitions/monitoring-form.1.toml").read_text()
    assert all(f'label = "{label}"' in form for label in LINE_LABELS)


def test_a_rule_that_is_an_example_is_said_once_and_marked() -> None:
    route = NOTICES["act"].route
    assert route is not None
    same = msgspec.structs.replace(NOTICES["act"], why_you=route.example_rules[0])
    said = str([msgspec.to_builtins(block) for block in compose(same).blocks])
    assert said.count(route.example_rules[0]) == 1
    assert f"{route.example_rules[0]} ({EXAMPLE})" in said


def test_the_tone_is_a_chance_to_reflect_and_raising_is_expected() -> None:
    assert "Being challenged is part of good safeguarding" in flat(render_preview("challenged")[0])
    assert "Raising this is legitimate, and expected of you" in flat(render_preview("raised")[0])


def test_the_partnership_is_told_in_codes_alone() -> None:
    notice = msgspec.structs.replace(NOTICES["coded"], route=NOTICES["act"].route)  # even if a route came along
    text = str([msgspec.to_builtins(block) for block in compose(notice).blocks])
    assert "Fielding" not in text
    assert "Carter" not in text
    assert "Oakfield" not in text


@pytest.mark.parametrize("name", ["waiting", "waiting-urgent", "desk"])
def test_fixed_texts_repeat_nothing_that_was_typed(name: str) -> None:
    notice = NOTICES[name]
    assert notice.waiting is not None
    typed = msgspec.structs.replace(
        notice.waiting, references=(*notice.waiting.references, "CANARY typed"), reason="CANARY reason"
    )
    letter = compose(msgspec.structs.replace(notice, name="CANARY name", waiting=typed, route=NOTICES["act"].route))
    assert "CANARY" not in str([msgspec.to_builtins(block) for block in letter.blocks]) + letter.dear + letter.subject


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_subject_is_a_constant_and_the_reference(kind: NoticeKind) -> None:
    notice = msgspec.structs.replace(NOTICES["act"], kind=kind, name="CANARY", partnership_name="CANARY")
    assert subject_of(notice) == f"{SUBJECTS[kind]}: WS-7K3-QM9-PX8"


def test_only_a_code_may_come_before_there_is_a_reference() -> None:
    early = msgspec.structs.replace(NOTICES["confirmation-code"], ref=EscalationRef(""))
    assert subject_of(early) == SUBJECTS[NoticeKind.CONFIRMATION_CODE]
    with pytest.raises(Unsayable):
        subject_of(msgspec.structs.replace(NOTICES["act"], ref=EscalationRef("")))


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_without_its_facts_is_not_guessed_at(kind: NoticeKind) -> None:
    bare = msgspec.structs.replace(NOTICES["act"], kind=kind, route=None, life=None)
    with pytest.raises(Unsayable):
        compose(bare)


def test_where_nobody_is_asked_to_act_nobody_is_said_to_be() -> None:
    """Dissent for the record, or a route that a person must decide."""
    route = NOTICES["raised"].route
    assert route is not None
    alone = msgspec.structs.replace(NOTICES["raised"], route=msgspec.structs.replace(route, contacts=()))
    said = str([msgspec.to_builtins(block) for block in compose(alone).blocks])
    assert "Nobody is asked to act yet" in said
    assert "is asked to act by" not in said


def test_a_raiser_who_may_not_be_told_names_is_told_roles() -> None:
    route = NOTICES["raised"].route
    assert route is not None
    contact = NoticePerson(role="team manager", agency="West Sussex children’s social care", phone="01632 960120")
    hidden = msgspec.structs.replace(route, contacts=(contact,))
    letter = compose(msgspec.structs.replace(NOTICES["raised"], route=hidden))
    assert "The team manager at West Sussex children’s social care is asked to act" in str(
        [msgspec.to_builtins(block) for block in letter.blocks]
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", NAMES)
def test_the_html_has_a_language_and_nothing_that_tracks(name: str) -> None:
    _, html = render_preview(name)
    parsed = _Tags()
    parsed.feed(html)
    tags = {tag for tag, _ in parsed.tags}
    assert ("html", {"lang": "en-GB"}) in parsed.tags
    assert not tags & {"img", "script", "link", "style", "iframe", "form", "object", "svg", "video"}
    assert not re.search(r"url\(|@import|background=|src=", html)
    links = [values.get("href") or "" for tag, values in parsed.tags if tag == "a"]
    pages = ("https://escalate.example/e/", "https://escalate.example/p/", "https://console.example/p/")
    assert all(link.startswith(("tel:", *pages)) for link in links)
    assert sum(link.startswith("https:") for link in links) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_text_and_html_say_the_same(name: str) -> None:
    text, html = render_preview(name)
    shown = flat(re.sub(r"<[^>]+>", " ", html[html.index("<body") :])).replace("\u00a0", " ").lower()
    for block in compose(NOTICES[name]).blocks:
        for said in _strings(msgspec.to_builtins(block)):
            assert flat(said).lower() in flat(re.sub(r"^  \| ?", "", text, flags=re.MULTILINE)).lower(), said
            assert flat(said).lower() in shown.replace("&#39;", "'").replace("&amp;", "&"), said


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [said for key, one in value.items() if key not in ("type",) for said in _strings(one)]
    if isinstance(value, list | tuple):
        return [said for one in value for said in _strings(one)]
    return [value] if isinstance(value, str) else []


def test_html_in_a_name_is_shown_and_not_obeyed() -> None:
    raiser = NoticePerson(name="<img src=x>", role="<b>lead</b>", agency="A & B")
    route = RouteFacts(
        policy_name="p",
        policy_url="",
        stage_label="s",
        raiser=raiser,
        decision_maker=raiser,
        contacts=(),
        area_words="",
    )
    html = as_html(compose(msgspec.structs.replace(NOTICES["act"], route=route)))
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
