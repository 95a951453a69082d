"""One machine as people meet it: it starts, says what to try, says plainly what is wrong, and stops. Shell."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from deploy.compare_scripts import BUILT, Built, differences
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.places import Ports
from deploy.one_machine.ports import free_ports
from shared.terms import Service

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "deploy.one_machine"]
STARTED = "Ctrl-C stops everything"

pytestmark = pytest.mark.timeout(180)
same_loop = pytest.mark.asyncio(loop_scope="module")


def environ_for(ports: Ports) -> dict[str, str]:
    named = {f"CANDOUR_MACHINE_{name.upper()}": str(port) for name, port in msgspec.structs.asdict(ports).items()}
    return {**os.environ, **named}


class Running:
    """`python -m deploy.one_machine` as a process."""

    def __init__(self, var: Path, ports: Ports) -> None:
        self.var = var
        self.ports = ports
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*COMMAND, "--var", str(var)],
            cwd=ROOT,
            env=environ_for(ports),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, text: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        pytest.fail("it ended: " + "".join(self.lines)[-3000:])

    def ended(self) -> tuple[int, str]:
        assert self.process.stdout is not None
        self.lines += self.process.stdout.readlines()
        return self.process.wait(60), "".join(self.lines)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A start of this test's own: it may be stopped and killed."""
    yield from started(tmp_path / "var")


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A start that several tests look at."""
    yield from started(tmp_path_factory.mktemp("lasting") / "var")


def started(var: Path) -> Iterator[Running]:
    one = Running(var, free_ports())
    try:
        one.until(STARTED)
        yield one
    finally:
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(60)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machine() -> AsyncIterator[OneMachine]:
    async with OneMachine.ephemeral() as one:
        yield one


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]


def test_it_says_where_to_go_and_ctrl_c_ends_every_part_in_order(running: Running) -> None:
    said = "".join(running.lines)
    assert f"http://localhost:{running.ports.intake}" in said
    assert f"http://localhost:{running.ports.inbox}" in said
    assert f"http://localhost:{running.ports.console}/demo/" in said
    parts = children_of(running.process.pid)
    assert len(parts) == 6
    running.process.send_signal(signal.SIGINT)
    code, said = running.ended()
    assert code == 0, said
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said
    assert [pid for pid in parts if is_alive(pid)] == []


def test_a_second_start_in_the_same_folder_says_so(lasting: Running) -> None:
    code, said = Running(lasting.var, free_ports()).ended()
    assert code == 1
    assert "Candour runs already in" in said
    assert "Traceback" not in said


def test_a_port_in_use_is_named_with_what_to_type(tmp_path: Path) -> None:
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports.router)):
        code, said = Running(tmp_path / "var", ports).ended()
    assert code == 1
    assert f"Port {ports.router} (router) is in use" in said
    assert "CANDOUR_MACHINE_ROUTER=" in said
    assert "Traceback" not in said


def test_a_part_that_dies_stops_everything_and_is_named(running: Running) -> None:
    parts = children_of(running.process.pid)
    [notifier] = [pid for pid in parts if "services.notifier" in command_line(pid)]
    os.kill(notifier, signal.SIGKILL)
    code, said = running.ended()
    assert code == 1
    assert "notifier ended by itself with -9" in said
    assert [pid for pid in parts if is_alive(pid)] == []


def test_when_the_starter_is_killed_nothing_is_left_running(running: Running) -> None:
    parts = children_of(running.process.pid)
    running.process.kill()
    running.process.wait(10)
    deadline = time.monotonic() + 30
    while any(is_alive(pid) for pid in parts) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in parts if is_alive(pid)] == []


def test_each_service_gets_its_own_settings_and_no_others(lasting: Running) -> None:
    for pid in children_of(lasting.process.pid):
        named = re.search(r"services\.(\w+)", command_line(pid))
        if named:
            environ = Path(f"/proc/{pid}/environ").read_bytes().decode()
            prefixes = set(re.findall(r"(?:^|\0)CANDOUR_([A-Z]+)_", environ))
            own = "console" if "services.router console" in command_line(pid) else named[1]
            assert prefixes == {own.upper()}


@same_loop
async def test_a_part_that_was_killed_starts_again_on_its_port(machine: OneMachine) -> None:
    before = machine.pid(Service.INTAKE)
    await machine.kill(Service.INTAKE)
    await machine.start_part(Service.INTAKE)
    assert machine.pid(Service.INTAKE) != before
    with urllib.request.urlopen(machine.layout.health_url(Service.INTAKE)) as response:
        assert response.status == 200


@same_loop
async def test_every_key_file_is_its_owners_alone(machine: OneMachine) -> None:
    assert machine.layout.var.stat().st_mode & 0o777 == 0o700
    loose = [path for path in machine.layout.keys.root.rglob("*.key") if path.is_file() and path.stat().st_mode & 0o077]
    assert loose == []


@same_loop
async def test_the_inbox_shows_every_wording_and_moves_the_clock(machine: OneMachine) -> None:
    inbox = machine.layout.inbox_url
    with urllib.request.urlopen(f"{inbox}/preview") as response:
        page = response.read().decode()
    assert page.count("<iframe") >= 8
    request = urllib.request.Request(f"{inbox}/clock/next-working-day", data=b"", method="POST")
    with urllib.request.urlopen(request) as response:
        assert response.status == 200
    assert int(machine.layout.clock_file.read_text()) >= 86_400


@same_loop
async def test_another_site_cannot_move_the_clock(machine: OneMachine) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    before = machine.layout.clock_file.read_text() if machine.layout.clock_file.exists() else ""
    address = f"{machine.layout.inbox_url}/clock/next-working-day"
    request = urllib.request.Request(address, data=b"", headers=headers, method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)
    assert not machine.layout.clock_file.exists() or machine.layout.clock_file.read_text() == before


@same_loop
async def test_the_scripts_that_are_served_are_those_that_were_built(machine: OneMachine) -> None:
    built = msgspec.json.decode((BUILT / "manifest.json").read_bytes(), type=dict[str, Built])
    assert differences(machine.layout.intake_url, built) == []
    other = {**built, "form.js": Built(file=built["form.js"].file, integrity="sha384-x")}
    assert differences(machine.layout.intake_url, other) == ["form.js: another version is served"]


@pytest.mark.node
@same_loop
async def test_the_examples_for_an_agencys_own_system_send(machine: OneMachine, tmp_path: Path) -> None:
    answers = example_answers(machine)
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    given = [machine.layout.intake_url, "west-sussex", str(tmp_path / "answers.json")]
    for command in ([sys.executable, "-m", "deploy.examples.send"], ["node", "deploy/examples/send.mjs"]):
        printed = subprocess.run([*command, *given], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert printed.returncode == 0, printed.stderr
        assert re.fullmatch(r"Received: WS-\w{3}-\w{3}-\w{3} at \S+\n", printed.stdout)


def example_answers(machine: OneMachine) -> Mapping[str, Any]:
    example = tomllib.loads((ROOT / "deploy/one_machine/example.toml").read_text())
    with urllib.request.urlopen(f"{machine.layout.intake_url}/api/v1/partnerships/west-sussex") as response:
        policy = json.load(response)["partnership"]["policy"]
    return {"facts": {**example["facts"], "area": policy["areas"][0]["code"]}, "record": example["record"]}


def test_the_demonstration_prints_the_route_every_email_and_the_written_confirmation() -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "deploy.one_machine.demo"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert printed.returncode == 0, printed.stdout + printed.stderr
    subjects = re.findall(r"^Subject: (.*)$", printed.stdout, re.MULTILINE)
    assert "A decision of yours is challenged" in subjects[4]
    assert "Taylor Willowby" in printed.stdout
    confirmations = [each for each in subjects if each.startswith("Written confirmation of an outcome")]
    assert (len(confirmations), len(set(confirmations))) == (4, 1), "one to each person in it, of one escalation"
    assert confirmations[0].rpartition(": ")[2] not in subjects[1], "of the next stage"
    assert "Not settled: it went on" in printed.stdout
    assert time.monotonic() - began < 60, "30 seconds on a machine that does nothing else"
