"""Subjects, streams and who may send what."""

import pytest

from shared.subjects import (
    ASK_PUBLIC,
    ASK_SEALED,
    SHAPES,
    Stream,
    ask_tally,
    may_send,
    notices,
    permissions,
    reader_of,
    ref_of,
    reports,
    server_permissions,
    submissions,
)
from shared.terms import EscalationRef, PartnershipId, Service

WHERE = PartnershipId("west-sussex")
REF = EscalationRef("WS-7K3-QM9-PXC")


def test_a_subject_carries_the_partnership_and_the_reference_alone() -> None:
    assert submissions(WHERE, REF) == "submissions.west-sussex.WS-7K3-QM9-PXC"
    assert notices(WHERE, REF) == "notices.west-sussex.WS-7K3-QM9-PXC"
    assert reports(Service.NOTIFIER, WHERE, REF) == "reports.notifier.west-sussex.WS-7K3-QM9-PXC"
    assert reports(Service.NOTIFIER, None, None) == "reports.notifier.none.none"


@pytest.mark.parametrize("token", ["", "a.b", "a b", "*", ">", "a\r\nPUB x", "é", "x" * 65])
def test_nothing_else_becomes_part_of_a_subject(token: str) -> None:
    with pytest.raises(ValueError):
        submissions(PartnershipId(token), REF)
    with pytest.raises(ValueError):
        notices(WHERE, EscalationRef(token))


def test_each_subject_has_one_reader() -> None:
    assert reader_of(submissions(WHERE, REF)) is Service.ROUTER
    assert reader_of(notices(WHERE, REF)) is Service.NOTIFIER
    assert reader_of(reports(Service.INTAKE, WHERE, REF)) is Service.ROUTER
    assert reader_of(ask_tally(Service.NOTIFIER)) is Service.NOTIFIER
    with pytest.raises(LookupError):
        reader_of("other.subject")


def test_a_genuine_signature_counts_only_in_its_own_place() -> None:
    assert may_send(Service.INTAKE, submissions(WHERE, REF))
    assert not may_send(Service.NOTIFIER, submissions(WHERE, REF))
    assert not may_send(Service.INTAKE, notices(WHERE, REF))
    assert not may_send(Service.INTAKE, reports(Service.NOTIFIER, WHERE, REF))
    assert may_send(Service.INTAKE, ASK_SEALED)
    assert not may_send(Service.NOTIFIER, ASK_PUBLIC)
    assert not may_send(Service.INTAKE, "other")


def test_the_reference_is_read_back_from_a_subject() -> None:
    assert ref_of(submissions(WHERE, REF)) == REF
    assert ref_of(reports(Service.NOTIFIER, None, None)) is None
    assert ref_of(ASK_SEALED) is None


def test_every_subject_of_every_stream_is_somebodys_to_publish() -> None:
    granted = {subject for service in Service for subject in permissions(service).publish}
    assert {subject for shape in SHAPES.values() for subject in shape.subjects} <= granted


def test_no_service_may_administer() -> None:
    for service in Service:
        for subject in permissions(service).publish:
            assert not subject.startswith("$JS.API") or subject.startswith("$JS.API.CONSUMER.MSG.NEXT.")
            assert ">" not in subject or subject.startswith("$JS.ACK.")


def test_only_those_who_are_asked_may_answer() -> None:
    assert [service for service in Service if permissions(service).answers] == [Service.ROUTER, Service.NOTIFIER]


def test_each_identity_stands_once_in_the_servers_file() -> None:
    users = {service: f"U{service.value.upper()}" for service in Service}
    text = server_permissions(users, provision="UADMIN", console="UCONSOLE")
    assert [text.count(f'"{nkey}"') for nkey in (*users.values(), "UADMIN", "UCONSOLE")] == [1, 1, 1, 1, 1]


def test_streams_keep_a_fortnight() -> None:
    assert {SHAPES[stream].max_age_seconds for stream in Stream} == {14 * 24 * 3600}
