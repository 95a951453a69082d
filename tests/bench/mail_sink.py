"""A mail relay in its own process that takes everything and keeps nothing. Prints its port. Shell.

python -m tests.bench.mail_sink
"""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP


class _Taker:
    async def handle_DATA(self, _: SMTP, __: Any, ___: Any) -> str:
        return "250 OK"


async def main() -> None:
    """Serve until killed."""
    taker = _Taker()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taker, hostname="sink.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
