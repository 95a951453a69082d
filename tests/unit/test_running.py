"""How a service ends: when it is told to, when a part of it ends, and with which exit code. Shell."""

import asyncio
import json
import os
import signal

import pytest

from shared.failures import Code, Permanent
from shared.log import set_up
from shared.running import Ended, exit_code, told_to_stop, without_end
from shared.settings import SettingsProblem
from shared.terms import Service
from shared.web import PortInUse


def raising(failure: BaseException) -> int:
    raise failure


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_tells_a_service_to_stop(number: signal.Signals) -> None:
    stop = told_to_stop()
    try:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), timeout=5)
    finally:
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(one)


async def test_what_runs_without_end_and_ends_is_a_failure() -> None:
    async def ends() -> None:
        return

    with pytest.raises(Ended):
        await without_end(ends())


async def test_the_end_of_one_part_stops_the_others() -> None:
    async def ends() -> None:
        return

    others: list[asyncio.Task[None]] = []

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            others.append(group.create_task(without_end(_for_ever())))
            group.create_task(without_end(ends()))

    with pytest.raises(BaseExceptionGroup) as raised:
        await run()
    assert [type(one) for one in raised.value.exceptions] == [Ended]
    assert others[0].cancelled()


async def _for_ever() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_command_that_ends_gives_its_own_code(code: int) -> None:
    assert exit_code(lambda: code) == code


def test_every_wrong_setting_is_named_and_nothing_else_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(lambda: raising(SettingsProblem(("CANDOUR_X is missing", "CANDOUR_Y is unknown")))) == 2
    assert capsys.readouterr().err == "CANDOUR_X is missing\nCANDOUR_Y is unknown\n"


def test_a_failure_ends_with_one_and_its_code_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Service.ROUTER)
    assert exit_code(lambda: raising(Permanent(Code.UNKNOWN_KEY))) == 1
    said = capsys.readouterr()
    line = json.loads((said.out or said.err).strip())
    assert line["event"] == "failed"
    assert Code.UNKNOWN_KEY.value in json.dumps(line)


def test_a_port_in_use_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(lambda: raising(BaseExceptionGroup("", [PortInUse(8080), Ended()]))) == 1
    assert "port 8080 is in use\n" in capsys.readouterr().err


def test_a_bug_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_code(lambda: 1 // 0)
