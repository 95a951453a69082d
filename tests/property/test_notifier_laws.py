"""Laws of notifier: no header can be typed into; a letter goes twice only where a crash or a break came between."""

import asyncio
import datetime as dt
import tempfile
from collections import Counter
from email import policy
from email.parser import BytesParser
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notifier_world import LANES, NOW, SECRET, SENDER, letter

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.tables import MIGRATIONS
from services.notifier.domain.life import Happening
from services.notifier.domain.mail import is_address, write
from services.notifier.domain.outcome import Outcome, change_after, relay_after
from services.notifier.domain.previews import previews
from services.notifier.domain.relay import UP
from services.notifier.domain.turns import Lanes, Waiting, choose
from services.notifier.domain.wording import compose, subject_of
from services.notifier.domain.wording_common import Unsayable
from services.notifier.ports import Plan
from shared.messages import AnswerFacts, IssueFacts, Notice, NoticePerson, Telephone
from shared.store import Database
from shared.terms import EscalationRef, MessageId, NoticeId
from tests.migrated import migrated

NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet='a\r\n\x00\x0b\x0c\x1c\x85\u2028 :<>@=?;,"', max_size=60),
    st.sampled_from(
        [
            "Jo\r\nBcc: all@council.example",
            "=?utf-8?q?Jo=0D=0ABcc=3A_all=40council.example?=",
            "Jo\n\n<html>",
            "--=_candour_0123456789abcdef0123456789abcdef--",
            "a@b.example, c@d.example",
            "jo@council.example\r\nBcc: x@y.example",
        ]
    ),
)
ACT = dict(previews())["act"]
LIVES = [name for name, notice in previews() if notice.life is not None]


def _sent(notice: Notice) -> bytes | None:
    try:
        mail = write(
            compose(notice),
            id=notice.id,
            secret=SECRET,
            to=notice.address,
            sender=SENDER,
            reply_to=notice.duty_mailbox,
            at=NOW,
        )
    except Unsayable:
        return None
    return mail.content


@given(typed=st.fixed_dictionaries(dict.fromkeys(("name", "role", "agency", "line", "partnership"), NASTY)))
@settings(max_examples=150, deadline=None)
def test_nothing_typed_reaches_a_header_or_ends_a_part(typed: dict[str, str]) -> None:
    name, role = typed["name"], typed["role"]
    person = NoticePerson(name=name, role=role, agency=typed["agency"], phone=name)
    assert ACT.route is not None
    route = msgspec.structs.replace(
        ACT.route,
        raiser=person,
        decision_maker=person,
        contacts=(person,),
        lines=((role, typed["line"]),),
        told=(person,),
    )
    content = _sent(msgspec.structs.replace(ACT, name=name, partnership_name=typed["partnership"], route=route))
    plain = _sent(ACT)
    assert content is not None
    assert plain is not None
    read, usual = (BytesParser(policy=policy.SMTP).parsebytes(one) for one in (content, plain))
    assert read.items() == usual.items()
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@given(name=st.sampled_from(LIVES), typed=st.fixed_dictionaries(dict.fromkeys(("who", "text", "words"), NASTY)))
@settings(max_examples=200, deadline=None)
def test_nothing_typed_in_the_life_reaches_a_header_or_ends_a_part(name: str, typed: dict[str, str]) -> None:
    plain = dict(previews())[name]
    who, text, words = typed["who"], typed["text"], typed["words"]
    assert plain.life is not None
    person = NoticePerson(name=who, role=words, agency=text, phone=words)
    life = msgspec.structs.replace(
        plain.life,
        by=person,
        holders=(person,),
        text=text,
        until_words=words,
        issues=(IssueFacts(number=1, text=text, owner=who, by_words=words),),
        answers=(AnswerFacts(who=who, answer="confirms"), AnswerFacts(who=text, answer=words)),
        ring=(Telephone(label=who, number=words),),
    )
    content, usual = _sent(msgspec.structs.replace(plain, name=who, why_you=text, life=life)), _sent(plain)
    assert content is not None
    assert usual is not None
    read, expected = (BytesParser(policy=policy.SMTP).parsebytes(one) for one in (content, usual))
    assert read.items() == expected.items()
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@given(address=NASTY, reply_to=NASTY, id=NASTY, ref=NASTY)
@settings(max_examples=150, deadline=None)
def test_what_is_no_bare_mailbox_is_not_written_to(address: str, reply_to: str, id: str, ref: str) -> None:
    changed = {"address": address, "duty_mailbox": reply_to, "id": NoticeId(id), "ref": EscalationRef(ref)}
    for field, value in changed.items():
        content = _sent(msgspec.structs.replace(ACT, **{field: value}))
        if content is not None:
            assert content.count(b"\r\nTo: ") == 1
            assert b"\r\nBcc" not in content
            head = content[: content.index(b"\r\n\r\n")]
            assert len(head.split(b"\r\n")) == 9


@given(st.text(max_size=80))
def test_an_address_has_no_blank_and_one_at_sign(text: str) -> None:
    if is_address(text):
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text
        assert text.count("@") == 1


@given(st.text(max_size=40))
def test_a_subject_is_plain_whatever_the_reference_claims_to_be(ref: str) -> None:
    try:
        subject = subject_of(msgspec.structs.replace(ACT, ref=EscalationRef(ref)))
    except Unsayable:
        return
    assert subject.startswith("You are asked to act on an escalation: ")
    assert subject.isascii()
    assert subject.isprintable()


ENDINGS = st.sampled_from(
    [
        Outcome(happening=Happening.ACCEPTED, code="250", answered=True),
        Outcome(happening=Happening.DEFERRED, code="451", answered=True),
        Outcome(happening=Happening.REFUSED, code="550", answered=True),
        Outcome(happening=Happening.BROKEN, code="disconnected", answered=False),
        Outcome(happening=Happening.RELAY_FAILED, code="disconnected", answered=False),
    ]
)
# A life: each step is an ending, "crash" after the relay took it, or "crash before" it was sent; then time passes.
STEPS = st.lists(
    st.tuples(st.one_of(ENDINGS, st.just("crash"), st.just("crash before")), st.integers(0, 90)), max_size=12
)


@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_letter_arrives_twice_only_after_a_crash_or_a_break_and_always_the_same(
    steps: list[tuple[Outcome | str, int]],
) -> None:
    asyncio.run(_live(steps))


async def _live(steps: list[tuple[Outcome | str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        migrated(url, scripts=MIGRATIONS)
        database = Database(url)
        ledger, at, relay = SqlLedger(database), NOW, UP
        one = letter(1)
        await ledger.put(one, message=MessageId(one.id), at=at)
        arrived: list[bytes] = []
        excuses = 0
        for step, minutes in steps:
            await ledger.put(one, message=MessageId(one.id), at=at)  # the broker delivers again
            begun = await ledger.turn(Plan(at=at, relay=relay, lanes=LANES))
            assert len(begun) <= 1
            for attempt in begun:
                if step == "crash before":
                    await ledger.recover(at=at)
                elif step == "crash":
                    arrived.append(attempt.content)
                    excuses += 1
                    await ledger.recover(at=at)
                elif isinstance(step, Outcome):
                    if step.happening in (Happening.ACCEPTED, Happening.BROKEN):
                        arrived.append(attempt.content)
                        excuses += step.happening is Happening.BROKEN
                    relay = relay_after(relay, [step], at)
                    change = change_after(attempt, step, at)
                    await ledger.turn(Plan(at=at, relay=relay, lanes=LANES, changes=[change], begin=False))
            at += dt.timedelta(minutes=minutes)
            await ledger.sweep(at=at, relay_up=relay.down_since is None)
        await database.close()
        assert len(arrived) <= 1 + excuses
        assert set(arrived) <= {one.content}


@given(
    waiting=st.lists(st.sampled_from("abcdef"), max_size=30),
    under_way=st.lists(st.sampled_from("abcdef"), max_size=6),
    troubled=st.frozensets(st.sampled_from("abcdef")),
)
def test_no_choice_exceeds_the_lanes_or_starves_a_free_domain(
    waiting: list[str], under_way: list[str], troubled: frozenset[str]
) -> None:
    lanes = Lanes(all=8, domain=3, troubled=1)
    letters = [Waiting(id=NoticeId(str(number)), domain=domain) for number, domain in enumerate(waiting)]
    chosen = choose(letters, under_way=Counter(under_way), troubled=troubled, lanes=lanes)
    busy = Counter(under_way) + Counter(letter.domain for letter in chosen)
    new = Counter(letter.domain for letter in chosen)
    assert len({letter.id for letter in chosen}) == len(chosen)
    assert all(busy[domain] <= (1 if domain in troubled else 3) for domain in new)
    assert not chosen or busy.total() <= 8
    if busy.total() < 8:
        assert all(busy[domain] > 0 for domain in set(waiting) - troubled)
