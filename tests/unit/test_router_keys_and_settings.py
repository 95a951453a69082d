"""Router's key files and settings. Shell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.router.adapters.keys import NEVER, CustodyKeyFiles, FactsKeyFiles
from services.router.settings import PREFIX, RouterSettings
from shared.clock import FixedClock
from shared.envelope import Binding, OpeningKey, seal
from shared.failures import Code, Permanent
from shared.messages import Sealed
from shared.settings import SettingsProblem, load
from shared.terms import KeyId, PartnershipId

AT = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
BINDING = Binding(partnership="p", key="k", form="f", form_version=1, compartment="facts", submission="s")
GIVEN = {
    "DATABASE": "sqlite:////tmp/r.db",
    "NATS_URL": "nats://127.0.0.1:1",
    "SIGNING_KEY_FILE": "/k/signing.key",
    "VERIFY_KEYS": "/k/public",
    "FACTS_KEYS": "/k/facts",
    "STORAGE_KEY_FILE": "/k/storage.key",
    "NOTIFIER_KEY_FILE": "/k/notifier.pub",
    "CUSTODY_KEYS": "/k/custody",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_PORT": "0",
    "PUBLIC_URL": "https://escalate.example",
}


def key(folder: Path, name: str, *, days: int) -> OpeningKey:
    made = OpeningKey.generate(key_id=KeyId(name), expires_at=AT + timedelta(days=days))
    made.save(folder / f"{name}.key")
    return made


def opens(keys: FactsKeyFiles, to: OpeningKey) -> bool:
    sealed = Sealed(key=to.id, sealed=seal(b"facts", to=to.public, binding=BINDING))
    return keys.open(sealed, BINDING) == b"facts"


def test_a_new_key_is_noticed_and_the_old_one_still_opens(tmp_path: Path) -> None:
    clock, old = FixedClock(AT), key(tmp_path, "old", days=3)
    keys = FactsKeyFiles(tmp_path, clock=clock)
    new = key(tmp_path, "new", days=38)
    assert [one.id for one in keys.public()] == ["new", "old"]
    assert opens(keys, old)
    assert opens(keys, new)


def test_an_expired_key_is_published_no_more_but_opens_what_is_in_flight(tmp_path: Path) -> None:
    clock, old = FixedClock(AT), key(tmp_path, "old", days=3)
    key(tmp_path, "new", days=38)
    keys = FactsKeyFiles(tmp_path, clock=clock)
    clock.advance(timedelta(days=4))
    assert [one.id for one in keys.public()] == ["new"]
    assert opens(keys, old)


def test_where_all_keys_have_expired_the_last_is_published_for_a_form_is_never_refused(tmp_path: Path) -> None:
    clock = FixedClock(AT)
    key(tmp_path, "first", days=1)
    key(tmp_path, "last", days=2)
    keys = FactsKeyFiles(tmp_path, clock=clock)
    clock.advance(timedelta(days=9))
    assert [one.id for one in keys.public()] == ["last"]


def test_a_key_that_was_destroyed_opens_nothing(tmp_path: Path) -> None:
    old = key(tmp_path, "old", days=3)
    keys = FactsKeyFiles(tmp_path, clock=FixedClock(AT))
    (tmp_path / "old.key").unlink()
    with pytest.raises(Permanent) as raised:
        opens(keys, old)
    assert raised.value.code is Code.UNKNOWN_KEY


def test_a_key_file_that_cannot_be_read_yet_takes_no_other_key_away(tmp_path: Path) -> None:
    old = key(tmp_path, "old", days=3)
    keys = FactsKeyFiles(tmp_path, clock=FixedClock(AT))
    (tmp_path / "new.key").write_bytes(b'{"id": "new", "sec')
    assert opens(keys, old)
    assert [one.id for one in keys.public()] == ["old"]
    assert keys.unread() == 1
    (tmp_path / "new.key").unlink()
    new = key(tmp_path, "new", days=38)
    assert opens(keys, new)
    assert keys.unread() == 0


def test_router_does_not_start_on_a_key_file_that_is_none(tmp_path: Path) -> None:
    key(tmp_path, "old", days=3)
    (tmp_path / "new.key").write_bytes(b"")
    with pytest.raises(Permanent):
        FactsKeyFiles(tmp_path, clock=FixedClock(AT))


def test_a_custodians_key_without_an_end_ends_never(tmp_path: Path) -> None:
    OpeningKey.generate(key_id=KeyId("custody-p")).half().save(tmp_path / "p.pub")
    held = CustodyKeyFiles(tmp_path).of(PartnershipId("p"))
    assert held is not None
    assert held.expires_at == NEVER
    assert CustodyKeyFiles(tmp_path).of(PartnershipId("other")) is None


def settings(**changes: str) -> RouterSettings:
    given = {f"{PREFIX}{name}": value for name, value in (GIVEN | changes).items()}
    return load(RouterSettings, prefix=PREFIX, environ=given)


def test_the_settings_of_a_deployment_are_read() -> None:
    assert settings().sweep_seconds == 2.0


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"PUBLIC_URL": "http://escalate.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://localhost:8700"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://escalate.example", "ONE_MACHINE": "yes"}, "PUBLIC_URL"),
        ({"CLOCK_FILE": "/tmp/clock"}, "CLOCK_FILE"),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT"),
        ({"SWEEP_SECONDS": "0"}, "SWEEP_SECONDS"),
        ({"NO_SUCH": "x"}, "NO_SUCH"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not_shown(changes: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsProblem) as raised:
        settings(**changes)
    said = " ".join(raised.value.problems)
    assert f"{PREFIX}{name}" in said
    assert "escalate.example" not in said
