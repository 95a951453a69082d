"""The council's own sign-in by OpenID Connect: code, PKCE, nonce, state. Libraries are imported late. Shell."""

import base64
import hashlib
import hmac
from typing import Any, NamedTuple
from urllib.parse import urlencode

from services.router.console.settings import ConsoleSettings
from shared.private import Private
from shared.settings import read_secret

CALLBACK = "/council"
_SECONDS = 10.0
_ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
_FRESH_SECONDS = 300
_LEEWAY_SECONDS = 60
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotKnown(Exception):
    """The council's sign-in said nothing that can be believed. Holds no text of theirs."""


class Known(Private, frozen=True, kw_only=True):
    """Who signed in there. subject: `issuer subject`. address: only where the provider vouches for it, else empty.

    fresh: the provider asked them just now; else they were signed in there already.
    """

    subject: str
    address: str
    fresh: bool


class Trip(NamedTuple):
    """One visit to the provider: everything follows from a secret that only this browser's cookie holds."""

    secret: str

    @property
    def state(self) -> str:
        return self._of("state")

    @property
    def nonce(self) -> str:
        return self._of("nonce")

    @property
    def verifier(self) -> str:
        return self._of("verifier")

    @property
    def challenge(self) -> str:
        """Source: RFC 7636, S256."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _of(self, what: str) -> str:
        return _text(hmac.digest(self.secret.encode(), what.encode(), "sha256"))


class Council:
    """One provider, found by its issuer."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._issuer = (settings.council_issuer or "").rstrip("/")
        self._client = settings.council_client_id or ""
        self._secret = read_secret(settings.council_secret_file) if settings.council_secret_file is not None else None
        self._redirect = f"{settings.origin}{CALLBACK}"
        self._trusts_email = settings.council_trusts_email
        self._found: dict[str, Any] = {}

    async def address(self, trip: Trip, *, again: bool) -> str:
        """Where the browser goes. again: whoever is signed in there proves it anew. Raises: NotKnown."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._redirect,
            "scope": "openid email",
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": trip.challenge,
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}
        endpoint = (await self._discovered())["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def known(self, trip: Trip, *, state: str, code: str, again: bool) -> Known:
        """Who came back from `trip` with this state and code. Raises: NotKnown."""
        if not hmac.compare_digest(state.encode(), trip.state.encode()) or not code:
            raise NotKnown
        found = await self._discovered()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._client,
            "code_verifier": trip.verifier,
        }
        if self._secret is not None:
            sent["client_secret"] = self._secret.reveal().decode()
        answer = await _json("POST", found["token_endpoint"], data=sent)
        keys = await _json("GET", found["jwks_uri"])
        claims = self._claims(str(answer.get("id_token", "")), keys)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), trip.nonce.encode()):
            raise NotKnown
        known = self._known(claims)
        if again and not known.fresh:
            raise NotKnown
        return known

    def _claims(self, token: str, keys: dict[str, Any]) -> dict[str, Any]:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            held = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
            named = [key for key in held if key.key_id == header.get("kid")]
            key = (named or held if "kid" not in header else named)[0]
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._client,
                issuer=self._found["issuer"],
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, LookupError, TypeError, AttributeError):
            raise NotKnown from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client:  # Source: OpenID Connect Core 3.1.3.7
            raise NotKnown
        return claims

    def _known(self, claims: dict[str, Any]) -> Known:
        address, verified = claims.get("email"), claims.get("email_verified")
        believed = verified is True or (verified is None and self._trusts_email)
        return Known(
            subject=f"{claims['iss']} {claims['sub']}",
            address=address.strip().casefold() if believed and isinstance(address, str) else "",
            fresh=_is_fresh(claims),
        )

    async def _discovered(self) -> dict[str, Any]:
        """What the provider says of itself, asked once. Source: OpenID Connect Discovery 4."""
        if not self._found:
            found = await _json("GET", f"{self._issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                raise NotKnown
            secure = self._issuer.startswith("https://")
            if any(secure and not str(found.get(name, "")).startswith("https://") for name in _NEEDED):
                raise NotKnown
            if any(not isinstance(found.get(name), str) for name in _NEEDED):
                raise NotKnown
            self._found = found
        return self._found


def _is_fresh(claims: dict[str, Any]) -> bool:
    """Whether the sign-in there is as new as the token."""
    signed_in, made = claims.get("auth_time"), claims["iat"]
    return isinstance(signed_in, int) and made - signed_in <= _FRESH_SECONDS


async def _json(method: str, url: str, **given: Any) -> dict[str, Any]:
    """The provider's answer. Its errors are dropped: they may quote. Raises: NotKnown."""
    import httpx

    try:
        async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = await client.request(method, url, headers={"accept": "application/json"}, **given)
        body = answer.json() if answer.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise NotKnown from None
    if not isinstance(body, dict):
        raise NotKnown
    return body


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
