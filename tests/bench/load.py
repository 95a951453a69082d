"""A load generator in a process of its own: keep-alive clients over raw sockets, each one request at a time. Shell.

    python -m tests.bench.load HOST PORT PATH CLIENTS SECONDS BODY_FILE

BODY_FILE holds one JSON body; the 32 digits after "submission" are new in every request. Without it (-) it is a GET.
"""

import asyncio
import json
import secrets
import sys
import time
from pathlib import Path

import uvloop

_MARK = b'"submission": "'


async def _client(host: str, port: int, path: str, *, parts: tuple[bytes, bytes] | None, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    head = f"{'GET' if parts is None else 'POST'} {path} HTTP/1.1\r\nHost: bench\r\n".encode()
    took: list[float] = []
    while (start := time.perf_counter()) < until:
        if parts is None:
            writer.write(head + b"\r\n")
        else:
            body = parts[0] + secrets.token_hex(16).encode() + parts[1]
            writer.write(head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if answer[9:10] != b"2":
            raise SystemExit(answer.decode())
        at = answer.lower().index(b"content-length:") + 15
        await reader.readexactly(int(answer[at : answer.index(b"\r\n", at)]))
        took.append(time.perf_counter() - start)
    writer.close()
    return took


async def _all(
    host: str, port: int, path: str, *, clients: int, seconds: float, body: bytes | None
) -> dict[str, float]:
    parts = None
    if body is not None:
        at = body.index(_MARK) + len(_MARK)
        parts = (body[:at], body[at + 32 :])
    start = time.perf_counter()
    took = await asyncio.gather(
        *(_client(host, port, path, parts=parts, until=start + seconds) for _ in range(clients))
    )
    passed = time.perf_counter() - start
    every = sorted(one for client in took for one in client)
    return {
        "requests": len(every),
        "a_second": len(every) / passed,
        "p50_ms": every[len(every) // 2] * 1000,
        "p99_ms": every[int(len(every) * 0.99)] * 1000,
    }


def main() -> None:
    host, port, path, clients, seconds, file = sys.argv[1:]
    body = None if file == "-" else Path(file).read_bytes()
    found = uvloop.run(_all(host, int(port), path, clients=int(clients), seconds=float(seconds), body=body))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
