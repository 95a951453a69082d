"""A passkey in software: answers what the console asks as a browser and its authenticator would. Shell."""

import hashlib
import json
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from shared.references import mint_secret

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class SoftPasskey:
    """One credential. verified: whether its person was recognised; origin: where the browser says that it is."""

    def __init__(self, origin: str, *, host: str = "localhost", verified: bool = True) -> None:
        self.origin = origin
        self.host = host
        self.count = 0
        self.id = mint_secret()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._flags = _PRESENT | (_VERIFIED if verified else 0)

    def made(self, options: dict[str, Any]) -> str:
        """What navigator.credentials.create answers."""
        told = self._told("webauthn.create", options)
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        whole = self._data(self._flags | _ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": whole})
        return self._answer({"clientDataJSON": told, "attestationObject": attestation})

    def proved(self, options: dict[str, Any]) -> str:
        """What navigator.credentials.get answers."""
        self.count += 1
        told, data = self._told("webauthn.get", options), self._data(self._flags)
        signature = self._key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": told, "authenticatorData": data, "signature": signature})

    def _told(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, bytes]) -> str:
        own = bytes_to_base64url(self.id)
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": texts})


def challenge_of(options: dict[str, Any]) -> bytes:
    return base64url_to_bytes(options["challenge"])
