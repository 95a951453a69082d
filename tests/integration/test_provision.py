"""Keys and credentials: made once, readable by their owner alone, and right for each other. Shell."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.provision import FACTS_KEY_DAYS, Places, provision
from shared.envelope import Binding, OpeningKey, PublicHalf, StorageKey, seal
from shared.receipts import Signer, Verifier, read_public
from shared.terms import Service

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PARTNERSHIPS = ["west-sussex", "east-sussex"]


def made(folder: Path, *, now: datetime = NOW) -> Places:
    return provision(folder, partnerships=PARTNERSHIPS, now=now)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    first = contents(tmp_path)
    made(tmp_path)
    assert contents(tmp_path) == first


def test_only_the_owner_reads_what_is_secret(tmp_path: Path) -> None:
    places = made(tmp_path)
    for owner in (*Service, "console", "provision", "custodian"):
        assert places.of(owner).stat().st_mode & 0o077 == 0
        for path in places.of(owner).rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_no_secret_stands_among_what_is_public(tmp_path: Path) -> None:
    places = made(tmp_path)
    public = b"".join(contents(places.public).values())
    for path in tmp_path.rglob("*"):
        if path.is_file() and places.public not in path.parents:
            assert path.read_bytes().strip() not in public
    assert b"secret" not in public
    assert b"seed" not in public


def test_each_service_is_verified_by_the_key_that_it_signs_with(tmp_path: Path) -> None:
    places = made(tmp_path)
    verifier = Verifier.from_dir(places.public)
    for service in Service:
        signer = Signer.from_file(places.signing_key(service))
        verifier.verify(service, signer.key_id, b"x", signer.sign(b"x"))
    receipts = Signer.from_file(places.receipt_key)
    assert read_public(places.public / "receipts.pub") == {receipts.key_id: receipts.public}


def test_the_console_is_given_its_identity_on_the_broker_and_no_key(tmp_path: Path) -> None:
    assert set(contents(made(tmp_path).of("console"))) == {"nats.seed"}


def test_what_is_sealed_to_a_public_half_opens_with_its_private_one(tmp_path: Path) -> None:
    places = made(tmp_path)
    pairs = [(places.notifier_public, places.opening_key)]
    pairs += [(places.custody / f"{name}.pub", places.custodian / f"{name}.key") for name in PARTNERSHIPS]
    for public, private in pairs:
        half, key = PublicHalf.from_file(public), OpeningKey.from_file(private)
        binding = Binding(partnership="p", key=half.id, form="f", form_version=1, compartment="custody", submission="s")
        assert half.id == key.id
        assert key.open(seal(b"x", to=half.key, binding=binding), binding) == b"x"
    StorageKey.from_file(places.storage_key)


def test_a_custodian_key_taken_offline_is_not_made_again(tmp_path: Path) -> None:
    places = made(tmp_path)
    for path in places.custodian.iterdir():
        path.unlink()
    made(tmp_path)
    assert list(places.custodian.iterdir()) == []


def test_a_facts_key_that_ends_soon_gets_a_successor_and_stays(tmp_path: Path) -> None:
    places = made(tmp_path)
    first = set(places.facts_keys.iterdir())
    assert len(first) == 1
    made(tmp_path, now=NOW + timedelta(days=FACTS_KEY_DAYS - 8))
    assert set(places.facts_keys.iterdir()) == first
    made(tmp_path, now=NOW + timedelta(days=FACTS_KEY_DAYS - 6))
    assert len(set(places.facts_keys.iterdir())) == 2
    assert first < set(places.facts_keys.iterdir())


def test_the_operators_command_prints_a_configuration_with_every_public_nkey(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.provisioning"]
    subprocess.run([*command, "keys", str(tmp_path), "--partnership", "west-sussex"], check=True, capture_output=True)
    asked = [*command, "broker-conf", str(tmp_path), "--store", "/var/lib/candour/broker"]
    printed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    for owner in (*Service, "console", "provision"):
        assert Places(root=tmp_path).nats_public(owner).read_text().strip() in printed
        assert Places(root=tmp_path).nats_seed(owner).read_text() not in printed
