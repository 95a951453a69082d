"""Compares what intake serves with what this repository builds: run it from a machine that intake cannot reach. Shell.

    python -m deploy.compare_scripts https://candour.example

Each file's name and integrity must be those of the manifest built here, and the bytes that come must match them.
"""

import base64
import hashlib
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import msgspec

BUILT = Path(__file__).parents[1] / "services/intake/web/static/built"


class Built(msgspec.Struct, frozen=True):
    """One file of the manifest. integrity: as in HTML, `sha384-` and base64."""

    file: str
    integrity: str


def differences(address: str, built: dict[str, Built]) -> list[str]:
    """What at `address` is not as built. Raises URLError when it does not answer."""
    served = msgspec.json.decode(_get(f"{address}/static/manifest.json"), type=dict[str, Built])
    found = [f"{name}: only on one of the two sides" for name in sorted(set(built) ^ set(served))]
    for name in sorted(set(built) & set(served)):
        if served[name] != built[name]:
            found.append(f"{name}: another version is served")
        elif integrity_of(_get(f"{address}/static/{built[name].file}")) != built[name].integrity:
            found.append(f"{name}: other bytes are served under its name")
    return found


def integrity_of(data: bytes) -> str:
    """The SRI value of `data`."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        data: bytes = response.read()
        return data


def main(arguments: Sequence[str]) -> int:
    """The command: 0 when nothing differs."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    built = msgspec.json.decode((BUILT / "manifest.json").read_bytes(), type=dict[str, Built])
    found = differences(arguments[0].rstrip("/"), built)
    print("\n".join(found) if found else f"All {len(built)} files are as built.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
