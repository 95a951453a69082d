"""Fills in the form as a person does: steps, answers, codes. Shell."""

from playwright.sync_api import Page, expect

MARK = "Zebedee Quillfeather"
ADDRESS = "marked.raiser@school.example"
ANSWERS = {
    "child_name": MARK,
    "account": "Zqaccount: the referral was closed without a visit.",
    "raiser_name": "Zqraiser Name",
    "raiser_role": "Zqrole teacher",
    "raiser_phone": "01632 960 777",
    "raiser_email": ADDRESS,
}


def go_on(page: Page) -> None:
    page.locator("[data-next]:visible").click()


def step(page: Page, name: str) -> None:
    expect(page.locator(f'[data-step="{name}"]')).to_be_visible()


def choose(page: Page, field: str, code: str) -> None:
    page.locator(f'[data-field="{field}"] input[value="{code}"]').check()


def write(page: Page, field: str, text: str) -> None:
    page.locator(f"#field-{field}").fill(text)
    page.locator(f"#field-{field}").dispatch_event("change")


def open_form(page: Page, url: str) -> None:
    page.goto(f"{url}/p/west-sussex")
    page.get_by_role("button", name="Start").click()
    step(page, "danger")


def fill_in(page: Page, *, harm: str = "no") -> None:
    """From the first step to "check your answers", with the twelve answers of stage 2."""
    choose(page, "immediate_harm", harm)
    if harm == "yes":
        choose(page, "harm_consulted", "manager")
    go_on(page)
    step(page, "decision")
    page.locator("#field-receiving_agency").select_option("ws-csc")
    page.locator("#field-receiving_team").select_option("assessment-1")
    choose(page, "child_status", "in_need")
    choose(page, "area", "thresholds")
    go_on(page)
    step(page, "account")
    write(page, "child_name", ANSWERS["child_name"])
    write(page, "account", ANSWERS["account"])
    go_on(page)
    step(page, "ask")
    choose(page, "stage_one", "yes")
    go_on(page)
    step(page, "you")
    for field in ("raiser_name", "raiser_role", "raiser_phone"):
        write(page, field, ANSWERS[field])
    page.locator("#field-raising_agency").select_option("ws-school")
    write(page, "raiser_email", ANSWERS["raiser_email"])
    go_on(page)
    step(page, "check")


def send(page: Page) -> str:
    """Press Send; the reference on the receipt."""
    page.get_by_role("button", name="Send", exact=True).click()
    step(page, "receipt")
    return page.locator("p[data-receipt-reference]").inner_text()
