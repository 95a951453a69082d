"""What each form of the directory shares: nothing overwritten, a reason given, what to mend shown again. Shell."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from services.router.console.access import Answer, go
from services.router.console.asked import Asked, Form
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import against
from services.router.console.editor import Editor, Made, Outcome, Proposed, Refused, Waits
from services.router.domain.keeping.editing import CHANGED_MEANWHILE, setting
from services.router.domain.keeping.rows import Key, Row, Swap, written

T = TypeVar("T")
Read = Callable[[Form, T, date], tuple[T | None, Problems]]
LOOK = "look"
"""The button that asks what a change would change before it is made."""
_SECRET = ("csrf", "seen", LOOK)
_SYMBOLS = 16
DONE: Mapping[str, str] = {
    "made": "The change stands. Who changed what, and why, is kept, and it can be taken back.",
    "same": "Nothing was different, so nothing was changed.",
    "proposed": "Another partnership must agree. Your change waits there for its manager, and nothing is changed yet.",
    "undone": "The change is taken back.",
    "many": "All of it stands. What was changed is kept, and it can be taken back as one.",
    "imported": "The import stands. What it changed is kept, and it can be taken back.",
    "refused": "The proposal is set aside, and who proposed it sees why. Nothing was changed.",
    "waits": "Nothing is changed yet. Another manager of this partnership must approve it: it changes an address.",
    "approved": "The change stands, and both of you are kept with it.",
    "declined": "The change is declined, and who asked for it sees why. Nothing was changed.",
}


class Act(NamedTuple):
    """A form to be shown again. errors: by field, "" for the whole; which: the form on a page with several."""

    errors: Problems
    typed: dict[str, str]
    which: str


def seen_of(row: Row | None) -> str:
    """Stands in a form, so that a row that somebody changed meanwhile is not overwritten."""
    return hashlib.sha256(written(row).encode()).hexdigest()[:_SYMBOLS]


def overtaken(form: Form, row: Row | None) -> Problems:
    """Whether the row is another one than the form was drawn from."""
    return {} if form.one("seen") == seen_of(row) else {"": CHANGED_MEANWHILE}


def done(asked: Asked) -> str:
    """What was done just now, from the code in the address."""
    return DONE.get(asked.query("done"), "")


def typed_in(form: Form) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: form.one(name) for name in form.names() if name not in _SECRET}


def outcome_code(outcome: Outcome, *, made: str = "made") -> str:
    """What is said on the next page of an outcome that nothing speaks against. made: where something was changed."""
    match outcome:
        case Proposed():
            return "proposed"
        case Waits():
            return "waits"
        case Made(None):
            return "same"
        case _:
            return made


def onward(asked: Asked, outcome: Outcome, *, to: str, made: str = "made") -> Answer:
    """On to `to` after a change; to what waits for a second admin where it does."""
    if isinstance(outcome, Waits):
        return go(f"/p/{asked.partnership.id}/directory/approvals?done=waits")
    return go(f"{to}?done={outcome_code(outcome, made=made)}")


async def look_first(editor: Editor, asked: Asked, swaps: Sequence[Swap], *, why: str, what: str) -> Answer | Act:
    """On to what the change would change, without making it; or the form again, with what speaks against it."""
    kept = await editor.keep_to_look(asked, swaps, why=why, what=what)
    if isinstance(kept, Refused):
        return Act({"": " ".join(against(kept))}, typed_in(asked.form), what)
    return go(f"/p/{asked.partnership.id}/would-change/{kept}")


async def settle(
    editor: Editor, asked: Asked, key: Key, row: Row | None, *, wrong: Problems, what: str, to: str
) -> Answer | Act:
    """Make `row` stand under `key` and go to `to`; or the form again, with what to mend."""
    why = read_why(asked.form, wrong)
    if wrong:
        return Act(wrong, typed_in(asked.form), what)
    swaps = setting(asked.directory.entries, key, row)
    if swaps and asked.form.one(LOOK):
        return await look_first(editor, asked, swaps, why=why, what=what)
    outcome = await editor.make(asked, swaps, why=why, what=what)
    if said := against(outcome):
        return Act({"": " ".join(said)}, typed_in(asked.form), what)
    if isinstance(outcome, Proposed):
        at = f"/a/{key.agency}" if key.agency in asked.directory.agencies else ""
        return go(f"/p/{asked.partnership.id}/directory{at}?done=proposed")
    return onward(asked, outcome, to=to)
