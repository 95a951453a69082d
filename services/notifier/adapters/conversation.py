"""What is said to the mail relay, command by command, over the library's connection. Shell.

The library's own commands take addresses and content apart before each: ours are checked when the letter is written,
and that took a fifth of a letter's processor time.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from aiosmtplib import SMTP, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

_TAKEN = (250, 251)
_GO_ON = (354,)


def angled(word: bytes, address: str) -> bytes:
    """`TO:<address>`. Raises: ValueError where the address is not ASCII."""
    return b"%b<%b>" % (word, address.encode("ascii"))


async def say(client: SMTP, *words: bytes, seconds: float, takes: Sequence[int] = _TAKEN) -> SMTPResponse:
    """A command and its reply. Raises: aiosmtplib's own, for a reply that is none of `takes` too; TimeoutError."""
    return await _replied(client, client.execute_command(*words, timeout=None), seconds=seconds, takes=takes)


async def hand_over(client: SMTP, content: bytes, *, seconds: float) -> SMTPResponse:
    """DATA and the content, whose lines all end in CR LF. Raises as `say`."""
    await say(client, b"DATA", seconds=seconds, takes=_GO_ON)
    protocol = client.protocol
    if protocol is None:
        raise SMTPServerDisconnected("")
    protocol.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    return await _replied(client, protocol.read_response(), seconds=seconds, takes=_TAKEN)


async def _replied(
    client: SMTP, coming: Coroutine[Any, Any, SMTPResponse], *, seconds: float, takes: Sequence[int]
) -> SMTPResponse:
    try:
        async with asyncio.timeout(seconds):
            reply = await coming
    except (TimeoutError, SMTPServerDisconnected):
        client.close()  # or a late reply would be taken for the next command's
        raise
    if reply.code not in takes:
        raise SMTPResponseException(reply.code, reply.message)
    return reply
