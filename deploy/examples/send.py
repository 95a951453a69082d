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

from shared import envelope, references
from shared.envelope import Binding

Json = dict[str, Any]


def published(address: str, partnership: str) -> Json:
    """The partnership's keys and wording, and the definition of its form."""
    return _call(f"{address}/api/v1/partnerships/{partnership}", None)


def sealed_submission(
    book: Json, answers: Mapping[str, Any], *, submission: str | None = None, confirmation: Json | None = None
) -> bytes:
    """The body to send. confirmation: {"secret", "code"} where the raiser's address was confirmed beforehand."""
    partnership, form = book["partnership"], book["form"]
    facts_key = max(partnership["facts_keys"], key=lambda key: str(key["expires_at"]))
    custody_key = partnership["custody_key"]
    submission = submission or references.mint_submission_id()

    def bound(compartment: str, key: str) -> Binding:
        return Binding(
            partnership=partnership["id"],
            key=key,
            form=form["id"],
            form_version=form["version"],
            compartment=compartment,
            submission=submission,
        )

    record_key = envelope.fresh_record_key()
    plain_record = msgspec.json.encode({"answers": answers["record"]})
    record = envelope.seal_record(plain_record, key=record_key, binding=bound("record", ""))
    facts = {
        "answers": answers["facts"],
        "record_key": record_key,
        "record_digest": envelope.digest_of(record),
        "record_key_digest": envelope.digest_of(record_key),
        "confirmation": confirmation,
        "session": None,
    }

    def sealed(plaintext: bytes, compartment: str, key: Json) -> Json:
        binding = bound(compartment, key["id"])
        return {
            "key": key["id"],
            "sealed": envelope.seal(plaintext, to=base64.b64decode(key["key"]), binding=binding),
        }

    body = {
        "protocol": envelope.PROTOCOL,
        "submission": submission,
        "partnership": partnership["id"],
        "form": form["id"],
        "form_version": form["version"],
        "facts": sealed(msgspec.json.encode(facts), "facts", facts_key),
        "record": record,
        "custody": sealed(record_key, "custody", custody_key),
    }
    return msgspec.json.encode(body)


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
