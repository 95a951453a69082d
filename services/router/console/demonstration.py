"""The one link that signs in without a passkey: one machine, loopback, made-up contacts, or not at all. Shell."""

import os
from pathlib import Path

from services.router.console.access import is_all_made_up
from services.router.console.console import Console
from services.router.console.entering import COMMAND, new_link, told
from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.entering import Entry
from shared.settings import SettingsProblem

ADDRESS = "demonstration@admin.example"
_ID = AdminId("d" * 32)


async def refuse_made_up(console: Console) -> None:
    """Made-up contacts are for one machine alone. Raises: SettingsProblem."""
    directory = await console.directories.now()
    if not console.settings.one_machine and any(one.demonstration for one in directory.partnerships.values()):
        raise SettingsProblem(("demonstration contacts in the directory: import the real ones",))


async def demo_link(console: Console) -> str:
    """A fresh one-time link to be somebody who manages every made-up partnership. Raises: SettingsProblem."""
    directory, at = await console.directories.now(), console.clock.now()
    if console.settings.demo_link_file is None or not is_all_made_up(directory):
        raise SettingsProblem(("the demonstration's link: only with demonstration contacts, and no others",))
    roles = {one: Role.MANAGER for one in directory.partnerships}
    admin = Admin(id=_ID, address=ADDRESS, name="Demonstration admin", roles=roles, demonstration=True)
    new = new_link(_ID, at=at, demonstration=True)
    await console.admins.commit(Entry(admin=admin, link=new.link, audited=told("demo-link", admin, by=COMMAND, at=at)))
    return f"{console.settings.origin}/demo/{new.secret}"


def write_link(path: Path, link: str) -> None:
    """The link, for its owner alone to read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(link + "\n")
