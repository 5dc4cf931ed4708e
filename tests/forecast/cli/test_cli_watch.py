"""`pipecast watch`: today's picture, exit code 3 where asked, and one JSON posted to an address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[3]
EXPORT = next((ROOT / "examples" / "crm").glob("hubspot*.csv"))
PROSPECTING = ROOT / "examples" / "crm" / "prospecting.csv"
ASKED = ("--start", "2026-01-05", "--years", 200, "--family", "team", "--country", "US")


@pytest.fixture
def stopped(tmp_path) -> Path:
    """Return the example's export without the opportunities created from June 2026 on."""
    rows = pd.read_csv(EXPORT, dtype=str, keep_default_na=False)
    created = next(name for name in rows.columns if name.lower().startswith("create"))
    path = tmp_path / EXPORT.name
    rows[pd.to_datetime(rows[created]) < pd.Timestamp("2026-06-01")].to_csv(path, index=False)
    return path


@pytest.fixture
def listening() -> Iterator[tuple[str, list[tuple[str, dict]]]]:
    """Return the address of a server on this machine, and what was posted to it."""
    posted: list[tuple[str, dict]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", posted
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_team_on_plan_is_quiet(pipecast):
    said = pipecast("watch", EXPORT, *ASKED, "--target", 2_000_000, "--fail-on-alarm")
    assert said.code == 0, said.err
    assert "Nothing has left the plan" in said.out
    assert "The chance of the target of USD 2,000,000" in said.out
    assert "Learned from the 51 weeks before" in said.out


def test_creation_that_stops_is_an_alarm_with_its_cost_and_its_repair(pipecast, stopped):
    said = pipecast(
        "watch", stopped, *ASKED, "--as-of", "2026-09-30", "--prospecting", PROSPECTING, "--fail-on-alarm"
    )
    assert said.code == 3, said.err
    text = " ".join(said.out.split())
    assert "The team creates fewer opportunities than planned, most likely since 2026-0" in text
    assert "If it goes on like this, it costs USD" in text
    assert "hours of prospecting a week" in text


def test_without_being_asked_to_fail_an_alarm_ends_well(pipecast, stopped):
    assert pipecast("watch", stopped, *ASKED, "--as-of", "2026-09-30").code == 0


def test_the_json_is_posted_as_it_is_printed_and_left_in_the_folder(pipecast, listening, tmp_path):
    url, posted = listening
    said = pipecast("watch", EXPORT, *ASKED, "--json", "--webhook", f"{url}/hook", "--out", tmp_path / "out")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert posted == [("application/json", told)]
    assert json.loads((tmp_path / "out" / "alarms.json").read_text("utf-8")) == told
    assert len(pd.read_csv(tmp_path / "out" / "alarms.csv")) == len(told["readings"])
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Is reality leaving the plan, and since when?" in page
    assert page.count("The team") >= 6  # a row for each of its monitors


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--webhook", "ftp://here"), "must begin with http:// or https://"),
        (("--start", "2025-02-03"), "at least 26 weeks before its start"),
        (("--start", "2026-10-01"), "no week of the watch is over"),
    ],
)
def test_bad_input_says_what_is_expected(pipecast, words, expected):
    options = dict(zip(ASKED[::2], ASKED[1::2], strict=True)) | dict([words])
    said = pipecast("watch", EXPORT, *(word for pair in options.items() for word in pair))
    assert said.code == 2
    assert expected in " ".join(said.err.split())


def test_an_address_that_refuses_is_bad_input(pipecast, listening):
    url, posted = listening
    said = pipecast("watch", EXPORT, *ASKED, "--webhook", f"{url}/broken")
    assert said.code == 2
    assert "could not be posted to" in said.err
    assert len(posted) == 1
