"""Opens an exported envelope with the custodian's key, offline: for a court, or where router's keys are lost. Shell.

    python -m deploy.custodian KEY FILE EXPORT FILE

KEY FILE is the partnership's custodian key, EXPORT FILE what `python -m services.intake export` wrote. It prints the
record as JSON and keeps nothing.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from shared.envelope import Binding, OpeningKey, open_record
from shared.failures import Permanent


class _Custody(msgspec.Struct, frozen=True):
    key: str
    sealed: bytes


class _Exported(msgspec.Struct, frozen=True):
    """What of an envelope is needed; the rest stays shut."""

    submission: str
    partnership: str
    form: str
    form_version: int
    record: bytes
    custody: _Custody


def open_export(key: OpeningKey, exported: bytes) -> bytes:
    """The record of an exported envelope, JSON as the browser sealed it. Raises: Permanent where it does not open."""
    envelope = msgspec.json.decode(exported, type=_Exported)
    bound = Binding(
        partnership=envelope.partnership,
        key=envelope.custody.key,
        form=envelope.form,
        form_version=envelope.form_version,
        compartment="custody",
        submission=envelope.submission,
    )
    record_key = key.open(envelope.custody.sealed, bound)
    whole = msgspec.structs.replace(bound, key="", compartment="record")
    return open_record(envelope.record, key=record_key, binding=whole)


def main(arguments: Sequence[str]) -> int:
    """The command."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    key_file, export_file = (Path(one) for one in arguments)
    try:
        record = open_export(OpeningKey.from_file(key_file), export_file.read_bytes())
    except (OSError, Permanent, msgspec.MsgspecError):
        print("It does not open: another key, another partnership, or a file that was changed.", file=sys.stderr)
        return 1
    print(record.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
