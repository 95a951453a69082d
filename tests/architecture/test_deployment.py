"""What is laid down for a real deployment keeps the services apart. Shell."""

import re
from configparser import ConfigParser
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are one more dependency

from deploy.provision import provision
from shared.subjects import CONSOLE, PROVISION
from shared.terms import Service

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
OPERATORS_OWN = re.compile(r"/(ca|relay|smtp|mail)[\w.-]*\.(pem|crt|password|secret)$|password|/ca[./-]")


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    read.read(path)
    return read


def test_each_unit_runs_as_a_user_of_its_own() -> None:
    users = [unit(path)["Service"]["User"] for path in UNITS]
    assert len(set(users)) == len(users) == 5
    assert "root" not in users


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_unit_writes_in_its_own_folder_alone_and_dumps_no_memory(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["LimitCORE"] == "0"
    assert service["UMask"] == "0077"
    assert service["StateDirectory"] == path.stem.replace("candour-", "candour/")


@pytest.mark.parametrize("service", list(Service))
def test_each_container_is_given_its_own_keys_and_no_others(service: Service) -> None:
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    container = compose["services"][service]
    mounted = {volume.split(":")[0] for volume in container["volumes"]}
    assert mounted == {f"/etc/candour/{service}", "/etc/candour/public", service}
    assert container["env_file"] == f"/etc/candour/{service}.env"
    users = [one["user"] for one in compose["services"].values()]
    assert len(set(users)) == len(users)


def test_the_console_is_given_routers_store_and_none_of_its_keys() -> None:
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    mounted = [volume.split(":")[0] for volume in compose["services"]["console"]["volumes"]]
    assert mounted == ["/etc/candour/console", "/etc/candour/public", "router"]
    assert compose["services"]["console"]["env_file"] == "/etc/candour/console.env"
    console = unit(ROOT / "deploy/systemd/candour-console.service")["Service"]
    hidden = console["InaccessiblePaths"].split()
    assert {f"-/etc/candour/{owner}" for owner in (*Service, PROVISION)} == set(hidden)
    assert console["ReadWritePaths"] == "/var/lib/candour/router"


def test_only_the_console_is_in_anothers_group() -> None:
    """Router's keys stay its user's alone: the group reaches its store, and provision gives no key to a group."""
    groups = {path.stem: unit(path)["Service"].get("SupplementaryGroups") for path in UNITS}
    assert {name: group for name, group in groups.items() if group} == {"candour-console": "candour-router"}


def test_router_has_no_way_out_and_only_intake_notifier_and_the_console_do() -> None:
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    networks = {name: set(one["networks"]) for name, one in compose["services"].items()}
    assert networks["router"] == networks["broker"] == {"inside"}
    assert compose["networks"]["inside"] == {"internal": True}
    assert all("ports" not in one for one in compose["services"].values())


@pytest.mark.parametrize("service", [*Service, CONSOLE])
def test_the_example_settings_name_files_that_provision_makes_for_this_service(service: str, tmp_path: Path) -> None:
    provision(tmp_path, partnerships=["west-sussex"], now=datetime(2026, 11, 23, tzinfo=UTC))
    example = ROOT / ("services/router/console" if service == CONSOLE else f"services/{service}") / ".env.example"
    named = re.findall(r"=(/etc/candour/\S+)$", example.read_text(), re.MULTILINE)
    made = [path for path in named if not OPERATORS_OWN.search(path)]
    assert len(made) >= 2
    for path in made:
        place = Path(path).relative_to("/etc/candour")
        assert (tmp_path / place).exists(), path
        assert place.parts[0] in (service, "public"), path
