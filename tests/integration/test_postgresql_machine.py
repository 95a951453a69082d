"""The whole of it on PostgreSQL: one setting a service, and nothing else differs."""

import pytest

from deploy.one_machine.machine import OneMachine
from shared.terms import Service
from tests.journey import EMAILS_EACH, Journey
from tests.machines import Postgres

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]


async def test_an_escalation_goes_all_the_way_on_postgresql_and_over_a_kill_of_each_service(postgres: Postgres) -> None:
    settings = {service: {"DATABASE": postgres.new_database()} for service in Service}
    async with OneMachine.ephemeral(settings=settings) as machine:
        journey = await Journey.at(machine)
        first = await journey.raise_confirmed()
        await journey.letters_about(first, EMAILS_EACH)
        for service in Service:
            await machine.kill(service)
            await machine.start_part(service)
        second = await journey.raise_confirmed()
        await journey.letters_about(second, EMAILS_EACH)
        assert not list(machine.layout.var.rglob("*.db")), "nothing went into a file beside it"
        assert "2 decisions replayed, 0 differ." in await machine.command(Service.ROUTER, "replay", "--all")
