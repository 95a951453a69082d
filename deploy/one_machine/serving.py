"""Runs one service of one machine as its own command does, once its store is ready. Shell.

python -m deploy.one_machine.serving services.router [DIRECTORY FILE…]

What makes the store ready runs in children forked from this process: what a service imports is imported once, and the
service itself keeps nothing of what only migrating needs.
"""

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

_SQLITE = "sqlite:///"


def main(arguments: Sequence[str]) -> int:
    """The command. Its exit code is the first that is not 0, or the service's."""
    service, files = arguments[0], [Path(name) for name in arguments[1:]]
    gc.disable()  # what importing makes is never garbage, and the children end soon: a sixth of the time
    command: Callable[[Sequence[str]], int] = import_module(f"{service}.__main__").main
    code = _in_a_child(lambda: command(["migrate"]))
    if code == 0 and files:
        code = _import_once(files, lambda: command(["directory", "import", *map(str, files)]))
    gc.freeze()
    gc.enable()
    return code or command([])


def _import_once(files: Sequence[Path], run: Callable[[], int]) -> int:
    """Import unless these very files are in this very store already: reading them takes longer than the rest."""
    store = next(Path(url.removeprefix(_SQLITE)) for name, url in os.environ.items() if name.endswith("_DATABASE"))
    mark = store.with_suffix(".imported")
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    wanted = f"{store.stat().st_ino} {digest}" if store.exists() else ""
    if wanted and mark.exists() and mark.read_text() == wanted:
        return 0
    code = _in_a_child(run)
    if wanted and code == 0:
        mark.write_text(wanted)
    return code


def _in_a_child(run: Callable[[], int]) -> int:
    """What `run` returns, run in a copy of this process."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
