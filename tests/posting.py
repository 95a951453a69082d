"""Posts submissions until the server is gone, and prints each body with the receipt that was shown for it. Shell.

python -m tests.posting URL CLIENTS
"""

import asyncio
import json
import sys

import httpx

from tests.intake_world import as_bytes, envelope_json


async def _client(web: httpx.AsyncClient) -> None:
    try:
        while True:
            body = as_bytes(envelope_json())
            answer = await web.post("/api/v1/submissions", content=body)
            if answer.status_code == 201:
                print(json.dumps({"body": body.decode(), "receipt": answer.text}), flush=True)
    except httpx.HTTPError:
        return


async def _all(url: str, clients: int) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=10) as web:
        await asyncio.gather(*(_client(web) for _ in range(clients)))


if __name__ == "__main__":
    asyncio.run(_all(sys.argv[1], int(sys.argv[2])))
