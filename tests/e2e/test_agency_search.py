"""A long list of agencies can be typed into: by name, kind or initials; the select keeps the answer. Shell."""

from typing import Any

import pytest
from filling import choose, go_on, open_form, step
from playwright.sync_api import Locator, Page, expect
from stand import Stand


def box(page: Page, field: str = "receiving_agency") -> Locator:
    return page.locator(f"#field-{field}")


def chosen(page: Page, field: str = "receiving_agency") -> str:
    return page.locator(f'[data-field="{field}"] select').input_value()


def options(page: Page, **named: Any) -> Locator:
    """Those of the list that lies open; the page's other lists are plain ones."""
    return page.locator(".search__list:visible").get_by_role("option", **named)


def offered(page: Page) -> list[str]:
    return options(page).all_inner_texts()


def at_the_decision(page: Page, stand: Stand) -> None:
    open_form(page, stand.url)
    choose(page, "immediate_harm", "no")
    go_on(page)
    step(page, "decision")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sch fern", "Fernhill St Zoë’s School"),
        ("st zoes gra", "Grange St Zoë’s School"),
        ("CSC", "West Sussex children’s social care"),
        ("childrens social", "West Sussex children’s social care"),
    ],
)
def test_part_of_the_name_its_kind_or_its_initials_find_an_agency(
    crowded: Stand, watched: Any, typed: str, found: str
) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).press_sequentially(typed)
    assert offered(page) == [found, "Not listed"]
    box(page).press("Enter")
    expect(box(page)).to_have_value(found)
    expect(options(page)).to_have_count(0)
    step(page, "decision")
    assert watched.complaints == []


def test_arrows_move_through_the_list_and_escape_gives_back_what_was_chosen(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).press("ArrowDown")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    active = page.locator(f"#{box(page).get_attribute('aria-activedescendant')}")
    expect(active).to_have_text("West Sussex children’s social care")
    box(page).press("Tab")
    assert chosen(page) == "ws-csc"
    expect(page.locator("#preview")).to_contain_text("Team manager")
    box(page).press_sequentially("zzz")
    box(page).press("Escape")
    expect(box(page)).to_have_value("West Sussex children’s social care")
    assert chosen(page) == "ws-csc"
    box(page).press("ArrowUp")
    box(page).press("Enter")
    assert chosen(page) == "not_listed"
    expect(page.locator('[data-field="receiving_agency_other_name"]')).to_be_visible()


def test_the_number_of_agencies_that_fit_is_said(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).press_sequentially("school")
    said = page.locator('[data-field="receiving_agency"] .search [role=status]')
    expect(said).to_have_text("9 fit. “Not listed” is the last one")
    box(page).press_sequentially(" of rock")
    expect(said).to_have_text("Nothing in the list has that name. “Not listed” is the last one")


def test_a_pointer_chooses_too(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).click()
    assert offered(page)[-1] == "Not listed"
    options(page, name="Beacon").click()
    expect(box(page)).to_have_value("Beacon St Zoë’s School")
    expect(box(page)).to_be_focused()
    box(page).click()
    expect(options(page, name="Beacon")).to_have_attribute("aria-selected", "true")


def test_a_name_that_is_not_in_the_list_stays_and_is_an_error(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).press_sequentially("Zqschool of rock")
    choose(page, "child_status", "in_need")
    choose(page, "area", "thresholds")
    go_on(page)
    link = page.locator("#error-summary a")
    expect(link).to_have_text("Choose the agency that made the decision, or “not listed”")
    expect(box(page)).to_have_value("Zqschool of rock")
    link.click()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_attribute("aria-invalid", "true")
    box(page).press("ControlOrMeta+A")
    box(page).press_sequentially("early help")
    box(page).press("Enter")
    go_on(page)
    step(page, "account")
    assert not [url for url, body in watched.requests if b"Zqschool" in body or "Zqschool" in url]


def test_many_teams_can_be_searched_and_few_stay_a_plain_list(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    at_the_decision(page, crowded)
    box(page).press_sequentially("early")
    assert offered(page)[0] == "West Sussex early help"
    box(page).press("ArrowDown")
    box(page).press("Enter")
    team = box(page, "receiving_team")
    expect(team).to_have_value("I don’t know")
    team.fill("7")
    team.press("Enter")
    assert chosen(page, "receiving_team") == "locality-7"
    team.fill("Locality team 70")
    choose(page, "child_status", "in_need")
    choose(page, "area", "thresholds")
    go_on(page)
    expect(page.locator("#error-summary a")).to_have_text("Which team?: choose one of the answers in the list")
    team.fill("")
    team.press("Tab")
    expect(team).to_have_value("I don’t know")
    box(page).fill("CSC")
    box(page).press("Enter")
    team.select_option("assessment-2")
    go_on(page)
    step(page, "account")


def test_what_is_filled_in_as_an_example_stands_in_the_box(crowded: Stand, watched: Any) -> None:
    page: Page = watched.page
    open_form(page, crowded.url)
    page.get_by_role("button", name="Fill in an example").click()
    go_on(page)
    expect(box(page)).to_have_value("West Sussex children’s social care")
