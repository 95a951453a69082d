"""What an admin orders to be done to an escalation: the console writes it, router alone carries it out. Pure."""

from enum import StrEnum
from typing import NewType

from services.router.domain.admin.admins import AdminId
from shared.private import Private
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId, PostId

OrderId = NewType("OrderId", str)


class Redirect(Private, frozen=True, kw_only=True, tag="redirect"):
    """Ask the next contact instead of the one to whom this notice went."""

    notice: NoticeId


class Resend(Private, frozen=True, kw_only=True, tag="resend"):
    """Send this notice again; or, where the post has another address by now, apply the policy anew."""

    notice: NoticeId


class Retry(Private, frozen=True, kw_only=True, tag="retry"):
    """Take a parked message as if it came now."""

    message: MessageId


class Settle(Private, frozen=True, kw_only=True, tag="settle"):
    """Somebody dealt with a parked message otherwise. It is kept."""

    message: MessageId


class ConvenePanel(Private, frozen=True, kw_only=True, tag="convene-panel"):
    """Convene the resolution panel, or fill its empty seats. posts: those proposed, as the admin was shown them."""

    posts: tuple[PostId, ...]


class RecordProcess(Private, frozen=True, kw_only=True, tag="record-process"):
    """Record for the scrutineer how it is dealt with. words: go to everybody in it by email."""

    words: str


class Reassign(Private, frozen=True, kw_only=True, tag="reassign"):
    """Ask the holder of this post to act, in place of whoever is asked at its agency, or where nobody is."""

    post: PostId


Do = Redirect | Resend | Retry | Settle | ConvenePanel | RecordProcess | Reassign
"""One struct a kind. A new one stands here, in `handlers/ordering.py`, and with its words in `order_words.py`."""


class Order(Private, frozen=True, kw_only=True):
    """One thing to be done, once. who: the admin as the parties may be shown them. why: never about the child."""

    id: OrderId
    partnership: PartnershipId
    ref: EscalationRef
    at: Instant
    admin: AdminId
    who: str
    why: str
    do: Do


class OrderState(StrEnum):
    """How far it is. A refused one changed nothing."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class No(StrEnum):
    """Why an order is refused, beside the codes of failures."""

    NOT_HERE = "not-here"  # no such thing in this partnership
    ENDED = "ended"  # nobody is asked any more
    REPLACED = "replaced"  # another was asked instead, and the directory has no new address
    CHANGED = "changed"  # it is no longer so, or was done before
    NOT_THEIRS = "not-theirs"  # whoever ordered it was removed, or may not work on the desk any more
    NOT_ALLOWED = "not-allowed"  # the policy or the rules do not let it be done
    NOBODY_FREE = "nobody-free"  # nobody who may act holds the post today, nor deputises for it
    BESIDE = "beside"  # they would act beside whoever is asked, in place of nobody
    NO_SCRUTINEER = "no-scrutineer"  # no scrutineer is asked to act


class Carried(Private, frozen=True, kw_only=True):
    """How an order ended. code: why it was refused, "" where it was done."""

    order: OrderId
    state: OrderState
    at: Instant
    code: str = ""


class Ordered(Private, frozen=True, kw_only=True):
    """An order with how far it is. ended_at: None while it waits."""

    order: Order
    state: OrderState = OrderState.WAITING
    ended_at: Instant | None = None
    code: str = ""


def kind_of(do: Do) -> str:
    """Its code."""
    return str(type(do).__struct_config__.tag)
