"""A body is whole, or it is refused."""

from http import HTTPStatus
from typing import Any

import pytest

from services.intake.web.bodies import read_body
from services.intake.web.problems import Problem


async def read(*messages: dict[str, Any], said: bytes | None = None, most_bytes: int = 10) -> bytes:
    """The body of a request whose messages come one after another."""
    coming = iter(messages)
    headers = [] if said is None else [(b"content-length", said)]

    async def receive() -> Any:
        return next(coming)

    scope: Any = {"type": "http", "headers": headers}
    return await read_body(scope, receive, most_bytes=most_bytes)


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_the_parts_of_a_body_are_one() -> None:
    assert await read(part(b"abc", more=True), part(b"def", more=True), part(b"")) == b"abcdef"


async def test_a_body_that_breaks_off_is_none() -> None:
    with pytest.raises(Problem) as raised:
        await read(part(b"abc", more=True), {"type": "http.disconnect"})
    assert raised.value.document.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("said", [b"11", b"-1", b"1e1", "²".encode("latin-1"), b""])
async def test_a_length_that_is_too_much_or_none_is_refused_before_anything_is_read(said: bytes) -> None:
    with pytest.raises(Problem) as raised:
        await read(said=said)
    assert raised.value.document.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_what_is_larger_than_it_said_is_refused() -> None:
    with pytest.raises(Problem) as raised:
        await read(part(b"123456", more=True), part(b"12345"), said=b"6")
    assert raised.value.document.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
