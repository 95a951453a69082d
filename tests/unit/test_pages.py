"""Every page: danger first, plain, whole without a script, and safe under the strictest policy. Pure."""

import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pages_sample
import pytest

from services.intake.web.advice import advise
from services.intake.web.pages import Asset, Pages, as_data
from shared.forms import load_definition
from shared.public_book import PublicAgency, PublicText
from shared.references import parse_reference
from shared.terms import AgencyId

FORM = load_definition(
    (Path(__file__).parents[2] / "shared" / "form_definitions" / "monitoring-form.1.toml").read_text()
)
FORMS = {
    (form.id, form.version): form
    for form in (
        load_definition(path.read_text())
        for path in (Path(__file__).parents[2] / "shared" / "form_definitions").glob("*.toml")
    )
}
NAMES = ("candour.css", "guidance.js", "form.js", "follow.js", "post.js", "candour.svg")
PAGES = Pages({name: Asset(file=f"x-{name}", integrity=f"sha384-{name}") for name in NAMES})
BOOK = pages_sample.book()
P = BOOK.partnerships[0]
TODAY = date(2026, 11, 21)
REF = "WS-7K3-QM9-PX8"
ALL: dict[str, Callable[[], str]] = {
    "landing": lambda: PAGES.landing(BOOK),
    "landing answered": lambda: PAGES.landing(BOOK, decided="west-sussex", works="luton"),
    "landing elsewhere": lambda: PAGES.landing(BOOK, decided="elsewhere", works="luton"),
    "landing not sure": lambda: PAGES.landing(BOOK, decided="not_sure", works="not_sure"),
    "partnership": lambda: PAGES.partnership(P, TODAY),
    "diversion": lambda: PAGES.diversion(P, "own_manager") or "",
    "form": lambda: PAGES.form(P, FORM),
    "print": lambda: PAGES.printable_form(P, FORM),
    "privacy": lambda: PAGES.privacy(BOOK),
    "privacy of one": lambda: PAGES.privacy(BOOK, P),
    "accessibility": lambda: PAGES.accessibility(BOOK),
    "challenging well": lambda: PAGES.challenging_well(BOOK),
    "index": lambda: PAGES.index(BOOK),
    "follow": lambda: PAGES.follow(P, REF),
    "follow with acts": lambda: PAGES.follow(P, REF, FORMS),
    "posts": lambda: PAGES.posts(P),
    "where posts": lambda: PAGES.where_posts(BOOK),
    "not found": PAGES.not_found,
    "problem": lambda: PAGES.problem(503),
}
DRAWN = {name: draw() for name, draw in ALL.items()}
EVERY = pytest.mark.parametrize("name", sorted(DRAWN))
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Reader(HTMLParser):
    """The elements of a page, in order, and whether each that opens also closes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1] == tag, f"{tag} closes {self._open[-1]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for each, attributes in self.elements if each == tag]


READ = {name: Reader(html) for name, html in DRAWN.items()}


def words(text: str) -> str:
    return " ".join(text.split())


@EVERY
def test_a_page_says_its_language_and_has_one_heading(name: str) -> None:
    page = READ[name]
    assert page.all("html")[0]["lang"] == "en"
    h1 = page.all("h1")
    assert len(h1) == (2 if name == "form" else 1)  # the form's page shows one of its two halves


def test_the_form_page_shows_one_heading_at_a_time() -> None:
    without, _, with_script = DRAWN["form"].partition('<div id="form-page" hidden>')
    assert without.count("<h1") == with_script.count("<h1") == 1
    assert '<div id="no-form">' in without


@EVERY
def test_a_title_begins_with_the_heading_and_ends_with_our_name(name: str) -> None:
    page = READ[name]
    title, heading = words(page.texts["title"][0]), words(page.texts["h1"][0])
    assert title.endswith(" – Candour")
    assert not title.startswith(("Error", "Step"))  # the script puts those before it
    if name.startswith("follow"):
        assert REF not in title
    else:
        assert title.startswith(heading)


@EVERY
def test_no_page_has_a_script_or_style_of_its_own(name: str) -> None:
    page = READ[name]
    assert page.all("style") == []
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [each for each in attributes if each.startswith("on")], tag
        assert not attributes.get("href", "").startswith(("javascript:", "data:")), tag
    for script in page.all("script"):
        assert script.get("type") == "application/json" or (script["src"] and script["integrity"])
    for sheet in page.all("link"):
        assert sheet["rel"] == "icon" or sheet["integrity"]


@EVERY
def test_no_link_leads_to_the_page_it_stands_on(name: str) -> None:
    assert [link for link in READ[name].all("a") if not link["href"]] == []


def test_a_policy_without_an_address_is_named_without_a_link() -> None:
    policy = msgspec.structs.replace(P.policy, source_url="")
    page = Reader(PAGES.partnership(msgspec.structs.replace(P, policy=policy), TODAY))
    assert [link for link in page.all("a") if not link["href"]] == []
    assert policy.name in words(page.texts["main"][0])


@EVERY
def test_a_reference_that_is_shown_as_an_example_can_be_typed(name: str) -> None:
    shown = re.findall(r"WS-[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", " ".join(READ[name].texts["main"]))
    assert all(parse_reference(each) for each in shown)


@EVERY
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    page = READ[name]
    sources = [a.get("src", "") for _, a in page.elements] + [a["href"] for a in page.all("link")]
    assert all(not source or source.startswith("/static/") for source in sources)


@EVERY
def test_every_name_and_id_of_a_page_leads_somewhere(name: str) -> None:
    page = READ[name]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            for target in attributes.get(attribute, "").split():
                assert target in ids, f"{tag} {attribute} {target}"
    for link in page.all("a"):
        if link["href"].startswith("#") and len(link["href"]) > 1:
            assert link["href"][1:] in ids


@EVERY
def test_every_page_says_what_to_do_in_danger(name: str) -> None:
    assert "tel:999" in DRAWN[name]


@EVERY
def test_every_page_can_be_left_at_once_and_skipped_into(name: str) -> None:
    page = READ[name]
    assert [link for link in page.all("a") if "data-exit" in link]
    links = page.all("a")
    assert links[0]["href"] == "#main"
    assert page.all("main")[0]["id"] == "main"


@EVERY
def test_a_demonstration_says_so_before_all_else(name: str) -> None:
    if name in ("not found", "problem"):
        return
    html = DRAWN[name]
    banner = html.index("Demonstration: nobody will receive this.")
    assert banner < html.index("<header")


def test_a_real_partnership_shows_no_demonstration_banner_and_no_example() -> None:
    real = pages_sample.partnership(demonstration=False)
    for html in (PAGES.partnership(real, TODAY), PAGES.form(real, FORM)):
        assert "Demonstration" not in html
        assert "data-fill-example" not in html
    assert "data-fill-example" in DRAWN["form"]


def test_the_landing_page_asks_by_codes_alone() -> None:
    page = READ["landing"]
    assert {form["method"] for form in page.all("form")} == {"get"}
    assert [select["name"] for select in page.all("select")] == ["decided", "works"]
    values = {option["value"] for option in page.all("option")}
    assert values == {"not_sure", "elsewhere", "west-sussex", "east-sussex", "luton"}


def test_the_policy_of_the_area_whose_decision_is_challenged_applies() -> None:
    advice = advise(BOOK, decided="west-sussex", works="luton")
    assert advice is not None
    assert [p.id for p in advice.partnerships] == ["west-sussex"]
    assert "although you work in another area" in advice.why


def test_who_is_not_sure_starts_where_they_work() -> None:
    advice = advise(BOOK, decided="not_sure", works="luton")
    assert advice is not None
    assert [p.id for p in advice.partnerships] == ["luton"]


def test_who_knows_neither_may_choose_among_all() -> None:
    advice = advise(BOOK, decided="not_sure", works="elsewhere")
    assert advice is not None
    assert advice.partnerships == BOOK.partnerships


def test_an_area_outside_our_list_leads_to_its_council() -> None:
    html = DRAWN["landing elsewhere"]
    assert "find-local-council" in html
    assert "We do not serve that area" in html


def test_an_unknown_code_is_not_sure_and_never_shown() -> None:
    html = PAGES.landing(BOOK, decided="<b>CANARY", works="CANARY")
    assert "CANARY" not in html


def test_the_partnership_page_puts_danger_before_other_ways_and_the_form() -> None:
    html = DRAWN["partnership"]
    order = [
        html.index(each)
        for each in ("If a child is in danger now", "govuk-button--start", "Is this the right way?", "Stage 2")
    ]
    assert order[0] == min(order)
    assert html.count("govuk-button--start") == 1
    assert "01632 960 012" in html  # out of hours


def test_every_stage_is_text_with_a_link_to_the_authority() -> None:
    html = DRAWN["partnership"]
    for stage in P.policy.stages:
        assert stage.who in html
    assert P.policy.source_url in html
    assert "Example, not in the policy text" in html


def test_a_policy_past_its_review_date_says_so() -> None:
    assert "due for review on 30 June 2026" in DRAWN["partnership"]
    assert "due for review" not in PAGES.partnership(P, date(2026, 6, 30))


def test_the_own_manager_page_says_that_the_child_can_still_be_referred() -> None:
    html = DRAWN["diversion"]
    assert "You can still refer the child yourself, now" in html
    assert "tel:08000280285" in html
    assert PAGES.diversion(P, "nothing-of-the-kind") is None


def test_the_form_has_nowhere_to_post_to() -> None:
    page = READ["form"]
    form = next(form for form in page.all("form") if form.get("id") == "form")
    assert not {"action", "method"} & set(form)
    for button in page.all("button"):
        assert button["type"] == "button"
        assert "formaction" not in button


def test_the_form_page_is_telephones_until_a_script_can_seal() -> None:
    elements = {a["id"]: a for _, a in READ["form"].elements if "id" in a}
    assert "hidden" not in elements["no-form"]
    assert "hidden" in elements["form-page"]
    assert "/p/west-sussex/print" in DRAWN["form"]


def test_every_field_of_the_definition_stands_in_its_step() -> None:
    groups = {a["data-field"]: a for _, a in READ["form"].elements if "data-field" in a}
    assert set(groups) == {field.id for field in FORM.fields}
    for field in FORM.fields:
        assert groups[field.id]["data-class"] == field.class_.value
        assert groups[field.id]["data-kind"] == field.kind.value
        assert ("hidden" in groups[field.id]) == bool(field.shown_when), field.id
    steps = [a["data-step"] for _, a in READ["form"].elements if "data-step" in a]
    assert steps == [*(section.id for section in FORM.sections), "check", "receipt"]


def test_beside_every_field_stands_who_reads_it() -> None:
    assert DRAWN["form"].count("Who reads this:") == len(FORM.fields)
    for words_of_class in FORM.who_reads.values():
        assert words_of_class in DRAWN["form"]


def test_every_control_of_a_field_has_its_first_id() -> None:
    ids = {a["id"] for _, a in READ["form"].elements if "id" in a}
    assert {f"field-{field.id}" for field in FORM.fields} <= ids


def test_agencies_can_be_not_listed_and_teams_not_known() -> None:
    page = READ["form"]
    values = [option["value"] for option in page.all("option")]
    assert values.count("not_listed") == 2
    assert values.count("not_known") == 2


def test_a_policy_with_one_trigger_does_not_ask_which() -> None:
    one = pages_sample.partnership(policy=pages_sample.policy(triggers=P.policy.triggers[:1]))
    assert 'data-field="trigger"' not in PAGES.form(one, FORM)


def test_only_the_special_routes_that_the_policy_has_are_offered() -> None:
    route = PublicText(code="panel", title="The resolution panel", paragraphs=())
    for routes, offered in (((), ["stages"]), ((route,), ["stages", "panel"])):
        p = pages_sample.partnership(policy=pages_sample.policy(routes=routes))
        radios = [each for each in Reader(PAGES.form(p, FORM)).all("input") if each.get("name") == "route"]
        assert [each["value"] for each in radios] == offered


def test_the_data_in_the_page_is_what_the_scripts_read() -> None:
    blocks = dict(re.findall(r'<script type="application/json" id="([a-z-]+)">(.*?)</script>', DRAWN["form"], re.S))
    assert json.loads(blocks["form-definition"])["id"] == "monitoring-form"
    assert json.loads(blocks["partnership"]) == json.loads(msgspec.json.encode(P))


def test_data_cannot_end_the_element_it_stands_in() -> None:
    assert "<" not in as_data("</script><script>&\u2028")
    assert json.loads(as_data("</script>&\u2028")) == "</script>&\u2028"


def test_whatever_a_partnership_writes_is_escaped() -> None:
    nasty = pages_sample.partnership(
        name='<img src=x onerror="1">',
        agencies=(PublicAgency(id=AgencyId("a"), name="</option><script>", type="gp"),),
        policy=pages_sample.policy(
            diversions=(PublicText(code="x", title="<script>", paragraphs=("<b>",)),),
        ),
    )
    for html in (PAGES.partnership(nasty, TODAY), PAGES.form(nasty, FORM), PAGES.diversion(nasty, "x") or ""):
        assert "<img" not in html
        assert "<script>" not in html
        assert "<b>" not in html


def test_the_printable_form_says_whom_to_ring_and_not_to_email_it() -> None:
    html = DRAWN["print"]
    assert P.duty.number in html
    assert "Do not send it by ordinary email" in html
    for section in FORM.sections:
        assert section.title in html


def test_a_partnership_has_its_own_privacy_page() -> None:
    html = DRAWN["privacy of one"]
    assert P.controller in html
    assert P.privacy_contact in html
    assert P.policy.retention in html


def test_the_index_leads_to_every_page() -> None:
    links = {link["href"] for link in READ["index"].all("a")}
    for p in BOOK.partnerships:
        assert {f"/p/{p.id}", f"/p/{p.id}/form", f"/p/{p.id}/print", f"/p/{p.id}/privacy"} <= links
        assert f"/p/{p.id}/instead/own_manager" in links


def test_the_page_of_an_escalation_is_alike_for_every_reference() -> None:
    one, other = "WS-000-000-00A", "WS-111-111-11B"
    for forms in ({}, FORMS):
        assert PAGES.follow(P, one, forms).replace(one, "") == PAGES.follow(P, other, forms).replace(other, "")
    assert "Page not found" in PAGES.follow(None, REF)


def test_every_act_of_a_party_is_hidden_until_it_is_chosen() -> None:
    sections = [each for each in READ["follow with acts"].all("section") if "data-act" in each]
    assert {each["data-form"] for each in sections if "data-form" in each} == {form for form, _ in FORMS} - {FORM.id}
    assert len({each["data-act"] for each in sections}) == len(sections) > 15
    assert all("hidden" in each for each in sections)


def test_a_page_reads_every_form_that_a_record_may_be_written_with() -> None:
    data = re.search(r'id="forms">(.*?)</script>', DRAWN["follow with acts"])
    assert data is not None
    assert {(form["id"], form["version"]) for form in json.loads(data[1])} == set(FORMS)


def test_without_a_script_the_page_of_an_escalation_says_whom_to_ring() -> None:
    without = DRAWN["follow with acts"].partition('<div id="follow"')[0]
    assert P.duty.number in without
    assert "999" in without


def test_leaving_says_nothing_of_where_the_visitor_was() -> None:
    html = PAGES.leaving()
    for telling in ("Candour", "safeguarding", "child", "Exit"):
        assert telling not in html.replace("candour.css", "").replace("x-candour", "")


def test_a_problem_never_quotes_what_was_asked() -> None:
    assert PAGES.problem(418) == PAGES.problem(500)


def test_a_form_is_drawn_anew_when_the_book_changes() -> None:
    first = PAGES.form(P, FORM)
    assert PAGES.form(P, FORM) is first
    changed = pages_sample.partnership(agencies=())
    assert "Larkfield" not in PAGES.form(changed, FORM)


BANNED = re.compile(r"\b(ticket|user|users|submit|submitted|invalid|oops|case)\b", re.IGNORECASE)


@EVERY
def test_pages_speak_the_fields_language(name: str) -> None:
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", DRAWN[name], flags=re.S)
    assert BANNED.findall(text) == []
