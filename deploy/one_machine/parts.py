"""A part: one child process with its own environment, its output prefixed line by line. Shell."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

_STOP_SECONDS = 10.0
_LINE_LIMIT = 1 << 20
_PR_SET_PDEATHSIG = 1
ROOT = Path(__file__).parents[2]
_KEPT_FROM_OUTSIDE = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")

Echo = Callable[[str], None]


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a part is started. environ: the settings it gets; beyond them only PATH and the like.

    shown: only lines with one of these are passed on; the log file gets them all.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = {}
    log: Path | None = None
    shown: tuple[bytes, ...] = ()


class PartFailed(Exception):
    """A part did not start, or ended by itself."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name} {what}")
        self.name = name


class Part:
    """A running child. Its output goes to `echo`, prefixed by its name, and to its log file."""

    def __init__(self, recipe: Recipe, *, echo: Echo) -> None:
        self.recipe = recipe
        self._echo = echo
        self._process: asyncio.subprocess.Process | None = None
        self._lines: asyncio.Task[None] | None = None
        self.wanted = False
        """Whether it should be running: when it ends all the same, everything stops."""

    @property
    def pid(self) -> int:
        """The process id. Raises PartFailed when it is not running."""
        if self._process is None:
            raise PartFailed(self.recipe.name, "is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; readiness is asked elsewhere."""
        self._process = await _spawn(self.recipe)
        self._lines = asyncio.ensure_future(self._pass_on(self._process))
        self.wanted = True

    async def ended(self) -> int:
        """Wait until it ends; its exit code, negative for a signal."""
        if self._process is None:
            return 0
        code = await self._process.wait()
        if self._lines is not None:
            await self._lines
        return code

    async def stop(self) -> None:
        """Ask it to end, and make it after ten seconds."""
        self.wanted = False
        if self.running:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), _STOP_SECONDS)
        await self.kill()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.wanted = False
        if self.running:
            self._signal(signal.SIGKILL)
        await self.ended()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def _pass_on(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self.recipe.log.open("ab", buffering=0)) if self.recipe.log else None
            while line := await _line(process.stdout):
                if log is not None:
                    log.write(line)
                if not self.recipe.shown or any(mark in line for mark in self.recipe.shown):
                    self._echo(f"{self.recipe.name:<8} {line.decode(errors='replace').rstrip()}")


async def run_once(recipe: Recipe, *, echo: Echo) -> str:
    """What a command prints. Raises PartFailed when it does not end well, after passing on what it printed."""
    process = await _spawn(recipe)
    try:
        printed, _ = await process.communicate()
    finally:
        if process.returncode is None:  # the wait was cancelled
            process.kill()
    if process.returncode:
        for line in printed.decode(errors="replace").splitlines():
            echo(f"{recipe.name:<8} {line}")
        raise PartFailed(recipe.name, f"{' '.join(recipe.command[3:5])} ended with {process.returncode}")
    return printed.decode()


async def _spawn(recipe: Recipe) -> asyncio.subprocess.Process:
    outside = {name: os.environ[name] for name in _KEPT_FROM_OUTSIDE if name in os.environ}
    return await asyncio.create_subprocess_exec(
        *recipe.command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env={**outside, "PYTHONUNBUFFERED": "1", **recipe.environ},
        limit=_LINE_LIMIT,
        start_new_session=True,  # Ctrl-C reaches the one that starts it, who stops the parts in order
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # longer than the limit: what was read is dropped, the part goes on
        return b"(a line too long to show)\n"


def _end_with_parent() -> None:
    """Nothing is left running when the starter itself is killed. Source: prctl(2)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
