"""Seals one form as the browser does and sends it: an example for an agency's own system. Shell.

    python -m deploy.examples.send http://localhost:8700 west-sussex answers.json

answers.json holds {"facts": {field: answer}, "record": {field: answer}}. A field's class in the form definition says
where it belongs: `sealed` into the record, every other into the facts. Keep the body until a receipt has come: the
same bytes may be sent again and are never taken twice.
"""

import base64
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from shared import envelope, references
from shared.envelope import Binding

Json = dict[str, Any]


def published(address: str, partnership: str) -> Json:
    """The partnership's keys and wording, and the definition of its form."""
    return _call(f"{address}/api/v1/partnerships/{partnership}", None)


def sealed_submission(
    book: Json,
    answers: Mapping[str, Any],
    *,
    submission: str | None = None,
    confirmation: Json | None = None,
    form: Json | None = None,
    beside: Json | None = None,
) -> bytes:
    """The body to send. confirmation: {"secret", "code"} where the raiser's address was confirmed beforehand.

    form: {"id", "version"} of another form than the partnership's own, with which something is added to an escalation;
    beside: what its facts hold then, {"about": reference, "proof": {"secret"}} of the session that is signed in.
    """
    partnership, form = book["partnership"], form or book["form"]
    whole = Binding(
        partnership=partnership["id"],
        key="",
        form=form["id"],
        form_version=form["version"],
        compartment="record",
        submission=submission or references.mint_submission_id(),
    )
    record_key = envelope.fresh_record_key()
    plain_record = msgspec.json.encode({"answers": answers["record"]})
    record = envelope.seal_record(plain_record, key=record_key, binding=whole)
    facts = {"answers": answers["facts"], **_committed(record, record_key), "confirmation": confirmation}
    facts |= beside or {}
    facts_key = max(partnership["facts_keys"], key=lambda key: str(key["expires_at"]))
    body = {
        "protocol": envelope.PROTOCOL,
        "submission": whole.submission,
        "partnership": whole.partnership,
        "form": whole.form,
        "form_version": whole.form_version,
        "facts": _sealed(msgspec.json.encode(facts), facts_key, replace(whole, compartment="facts")),
        "record": record,
        "custody": _sealed(record_key, partnership["custody_key"], replace(whole, compartment="custody")),
    }
    return msgspec.json.encode(body)


def _committed(record: bytes, key: bytes) -> Json:
    """The record key, and the digests that hold it and the record together: AES-GCM does not commit to its key."""
    return {
        "record_key": key,
        "record_digest": envelope.digest_of(record),
        "record_key_digest": envelope.digest_of(key),
    }


def _sealed(plaintext: bytes, key: Json, binding: Binding) -> Json:
    bound = replace(binding, key=key["id"])
    return {"key": key["id"], "sealed": envelope.seal(plaintext, to=base64.b64decode(key["key"]), binding=bound)}


def send(address: str, body: bytes) -> Json:
    """The signed receipt. Raises URLError: then it is not confirmed yet, and the same bytes are sent again."""
    return _call(f"{address}/api/v1/submissions", body)


def _call(url: str, body: bytes | None) -> Json:
    headers = {"content-type": "application/json"} if body is not None else {}
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=30) as response:
        answer: Json = msgspec.json.decode(response.read())
        return answer


def main(arguments: Sequence[str]) -> int:
    """The command."""
    if len(arguments) != 3:
        print(__doc__)
        return 2
    address, partnership, answers = arguments
    body = sealed_submission(published(address, partnership), msgspec.json.decode(Path(answers).read_bytes()))
    receipt = send(address, body)["receipt"]
    print(f"Received: {receipt['reference']} at {receipt['accepted_at']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
