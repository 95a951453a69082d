"""Works out what is long to work out before anybody asks: the gaps of a new revision, and of a new day. Shell."""

import asyncio

from services.router.console.comfort import going_on
from services.router.console.console import Console

_LOOK_SECONDS = 2.0
_MOST = 8
"""Partnerships that are prepared: the lists of so many are kept."""


async def keep_prepared(console: Console) -> None:
    """Without end, so that the first page after a change, or of a day, is no slower than the next."""
    done: object = None
    while True:
        with going_on():  # the page that asks will try again
            done = await prepare(console, done)
        await asyncio.sleep(_LOOK_SECONDS)


async def prepare(console: Console, done: object = None) -> object:
    """The newest revision of today, unless that is what was `done`. Returns what is done now."""
    directory, editor = await console.directories.now(), console.editor
    here = [one for one in directory.partnerships.values() if one.policy in editor.policies][:_MOST]
    newest = (directory.revision, tuple(editor.today(one) for one in here))
    if newest != done:
        for partnership in here:
            await editor.agencies_of(directory, partnership)
    return newest
