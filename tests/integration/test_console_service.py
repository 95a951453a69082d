"""The console as a process: refused at start where it must be, and nothing imported that is not used. Shell."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from console_world import ConsoleWorld

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.ports import free_ports
from shared.subjects import CONSOLE
from shared.terms import Service

ROOT = Path(__file__).parents[2]
LATE = ("webauthn", "httpx", "jwt", "openpyxl", "alembic")


def imported_by(module: str) -> set[str]:
    """The top-level packages that importing `module` takes in."""
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_console_takes_in_no_library_before_it_is_used() -> None:
    assert imported_by("services.router.console_app") & set(LATE) == set()


def test_router_takes_in_nothing_of_the_consoles() -> None:
    taken = imported_by("services.router.__main__")
    assert taken & {"litestar", "jinja2", *LATE} == set()


async def started(folder: Path, *, real: bool, **changes: str) -> tuple[int, str]:
    """The exit code and what is said by a console that ends at its start."""
    async with ConsoleWorld(folder, real=real) as world:
        url, key = world.url, world.settings.notifier_key_file
    port = free_ports().console
    settings = {
        "DATABASE": url,
        "NATS_URL": "nats://127.0.0.1:1",
        "NOTIFIER_KEY_FILE": str(key),
        "HTTP_PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "ESCALATIONS_URL": "http://localhost:1",
        "ONE_MACHINE": "yes",
        **changes,
    }
    environ = {f"CANDOUR_CONSOLE_{name}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.router", "console"),
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_the_demonstrations_link_over_real_contacts_stops_it_at_start(tmp_path: Path) -> None:
    code, said = await started(tmp_path, real=True, DEMO_LINK_FILE=str(tmp_path / "link"))
    assert (code, "only with demonstration contacts" in said) == (2, True)
    assert not (tmp_path / "link").exists()


async def test_the_demonstrations_link_off_loopback_stops_it_at_start(tmp_path: Path) -> None:
    code, said = await started(tmp_path, real=False, DEMO_LINK_FILE=str(tmp_path / "link"), HTTP_HOST="0.0.0.0")
    assert (code, "DEMO_LINK_FILE" in said) == (2, True)


async def test_made_up_contacts_stop_a_console_that_is_not_on_one_machine(tmp_path: Path) -> None:
    changes = {"ONE_MACHINE": "no", "PUBLIC_URL": "https://console.example"}
    code, said = await started(tmp_path, real=False, **changes)
    assert (code, "demonstration contacts" in said) == (2, True)


@pytest.mark.timeout(180)
async def test_on_one_machine_it_has_routers_store_and_no_key_and_its_link_is_its_owners() -> None:
    async with OneMachine.ephemeral() as machine:
        environ = Path(f"/proc/{machine.pid(CONSOLE)}/environ").read_bytes().decode().split("\0")
        named = dict(one.partition("=")[::2] for one in environ if one.startswith("CANDOUR_"))
        assert all(name.startswith("CANDOUR_CONSOLE_") for name in named)
        keys = str(machine.layout.keys.of(Service.ROUTER))
        assert [name for name, value in named.items() if keys in value] == []
        link = machine.layout.demo_link
        assert stat.S_IMODE(link.stat().st_mode) == 0o600
        assert link.read_text().startswith(f"{machine.layout.console_url}/demo/")
        logs = b"".join(path.read_bytes() for path in machine.layout.logs.iterdir())
        assert link.read_text().rsplit("/", 1)[1].strip().encode() not in logs
        await machine.stop_part(Service.ROUTER)
        assert machine.pid(CONSOLE)
