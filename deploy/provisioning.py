"""The operator's commands: keys, the broker's configuration, its streams, and reading them back. Shell.

python -m deploy.provisioning keys /etc/candour --partnership west-sussex --users
python -m deploy.provisioning broker-conf /etc/candour --store /var/lib/candour/broker > /etc/candour/nats.conf
python -m deploy.provisioning streams /etc/candour --url tls://nats.internal.example:4222
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.nats.server import BrokerProblem, ServerSettings, TlsFiles, server_conf
from deploy.nats.streams import provision_streams, read_back
from deploy.provision import (
    ADMIN,
    Places,
    admin_public_key,
    console_public_key,
    give_to_users,
    nats_public_keys,
    provision,
)
from shared.clock import SystemClock
from shared.settings import read_secret


def _keys(given: argparse.Namespace) -> None:
    places = provision(given.folder, partnerships=given.partnership, now=SystemClock().now())
    if given.users:
        give_to_users(places)
    print(f"Keys and credentials are in {places.root}.")
    print(f"Take {places.custodian} off this machine: two sealed copies, kept apart.")


def _broker_conf(given: argparse.Namespace) -> None:
    places = Places(root=given.folder)
    tls = TlsFiles(certificate=given.certificate, key=given.key) if given.certificate else None
    settings = ServerSettings(
        users=nats_public_keys(places),
        provision=admin_public_key(places),
        console=console_public_key(places),
        store_dir=given.store,
        host=given.host,
        port=given.port,
        monitor_port=given.monitor_port,
        tls=tls,
    )
    print(server_conf(settings), end="")


def _streams(given: argparse.Namespace) -> None:
    seed = read_secret(Places(root=given.folder).nats_seed(ADMIN))

    async def make_and_read_back() -> None:
        await provision_streams(given.url, seed=seed, ca_file=given.ca_file, replicas=given.replicas)
        await read_back(
            given.url, seed=seed, monitor_url=given.monitor_url, ca_file=given.ca_file, replicas=given.replicas
        )

    asyncio.run(make_and_read_back())
    print("The streams are as they must be, and every write is synced.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.provisioning")
    commands = parser.add_subparsers(required=True)
    keys = commands.add_parser("keys", help="make the keys and credentials that are missing")
    keys.add_argument("folder", type=Path)
    keys.add_argument("--partnership", action="append", default=[], metavar="ID")
    keys.add_argument("--users", action="store_true", help="give each folder to the user candour-<service>; as root")
    keys.set_defaults(run=_keys)
    conf = commands.add_parser("broker-conf", help="print the nats-server's configuration")
    conf.add_argument("folder", type=Path)
    conf.add_argument("--store", type=Path, required=True)
    conf.add_argument("--host", default="127.0.0.1")
    conf.add_argument("--port", type=int, default=4222)
    conf.add_argument("--monitor-port", type=int, default=8222)
    conf.add_argument("--certificate", type=Path)
    conf.add_argument("--key", type=Path)
    conf.set_defaults(run=_broker_conf)
    streams = commands.add_parser("streams", help="make the streams and read them back")
    streams.add_argument("folder", type=Path)
    streams.add_argument("--url", required=True)
    streams.add_argument("--monitor-url", default="http://127.0.0.1:8222")
    streams.add_argument("--ca-file", type=Path)
    streams.add_argument("--replicas", type=int, default=1)
    streams.set_defaults(run=_streams)
    return parser


def main(arguments: Sequence[str]) -> int:
    """The command."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except (BrokerProblem, LookupError) as problem:
        print(f"Not done: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
