"""A council's sign-in on this machine: OpenID Connect with one person, who can be made to lie. Shell."""

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from shared.clock import SystemClock
from shared.references import mint_secret
from shared.web import serve

CLIENT = "candour-console"
SECRET = "a client's secret"


class Provider:
    """Listens on a loopback address of its own. claims: what its tokens say besides; None takes a claim away.

    signs_as: a key other than the published one. algorithm: "none" leaves tokens unsigned.
    """

    def __init__(self, folder: Path) -> None:
        self._port_file = folder / "provider-port"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.signs_as = self._key
        self.algorithm = "ES256"
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.issuer = ""
        self.says_issuer = ""

    async def __aenter__(self) -> Self:
        self._serving = asyncio.ensure_future(serve(self, host="127.0.0.1", port=0, port_file=self._port_file))
        while not self._port_file.exists():
            await asyncio.sleep(0.01)
        self.issuer = f"http://{self._port_file.read_text()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        match scope["path"]:
            case "/.well-known/openid-configuration":
                await self._json(send, self._described())
            case "/authorize":
                await self._approve(send, query)
            case "/token":
                await self._token(send, await _body(receive))
            case "/keys":
                await self._json(send, {"keys": [self._public()]})
            case _:
                await self._json(send, {}, status=404)

    def _described(self) -> dict[str, str]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        own = {name: f"{self.issuer}/{path}" for name, path in ends.items()}
        return {"issuer": self.says_issuer or self.issuer, **own}

    async def _approve(self, send: Any, query: dict[str, str]) -> None:
        """Somebody signed in and agreed."""
        self.asked.append(query)
        code = mint_secret().hex()
        self.codes[code] = query
        to = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", to.encode())]})
        await send({"type": "http.response.body", "body": b""})

    async def _token(self, send: Any, sent: dict[str, str]) -> None:
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        right = (
            asked is not None
            and challenge.decode().rstrip("=") == asked["code_challenge"]
            and asked["code_challenge_method"] == "S256"
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        )
        if not right or asked is None:
            await self._json(send, {"error": "invalid_grant"}, status=400)
            return
        await self._json(send, {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(SystemClock().now().timestamp())
        whole = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-7",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "email": "robin@partnership.example",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in whole.items() if value is not None}
        key = None if self.algorithm == "none" else self.signs_as
        if self.algorithm == "HS256":  # the published key taken for a shared secret
            return jwt.encode(claims, msgspec.json.encode(self._public()), "HS256", headers={"kid": "one"})
        return jwt.encode(claims, key, self.algorithm, headers={"kid": "one"})

    def _public(self) -> dict[str, Any]:
        made: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {**made, "kid": "one", "use": "sig", "alg": "ES256"}

    async def _json(self, send: Any, body: Any, *, status: int = 200) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": msgspec.json.encode(body)})


async def _body(receive: Any) -> dict[str, str]:
    whole, more = b"", True
    while more:
        part = await receive()
        whole, more = whole + part.get("body", b""), part.get("more_body", False)
    return {name: values[0] for name, values in parse_qs(whole.decode()).items()}
