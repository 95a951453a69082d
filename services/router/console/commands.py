"""`python -m services.router admin …`: who may sign in to the console. Shell."""

import argparse
import re
from collections.abc import Sequence

import msgspec

from services.router.console.console import Console
from services.router.console.demonstration import demo_link
from services.router.console.entering import COMMAND, new_link, told
from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.entering import LINK_HOURS, Entry
from shared.references import mint_secret
from shared.terms import PartnershipId

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_USAGE_ENDS = "python -m services.router admin"


class Refused(Exception):
    """In a sentence for the person at the terminal. Names no address."""


async def run_command(console: Console, arguments: Sequence[str]) -> tuple[str, ...]:
    """What the command says. Raises: Refused, SettingsProblem."""
    given = _parser().parse_args(arguments)
    match given.command:
        case "invite":
            return await _invite(console, given)
        case "list":
            return await _list(console)
        case "reset":
            return await _reset(console, given.address)
        case "remove":
            return await _remove(console, given)
        case _:
            return (await demo_link(console),)


async def _invite(console: Console, given: argparse.Namespace) -> tuple[str, ...]:
    address, partnership = given.address.strip().casefold(), PartnershipId(given.partnership)
    if not _ADDRESS.fullmatch(address):
        raise Refused("That is not an address.")
    if partnership not in (await console.directories.now()).partnerships:
        raise Refused("There is no partnership of this id in the directory.")
    at, found = console.clock.now(), await console.admins.at_address(address)
    before = found or Admin(id=AdminId(mint_secret().hex()[:32]), address=address, name="", roles={})
    admin = msgspec.structs.replace(
        before, name=given.name or before.name, roles={**before.roles, partnership: Role(given.role)}
    )
    audited = told("admin-invited", admin, by=COMMAND, at=at, after=given.role)
    if await console.admins.passkeys(admin.id) or admin.council:
        await console.admins.commit(Entry(admin=admin, audited=audited))
        return (f"They are {given.role} of {partnership} now, and sign in as before.",)
    new = new_link(admin.id, at=at)
    await console.admins.commit(Entry(admin=admin, link=new.link, audited=audited))
    return _said(console, new.secret)


async def _list(console: Console) -> tuple[str, ...]:
    lines = []
    for admin in await console.admins.everybody():
        roles = ", ".join(f"{role} of {partnership}" for partnership, role in sorted(admin.roles.items()))
        passkeys = len(await console.admins.passkeys(admin.id))
        ways = f"{passkeys} passkey{'' if passkeys == 1 else 's'}{', council sign-in' if admin.council else ''}"
        lines.append(f"{admin.address}  {roles}  {ways}")
    return tuple(lines) or ("Nobody may sign in yet.",)


async def _reset(console: Console, address: str) -> tuple[str, ...]:
    admin, at = await _known(console, address), console.clock.now()
    new, forgotten = new_link(admin.id, at=at), msgspec.structs.replace(admin, council="", reset_by="", reset_at=None)
    audited = told("admin-reset", admin, by=COMMAND, at=at)
    await console.admins.commit(Entry(ends=admin.id, admin=forgotten, link=new.link, audited=audited))
    return ("Their passkeys and sessions are ended.", *_said(console, new.secret))


async def _remove(console: Console, given: argparse.Namespace) -> tuple[str, ...]:
    admin, at = await _known(console, given.address), console.clock.now()
    left = {one: role for one, role in admin.roles.items() if given.partnership and one != given.partnership}
    audited = told("admin-removed", admin, by=COMMAND, at=at, after=given.partnership or "")
    if left:
        await console.admins.commit(Entry(admin=msgspec.structs.replace(admin, roles=left), audited=audited))
        return (f"They have nothing more to do with {given.partnership}.",)
    await console.admins.commit(Entry(ends=admin.id, removes=admin.id, audited=audited))
    return ("They can no longer sign in, and were signed out everywhere.",)


async def _known(console: Console, address: str) -> Admin:
    admin = await console.admins.at_address(address)
    if admin is None:
        raise Refused("Nobody of this address may sign in.")
    return admin


def _said(console: Console, secret: str) -> tuple[str, ...]:
    return (
        f"{console.settings.origin}/join/{secret}",
        f"Hand this link to them alone. It can be used once, within {LINK_HOURS} hours.",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_USAGE_ENDS)
    commands = parser.add_subparsers(dest="command", required=True)
    invite = commands.add_parser("invite", help="let somebody in, and print the link for their first passkey")
    invite.add_argument("address")
    invite.add_argument("--partnership", required=True, metavar="ID")
    invite.add_argument("--role", required=True, choices=[role.value for role in Role])
    invite.add_argument("--name", default="")
    commands.add_parser("list", help="who may sign in, and how")
    reset = commands.add_parser("reset", help="end somebody's passkeys and sessions, and print a new link")
    reset.add_argument("address")
    remove = commands.add_parser("remove", help="take somebody out, of one partnership or of all")
    remove.add_argument("address")
    remove.add_argument("--partnership", metavar="ID")
    commands.add_parser("demo-link", help="another link for the demonstration on this machine")
    return parser
