"""Runs a command of one service with the settings that `make run` gives it: `router explain REF`. Shell."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.one_machine.__main__ import PREFIX
from deploy.one_machine.places import Layout, Ports, console_environ, environ_of
from shared.settings import load
from shared.terms import Service


def main(arguments: Sequence[str]) -> int:
    """The command. It takes the place of this process."""
    parser = argparse.ArgumentParser(prog="python -m deploy.one_machine.command", description=__doc__)
    parser.add_argument("service", type=Service, choices=list(Service))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    layout = Layout(var=Path("var").resolve(), ports=load(Ports, prefix=PREFIX))
    database = layout.database(Service.ROUTER)
    console = (
        console_environ(layout, database=database) if given.service is Service.ROUTER else {}
    )  # for `router admin …`
    environ = {**os.environ, **environ_of(given.service, layout, {}), **console}
    os.execve(sys.executable, [sys.executable, "-m", f"services.{given.service}", *given.arguments], environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
