"""The description of /api/v1 in OpenAPI 3.1, made from the structs that the addresses read and write. Shell."""

from typing import Any

import msgspec

from services.intake.domain.envelope import Envelope
from services.intake.web.problems import MEDIA_TYPE, ProblemDocument
from shared.forms import FormDefinition
from shared.public_book import PublicPartnership
from shared.questions import RouteAnswer, RouteQuestion, SealedQuestion
from shared.receipts import SignedReceipt
from shared.releases import SignedTicket

_JSON = "application/json"
_BYTES = {"type": "string", "contentEncoding": "base64"}
_STATUSES = {
    400: "The body is not what this address takes; no part of it is quoted.",
    403: "The ticket is not router’s.",
    404: "There is no such thing here.",
    405: "This address is not asked this way.",
    408: "The body did not arrive in time.",
    409: "Other bytes are stored under this submission id, or the ticket was used already.",
    410: "The ticket has expired: ask for the record again.",
    413: "The body is too large.",
    429: "Too many in a short time; `Retry-After` says how long to wait.",
    503: "Not confirmed yet, or no answer yet: the same bytes may be sent again; `Retry-After` says when.",
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Whole seconds to wait before the same bytes are sent again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_WAITS = (429, 503)
_AGENCIES = "Ids of the public book, or `not_listed` with the type beside it; empty where not answered."
_CODES = "A code of the form definition or of the policy's own choices; empty where not answered."
_TIMEFRAME = "The time that the raiser states: `hours` or `working_days` with an amount, or `until` an ISO date."
_NARROWER: dict[str, dict[str, dict[str, Any]]] = {
    "Envelope": {
        "protocol": {"const": "candour/1"},
        "submission": {"pattern": "^[0-9a-f]{32}$"},
        "record": {"description": "AES-256-GCM: nonce, ciphertext of 1, 4, 16, 64 or 256 KiB, tag."},
    },
    "SealedPart": {
        "key": {"pattern": "^[A-Za-z0-9._-]{1,64}$"},
        "sealed": {"description": "HPKE: encapsulation, ciphertext of 1, 4, 16, 64 or 256 KiB, tag."},
    },
    "PublicKey": {
        "expires_at": {"description": "Seal to the key that lasts longest; past this an answer still comes."}
    },
    "RouteQuestion": {
        **{
            name: {"description": _CODES}
            for name in (
                "child_status",
                "subject",
                "route",
                "dissent",
                "area",
                "decision_area",
                "child_area",
                "raiser_is",
            )
        },
        **{
            f"{side}_agency{part}": {"description": _AGENCIES}
            for side in ("raising", "receiving")
            for part in ("", "_type")
        },
        **{f"timeframe_{part}": {"description": _TIMEFRAME} for part in ("unit", "amount", "until")},
        "raiser_role_code": {
            "description": "The typed role where it is a role of the policy, else empty: never the words."
        },
        "conference_hours": {
            "description": "Whole hours since the conference ended, begun ones counted, at most 999; never when it was."
        },
        "decision_maker_named": {"description": "Whether one is named; never who."},
    },
    "FormDefinition": {
        "texts": {"description": "A sentence for each problem of an answer, with {label} and {limit}."},
        "patterns": {"description": "Whole matches, for the kinds that have one."},
    },
    "Field": {
        "class": {"description": "Who may read the answer. `sealed` goes into the record, all others into the facts."},
        "required_from": {"description": "The first stage at which an answer is required; 0 for never."},
        "shown_when": {"description": "All must hold, else the field is not asked and takes no answer."},
        "choices_from": {"description": "Choices of the partnership, before `choices`."},
        "limit": {"description": "Characters of text, or choices at most."},
    },
}


def document() -> dict[str, Any]:
    """The whole description."""
    asked = (Envelope, SealedQuestion, RouteQuestion, SignedTicket)
    answered = (SignedReceipt, RouteAnswer, PublicPartnership, FormDefinition, ProblemDocument)
    _, schemas = msgspec.json.schema_components((*asked, *answered), ref_template="#/components/schemas/{name}")
    for name, fields in _NARROWER.items():
        for field, narrower in fields.items():
            schemas[name]["properties"][field] |= narrower
    schemas["Ciphertext"] = {"type": "string", "format": "binary"}
    schemas["Answer"] = _object({"sealed": _BYTES})
    schemas["Published"] = _object({"partnership": _ref("PublicPartnership"), "form": _ref("FormDefinition")})
    schemas["ReceiptKey"] = _object({"key": {"type": "string"}, "public": _BYTES, "algorithm": {"const": "Ed25519"}})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Candour",
            "version": "1",
            "description": "Send a sealed escalation. Seal as deploy/examples shows; nothing here can open it. "
            "Where it stands is for people to see, at `/e/{reference}`, which is a page and takes no program's call.",
        },
        "paths": _paths(),
        "components": {"schemas": schemas},
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/submissions": {
            "post": _operation(
                "Send a sealed submission. The same id and bytes again give the same receipt.",
                takes="Envelope",
                gives=(201, "SignedReceipt", "Stored, with the message it owes. The receipt names the reference."),
                refuses=(400, 404, 408, 409, 413, 429, 503),
            )
        },
        "/api/v1/questions": {
            "post": _operation(
                "Ask router a sealed question; the answer is sealed to the key inside it.",
                takes="SealedQuestion",
                gives=(200, "Answer", "A sealed answer. Its size and time tell nothing."),
                refuses=(400, 404, 408, 413, 429, 503),
            )
        },
        "/api/v1/records": {
            "post": _operation(
                "Fetch a sealed record with the ticket that router signed for one reader. Each ticket works once.",
                takes="SignedTicket",
                gives=(200, "Ciphertext", "The record as it was posted: nonce, ciphertext, tag."),
                refuses=(400, 403, 404, 408, 409, 410, 413, 429, 503),
                gives_type="application/octet-stream",
            )
        },
        "/api/v1/route": {
            "post": _operation(
                "Who would be told, and by when. Roles and agencies, never people.",
                takes="RouteQuestion",
                gives=(200, "RouteAnswer", "The route as it stands."),
                refuses=(400, 404, 408, 413, 429, 503),
            )
        },
    } | _reading_paths()


def _reading_paths() -> dict[str, Any]:
    return {
        "/api/v1/partnerships/{partnership}": {
            "get": _operation(
                "A partnership's wording, public keys, and form.",
                gives=(200, "Published", "All that is needed to fill in and seal a form."),
                refuses=(404, 503),
            )
            | {"parameters": [{"name": "partnership", "in": "path", "required": True, "schema": {"type": "string"}}]}
        },
        "/api/v1/receipt-key": {
            "get": _operation(
                "The public key that receipts are signed with.", gives=(200, "ReceiptKey", "The key."), refuses=()
            )
        },
    }


def _operation(
    says: str,
    *,
    gives: tuple[int, str, str],
    refuses: tuple[int, ...],
    takes: str | None = None,
    gives_type: str = _JSON,
) -> dict[str, Any]:
    status, schema, meaning = gives
    responses = {str(status): _response(meaning, gives_type, schema)}
    for code in refuses:
        waits = {"headers": _RETRY_AFTER} if code in _WAITS else {}
        responses[str(code)] = _response(_STATUSES[code], MEDIA_TYPE, "ProblemDocument") | waits
    body = {"requestBody": {"required": True, "content": {_JSON: {"schema": _ref(takes)}}}} if takes else {}
    return {"summary": says, "responses": responses} | body


def _response(meaning: str, media_type: str, schema: str) -> dict[str, Any]:
    return {"description": meaning, "content": {media_type: {"schema": _ref(schema)}}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
