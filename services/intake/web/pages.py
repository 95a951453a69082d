"""Every page that intake serves, from the public book alone: values in, HTML out, no visitor's words. Shell."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from services.intake.web.acts import DOES, MOVES, Forms, act_forms, definitions, emailed
from services.intake.web.advice import advise, areas_of
from services.intake.web.wording import PROBLEMS, agency_types, long_date, sentence, tel, within
from shared.compiled import Compiled
from shared.forms import Field, FormDefinition, definition_json
from shared.public_book import PublicBook, PublicPartnership, PublicText, form_choices

TEMPLATES = Path(__file__).parent / "templates"
_NO_FORMS: Forms = {}
_ANY_REFERENCE = "@reference@"


class Asset(msgspec.Struct, frozen=True):
    """A built file: its name by content, and what its bytes must hash to (SRI)."""

    file: str
    integrity: str


Assets = Mapping[str, Asset]


def read_assets(folder: Path) -> Assets:
    """What `build.mjs` wrote into `folder`. Raises: OSError, msgspec.ValidationError."""
    return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=dict[str, Asset])


def as_data(value: object) -> Markup:
    """JSON that cannot end the script element it stands in."""
    raw = value if isinstance(value, bytes) else msgspec.json.encode(value)
    text = raw.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def environment(assets: Assets) -> Environment:
    """Templates that escape everything and stop at a name that is not there."""
    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled("intake"),
    )
    made.filters.update(tel=tel, long_date=long_date, as_data=as_data, folded_groups=folded_groups)
    made.filters.update(sentence=sentence, within=within)
    made.globals.update(assets=assets, agency_types=agency_types)
    return made


class Pages:
    """The pages. Each method returns a whole HTML document."""

    def __init__(self, assets: Assets) -> None:
        self._templates = environment(assets)
        self._drawn: dict[tuple[str, str], tuple[PublicPartnership, object, str]] = {}

    def landing(self, book: PublicBook, *, decided: str = "", works: str = "") -> str:
        """Asks where the decision was made and where the visitor works; with codes given, says which policy applies."""
        return self._page(
            "landing.html",
            book=book,
            areas=areas_of(book),
            advice=advise(book, decided=decided, works=works),
            decided=decided,
            works=works,
        )

    def partnership(self, p: PublicPartnership, today: date) -> str:
        """Danger first, then other ways, then the form. today: local date, for the policy's review date."""
        return self._page("partnership.html", p=p, review_passed=is_past(p.policy.review_on, today))

    def diversion(self, p: PublicPartnership, code: str) -> str | None:
        """The page of a diversion, route or signpost; None where the policy has none of that code."""
        policy = p.policy
        found: PublicText | None = next(
            (text for text in (*policy.diversions, *policy.routes, *policy.signposts) if text.code == code), None
        )
        return None if found is None else self._page("diversion.html", p=p, text=found)

    def form(self, p: PublicPartnership, definition: FormDefinition) -> str:
        """The form, sealed in the browser: it has nowhere to post to."""
        return self._of_form("form.html", p, definition)

    def printable_form(self, p: PublicPartnership, definition: FormDefinition) -> str:
        """The form on paper, and whom to ring."""
        return self._of_form("printable.html", p, definition)

    def privacy(self, book: PublicBook, p: PublicPartnership | None = None) -> str:
        return self._page("privacy.html", book=book, p=p)

    def accessibility(self, book: PublicBook) -> str:
        return self._page("accessibility.html", book=book)

    def challenging_well(self, book: PublicBook) -> str:
        return self._page("challenging_well.html", book=book)

    def index(self, book: PublicBook) -> str:
        return self._page("index.html", book=book)

    def follow(self, p: PublicPartnership | None, ref: str, forms: Forms = _NO_FORMS) -> str:
        """The shell of an escalation's page, alike for every reference of a partnership; a script fills it."""
        if p is None:
            return self.not_found()
        return self._kept("follow.html", p, forms, lambda: self._follow(p, forms)).replace(_ANY_REFERENCE, ref)

    def posts(self, p: PublicPartnership) -> str:
        """The shell of "Is your post still right?", alike for everybody; a script fills it."""
        return self._page("post.html", p=p)

    def where_posts(self, book: PublicBook) -> str:
        """Asks which partnership wrote to whoever holds a post."""
        return self._page("post_where.html", book=book)

    def leaving(self) -> str:
        """What stands for a moment after "Exit this page": nothing that says where the visitor was."""
        return self._page("leaving.html")

    def not_found(self) -> str:
        return self.problem(404)

    def problem(self, status: int) -> str:
        """A fixed text for an HTTP status; what was asked is never quoted."""
        title, paragraphs = PROBLEMS.get(status, PROBLEMS[500])
        return self._page("problem.html", title=title, paragraphs=paragraphs)

    def _of_form(self, template: str, p: PublicPartnership, definition: FormDefinition) -> str:
        def draw() -> str:
            return self._page(
                template,
                p=p,
                definition=definition,
                choices=form_choices(p),
                definition_json=definition_json(definition),
            )

        return self._kept(template, p, definition, draw)

    def _follow(self, p: PublicPartnership, forms: Forms) -> str:
        acts = act_forms(forms)
        return self._page(
            "follow.html",
            p=p,
            ref=_ANY_REFERENCE,
            acts=acts,
            moves=MOVES,
            does=DOES,
            checked=emailed(acts),
            choices=form_choices(p),
            forms=definitions(forms),
        )

    def _kept(self, template: str, p: PublicPartnership, made_of: object, draw: Callable[[], str]) -> str:
        """A page with whole forms on it takes a third of a second to draw: kept as long as its values are the same."""
        kept = self._drawn.get((template, p.id))
        if kept is not None and kept[0] is p and kept[1] is made_of:
            return kept[2]
        html = draw()
        self._drawn[template, p.id] = (p, made_of, html)
        return html

    def _page(self, template: str, **values: object) -> str:
        demonstration = _is_demonstration(values)
        return self._templates.get_template(template).render(demonstration=demonstration, **values)


def folded_groups(fields: tuple[Field, ...]) -> list[tuple[str, list[Field]]]:
    """The folded fields by group, in the form's order."""
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.folded:
            groups.setdefault(field.group, []).append(field)
    return list(groups.items())


def is_past(review_on: str, today: date) -> bool:
    """Whether an ISO date lies before `today`; an empty date never does."""
    return bool(review_on) and date.fromisoformat(review_on) < today


def _is_demonstration(values: Mapping[str, object]) -> bool:
    p, book = values.get("p"), values.get("book")
    if isinstance(p, PublicPartnership):
        return p.demonstration
    return isinstance(book, PublicBook) and any(each.demonstration for each in book.partnerships)
