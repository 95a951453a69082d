"""Passkeys: what a browser is asked for, and whether its answer is right. webauthn is imported late. Shell."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from services.router.console.challenges import Challenges, digest_of_challenge
from services.router.console.settings import ConsoleSettings
from services.router.domain.admin.admins import Admin
from services.router.domain.admin.entering import Answered, Passkey
from shared.references import mint_secret
from shared.terms import Instant

_MOST_CREDENTIAL = 16 * 1024
_TIMEOUT_MILLISECONDS = 120_000
_NAME = "Candour console"


class Purpose(NamedTuple):
    """What a challenge is for. bound: the digest of a session's or link's secret."""

    name: str
    bound: str = ""


class Passkeys:
    """One relying party: the host of the console's own address."""

    def __init__(self, settings: ConsoleSettings, *, key: bytes) -> None:
        self._host = settings.host
        self._origin = settings.origin
        self._challenges = Challenges(key)

    def to_add(self, admin: Admin, have: Sequence[Passkey], *, purpose: Purpose, at: Instant) -> str:
        """The options, as JSON, to make a passkey that none of `have` is."""
        import webauthn
        from webauthn.helpers import base64url_to_bytes, structs

        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=_NAME,
            user_id=bytes.fromhex(admin.id),
            user_name=admin.address,
            user_display_name=admin.name or admin.address,
            challenge=self._challenge(purpose, at),
            timeout=_TIMEOUT_MILLISECONDS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in have],
        )
        return webauthn.options_to_json(options)

    def to_sign_in(self, have: Sequence[Passkey] = (), *, purpose: Purpose, at: Instant) -> str:
        """The options, as JSON, to prove any passkey, or one of `have`."""
        import webauthn
        from webauthn.helpers import base64url_to_bytes, structs

        options = webauthn.generate_authentication_options(
            rp_id=self._host,
            challenge=self._challenge(purpose, at),
            timeout=_TIMEOUT_MILLISECONDS,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in have],
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def added(self, text: str, admin: Admin, *, label: str, purpose: Purpose, at: Instant) -> Answered | None:
        """The passkey that the browser made; None where it is not what was asked for."""
        import webauthn
        from webauthn.helpers import bytes_to_base64url
        from webauthn.helpers.exceptions import WebAuthnException

        read = self._read(text, purpose, at)
        if read is None:
            return None
        credential, challenge, ends_at = read
        try:
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, *_UNREADABLE):
            return None
        passkey = Passkey(
            id=bytes_to_base64url(verified.credential_id),
            admin=admin.id,
            public_key=verified.credential_public_key,
            count=verified.sign_count,
            label=label,
            added_at=at,
        )
        return Answered(passkey=passkey, challenge=digest_of_challenge(challenge), ends_at=ends_at)

    def proved(self, text: str, passkey: Passkey, *, purpose: Purpose, at: Instant) -> Answered | None:
        """`passkey`, counted on, once its answer is right."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        read = self._read(text, purpose, at)
        if read is None:
            return None
        credential, challenge, ends_at = read
        try:
            verified = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.count,
                require_user_verification=True,
            )
        except (WebAuthnException, *_UNREADABLE):
            return None
        used = msgspec.structs.replace(passkey, count=verified.new_sign_count, used_at=at)
        return Answered(passkey=used, challenge=digest_of_challenge(challenge), ends_at=ends_at, known=True)

    def _challenge(self, purpose: Purpose, at: Instant) -> bytes:
        return self._challenges.mint(purpose=purpose.name, bound=purpose.bound, nonce=mint_secret(), at=at)

    def _read(self, text: str, purpose: Purpose, at: Instant) -> tuple[dict[str, Any], bytes, Instant] | None:
        """What the browser answered, and the challenge in it if that is one of ours for this purpose."""
        from webauthn.helpers import base64url_to_bytes

        try:
            credential = json.loads(text[:_MOST_CREDENTIAL])
            said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
            challenge = base64url_to_bytes(said["challenge"])
        except _UNREADABLE:
            return None
        ends_at = self._challenges.ends_at(challenge, purpose=purpose.name, bound=purpose.bound, at=at)
        return None if ends_at is None else (credential, challenge, ends_at)


_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""All that reading somebody's bytes as JSON, base64 and CBOR raises."""


def id_in(text: str) -> str:
    """The id of the passkey that answers; "" where there is none."""
    try:
        found = json.loads(text[:_MOST_CREDENTIAL])["id"]
    except _UNREADABLE:
        return ""
    return found if isinstance(found, str) else ""
