"""Intake as a process, over HTTP, with no broker there at all."""

import base64
import http.client
import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from shared.receipts import SignedReceipt, is_genuine, read_public
from tests.intake_world import ROOT, Running, World, as_bytes, book, envelope_json, signed

MARKED = "Zyxwv-Quaverley"
SUBMISSIONS = "/api/v1/submissions"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("intake"))


@pytest.fixture(scope="module")
def intake(world: World) -> Iterator[Running]:
    with world.running() as running:
        yield running


@pytest.fixture
def web(intake: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=intake.url, timeout=20) as client:
        yield client


def problem_of(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    assert MARKED not in response.text
    assert response.json()["status"] == response.status_code
    return str(response.json()["type"]).removeprefix("urn:candour:problem:")


def test_a_submission_is_accepted_without_a_broker(world: World, web: httpx.Client) -> None:
    response = web.post(SUBMISSIONS, content=as_bytes(envelope_json()))
    assert response.status_code == 201
    receipt = msgspec.json.decode(response.content, type=SignedReceipt)
    assert is_genuine(receipt, read_public(world.places.public / "receipts.pub"))


def test_the_receipt_key_is_published(world: World, web: httpx.Client) -> None:
    assert web.get("/api/v1/receipt-key").json()["key"] == world.receipts.key_id


def test_the_same_bytes_again_give_the_same_receipt(web: httpx.Client) -> None:
    body = as_bytes(envelope_json())
    first, second = (web.post(SUBMISSIONS, content=body) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content


def test_other_bytes_under_the_same_id_are_a_conflict(web: httpx.Client) -> None:
    envelope = envelope_json()
    assert web.post(SUBMISSIONS, content=as_bytes(envelope)).status_code == 201
    other = web.post(SUBMISSIONS, content=as_bytes(envelope_json(envelope["submission"])))
    assert other.status_code == 409
    assert problem_of(other) == "other-bytes"


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": MARKED},
        {"submission": MARKED},
        {"form": MARKED},
        {"form_version": MARKED},
        {"form_version": 99},
        {"facts": {"key": "k", "sealed": MARKED}},
        {"facts": {"key": "k", "sealed": "cGxhaW4="}},
        {"facts": {"key": "k", "sealed": base64.b64encode(bytes(256 * 1024 + 1120 + 16)).decode()}},
        {"facts": {"key": MARKED + "\n", "sealed": envelope_json()["facts"]["sealed"]}},
        {"facts": envelope_json()["facts"] | {MARKED: MARKED}},
        {"record": "cGxhaW4="},
        {"record": None},
        {"custody": None},
        {"custody": {"key": "k", "sealed": base64.b64encode(bytes(4 * 1024 + 1120 + 16)).decode()}},
        {"custody": MARKED},
        {MARKED: MARKED},
    ],
)
def test_what_is_no_envelope_is_refused_and_not_quoted(web: httpx.Client, change: dict[str, object]) -> None:
    response = web.post(SUBMISSIONS, content=as_bytes(envelope_json() | change))
    assert response.status_code == 400
    assert problem_of(response) == "not-readable"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", MARKED.encode(), b"\xff\xfe", b"[" * 100_000, b'"\\ud800"']
)
def test_junk_is_refused_and_not_quoted(web: httpx.Client, body: bytes) -> None:
    response = web.post(SUBMISSIONS, content=body)
    assert response.status_code == 400
    assert problem_of(response) == "not-readable"


def test_a_problem_names_the_field_by_our_own_name(web: httpx.Client) -> None:
    envelope = envelope_json()
    del envelope["facts"]["key"]
    assert web.post(SUBMISSIONS, content=as_bytes(envelope)).json()["fields"] == [
        {"field": "facts.key", "problem": "is missing"}
    ]


def test_a_key_that_is_not_in_the_book_is_accepted_for_it_may_be_in_flight(web: httpx.Client) -> None:
    envelope = envelope_json()
    envelope["facts"]["key"] = "facts-of-last-month"
    assert web.post(SUBMISSIONS, content=as_bytes(envelope)).status_code == 201


def test_another_partnership_is_not_found(web: httpx.Client) -> None:
    response = web.post(SUBMISSIONS, content=as_bytes(envelope_json(partnership=MARKED)))
    assert response.status_code == 404
    assert problem_of(response) == "not-found"


def test_a_body_over_the_cap_is_refused(web: httpx.Client) -> None:
    response = web.post(SUBMISSIONS, content=b"x" * (512 * 1024 + 1))
    assert response.status_code == 413
    assert problem_of(response) == "too-large"


def test_a_body_over_the_cap_is_refused_when_it_comes_in_chunks(intake: Running) -> None:
    connection = http.client.HTTPConnection(urlsplit(intake.url).netloc, timeout=20)
    connection.request("POST", SUBMISSIONS, body=(b"x" * 65536 for _ in range(9)), encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_length_that_is_too_large_is_refused_before_the_body_is_sent(intake: Running) -> None:
    address = urlsplit(intake.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as raw:
        raw.sendall(b"POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


def test_questions_and_routes_say_that_router_is_silent(web: httpx.Client) -> None:
    question = {"partnership": "west-sussex", "question": envelope_json()["facts"]}
    for path, body in (("/api/v1/questions", question), ("/api/v1/route", {"partnership": "west-sussex"})):
        response = web.post(path, json=body)
        assert response.status_code == 503
        assert problem_of(response) == "no-answer-yet"
        assert "retry-after" in response.headers


def test_a_partnership_is_published_with_its_form(web: httpx.Client) -> None:
    found = web.get("/api/v1/partnerships/west-sussex").json()
    assert found["partnership"]["prefix"] == "WS"
    assert found["form"]["id"] == "monitoring-form"
    assert problem_of(web.get(f"/api/v1/partnerships/{MARKED}")) == "not-found"


PAGES = (
    "/",
    "/?decided=west-sussex&works=east-sussex",
    "/p/west-sussex",
    "/p/west-sussex/form",
    "/p/west-sussex/print",
    "/p/west-sussex/privacy",
    "/p/west-sussex/instead/own_manager",
    "/pages",
    "/privacy",
    "/accessibility",
    "/challenging-well",
    "/leaving",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served(web: httpx.Client, path: str) -> None:
    response = web.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


def test_short_addresses_lead_to_the_pages(web: httpx.Client) -> None:
    assert web.get("/west-sussex").headers["location"] == "/p/west-sussex"
    assert web.get("/west-sussex/raise").headers["location"] == "/p/west-sussex/form"
    assert web.get(f"/{MARKED}").status_code == 404


def test_a_reference_is_found_however_it_is_typed(web: httpx.Client) -> None:
    reference = web.post(SUBMISSIONS, content=as_bytes(envelope_json())).json()["receipt"]["reference"]
    typed = reference.lower().replace("-", " ")
    assert web.get("/e", params={"reference": typed}).headers["location"] == f"/e/{reference}"
    assert web.get(f"/e/{reference}").status_code == 200


@pytest.mark.parametrize("path", [f"/{MARKED}/{MARKED}", f"/e/{MARKED}", f"/p/{MARKED}", f"/static/{MARKED}", "/e"])
def test_a_page_that_is_not_there_says_so_without_quoting(web: httpx.Client, path: str) -> None:
    response = web.get(path)
    assert response.status_code == 404
    assert MARKED not in response.text
    assert "text/html" in response.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/receipt-key", "/api/v1/nowhere", "/health/live"])
def test_every_answer_carries_the_strict_headers(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers
    assert "strict-transport-security" not in headers


def test_no_page_has_a_script_or_a_style_of_its_own(web: httpx.Client) -> None:
    for path in PAGES:
        page = web.get(path).text
        assert not re.findall(r"<style|\sstyle=|\son[a-z]+=", page), path
        for script in re.findall(r"<script([^>]*)>", page):
            assert "application/json" in script or ("src=" in script and "integrity=" in script), path


def test_health_and_metrics_are_there(web: httpx.Client) -> None:
    assert web.get("/health/live").text == "live"
    assert set(web.get("/health/ready").json()) == {"ready", "problems"}
    metrics = web.get("/metrics")
    assert metrics.status_code == 200
    assert metrics.headers["content-type"].count("charset") == 1


def test_the_log_says_nothing_of_what_was_sent(world: World, web: httpx.Client) -> None:
    web.get(f"/{MARKED}?{MARKED}={MARKED}", headers={"user-agent": MARKED})
    assert MARKED not in world.log()


# ── each with a service of its own ────────────────────────────────────────────────────────────────────────────


def test_before_any_book_came_pages_say_so_and_advise_to_ring(tmp_path: Path) -> None:
    with World(tmp_path, with_book=False).running() as running:
        page = httpx.get(running.url)
        assert page.status_code == 503
        assert "999" in page.text
        assert httpx.post(running.url + SUBMISSIONS, content=as_bytes(envelope_json())).status_code == 503
        assert httpx.get(running.url + "/health/ready").json()["problems"]["book"]


def test_a_kept_book_that_router_did_not_sign_is_not_believed(tmp_path: Path) -> None:
    world = World(tmp_path, with_book=False)
    world.keep(signed(book(), world.receipts))
    with world.running() as running:
        assert httpx.get(running.url).status_code == 503
        assert httpx.get(running.url + "/health/ready").json()["problems"]["book"] == "book.refused"


def test_the_limit_for_one_source_is_not_widened_by_a_header(tmp_path: Path) -> None:
    with World(tmp_path, SUBMISSIONS_A_MINUTE_PER_SOURCE="5").running() as running, httpx.Client() as client:
        answers = [
            client.post(
                running.url + SUBMISSIONS,
                content=as_bytes(envelope_json()),
                headers={
                    "x-forwarded-for": f"192.0.2.{n}",
                    "forwarded": f"for=192.0.2.{n}",
                    "x-real-ip": f"192.0.2.{n}",
                },
            )
            for n in range(8)
        ]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
    assert problem_of(answers[-1]) == "too-many"
    assert int(answers[-1].headers["retry-after"]) > 0


def test_behind_tls_browsers_are_told_to_stay_with_it(tmp_path: Path) -> None:
    world = World(tmp_path, BEHIND_TLS="yes", PUBLIC_URL="https://candour.example", ONE_MACHINE="no")
    with world.running() as running:
        assert "max-age" in httpx.get(running.url).headers["strict-transport-security"]


def test_sigterm_stops_it_cleanly_and_what_was_accepted_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    body = as_bytes(envelope_json())
    with world.running() as running:
        receipt = httpx.post(running.url + SUBMISSIONS, content=body).content
        assert running.stop() == 0
    with world.running() as running:
        assert httpx.post(running.url + SUBMISSIONS, content=body).content == receipt


def test_a_store_that_was_never_migrated_stops_it_with_a_failure(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.environment["DATABASE"] = f"sqlite:///{tmp_path}/other.db"
    assert world.command().returncode == 1


def test_the_first_failure_of_any_part_stops_the_whole_with_a_failure(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.running() as running:
        with sqlite3.connect(tmp_path / "intake.db") as store:
            store.execute("DROP TABLE owed")  # the relay fails on it, and nothing else looks at it
        assert running.process.wait(30) == 1
    assert '"event": "failed"' in world.log()


def test_wrong_settings_are_listed_without_their_values(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.environment |= {"HTTP_PORT": MARKED, "PROXIES": MARKED}
    done = world.command()
    assert done.returncode == 2
    assert "CANDOUR_INTAKE_HTTP_PORT" in done.stderr
    assert "CANDOUR_INTAKE_PROXIES" in done.stderr
    assert MARKED not in done.stderr + done.stdout


def test_a_kill_during_acceptance_loses_no_receipt_that_was_shown(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.running() as running:
        posting = subprocess.Popen(
            [sys.executable, "-m", "tests.posting", running.url, "8"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert posting.stdout is not None
        shown = [posting.stdout.readline() for _ in range(60)]
        running.kill()
        shown += posting.stdout.readlines()
        posting.wait(20)
    kept = [json.loads(line) for line in shown if line.strip()]
    assert len(kept) >= 60
    with world.running() as running, httpx.Client() as client:
        for each in kept:
            again = client.post(running.url + SUBMISSIONS, content=each["body"].encode())
            assert again.text == each["receipt"]
    assert world.command("verify-receipts").returncode == 0
