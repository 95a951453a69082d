"""Asks router a sealed question through intake, as the page does: for the demonstration and its tests. Shell."""

import asyncio
import base64
import urllib.request
from typing import Any

import msgspec

from shared import references
from shared.envelope import Binding, OpeningKey, seal
from shared.questions import Answer, Asked, Question, SealedAnswer

_ANSWERS = msgspec.json.Decoder(Answer)


class Asker:
    """One session: a secret and a counter that rises. `book` is what /api/v1/partnerships/<id> answers."""

    def __init__(self, address: str, book: dict[str, Any]) -> None:
        self._address = address
        self._partnership: str = book["partnership"]["id"]
        self._facts_key = max(book["partnership"]["facts_keys"], key=lambda key: str(key["expires_at"]))
        self.secret = references.mint_secret()
        self._counter = 0
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, question: Question) -> Answer:
        """The opened answer. Raises URLError when there is none.

        A question that another overtook would be refused as a replay: the next one waits.
        """
        async with self._one_at_a_time:
            return await self._asked(question)

    async def _asked(self, question: Question) -> Answer:
        self._counter += 1
        key = OpeningKey.generate()
        asked = Asked(question=question, answer_key=key.public, secret=self.secret, counter=self._counter)
        sealed = seal(
            msgspec.json.encode(asked),
            to=base64.b64decode(self._facts_key["key"]),
            binding=self._binding("question", self._facts_key["id"]),
        )
        body = {"partnership": self._partnership, "question": {"key": self._facts_key["id"], "sealed": sealed}}
        answer = await asyncio.to_thread(self._post, msgspec.json.encode(body))
        opened: Answer = _ANSWERS.decode(key.open(answer.sealed, self._binding("answer", "")))
        return opened

    def _binding(self, compartment: str, key: str) -> Binding:
        return Binding(
            partnership=self._partnership,
            key=key,
            form="question",
            form_version=1,
            compartment=compartment,
            submission="",
        )

    def _post(self, body: bytes) -> SealedAnswer:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self._address}/api/v1/questions", data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return msgspec.json.decode(response.read(), type=SealedAnswer)
