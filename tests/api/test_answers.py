"""What goes wrong is told: one table from errors to statuses, one form for programs and a page for people."""

import httpx
import pytest

from boundaries import NotAMapError
from geo_service import errors
from geo_service.api.answers import status_of
from geo_service.services import Services
from maps import MissingAssetError, MissingColumnsError
from routing import RoutingError
from tests.api.numbers import READY


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnknownTicketError, 404),
        (errors.UnknownRoundError, 404),
        (errors.WrongStatusError, 409),
        (errors.ChangedMeanwhileError, 409),
        (errors.BadDecisionError, 422),
        (errors.ForeignOriginError, 403),
        (errors.WorkspaceError, 503),
        (errors.DatabaseError, 503),
        (NotAMapError, 503),
        (MissingAssetError, 503),
        (RoutingError, 503),
        (MissingColumnsError, 500),
    ],
)
def test_an_error_has_its_status(error: type[Exception], status: int) -> None:
    assert status_of(error("told")) == status


def test_a_program_is_told_in_its_language_with_the_template_and_its_values(reader: httpx.Client) -> None:
    told = {
        language: reader.get("/api/v1/tickets/0123", params={"lang": language}).json()["error"]
        for language in ("zh_CN", "en")
    }
    assert told["en"]["message"] == "there is no ticket 0123"
    assert told["zh_CN"]["message"] == "没有编号为 0123 的工单"
    assert told["zh_CN"]["template"] == told["en"]["template"] == "there is no ticket {ticket_id}"
    assert told["en"]["values"] == {"ticket_id": "0123"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tickets/0123", 404),
        ("/rounds/0123", 404),
        ("/maps/rounds/0123/document", 404),
        ("/maps/tickets/0123/document", 404),
        ("/maps/rounds?round=0123", 404),
        ("/nothing", 404),
        ("/tickets?status=NONSENSE", 422),
        ("/tickets?page=0", 422),
    ],
)
def test_people_get_a_page_that_leads_back(reader: httpx.Client, path: str, status: int) -> None:
    answer = reader.get(path)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "回到首页" in answer.text


def test_a_wrong_request_of_a_program_names_the_field_and_repeats_nothing(reader: httpx.Client) -> None:
    answer = reader.post(f"/api/v1/review/{READY}", json={"unit_code": "13812345678" * 4, "reason": "x"})
    assert answer.status_code == 422
    assert answer.json()["error"]["values"]["field"] == "unit_code"
    assert "138" not in answer.text


def test_a_method_that_is_not_there_is_told(reader: httpx.Client) -> None:
    answer = reader.delete(f"/api/v1/tickets/{READY}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.json()["error"]["values"] == {"path": f"/api/v1/tickets/{READY}", "method": "DELETE"}


def test_a_broken_workspace_answers_that_the_service_is_not_ready(
    own: Services, decider: httpx.Client
) -> None:
    own.workspace.areas.unlink()
    answer = decider.get("/api/v1/areas")
    assert answer.status_code == 503
    assert decider.get("/maps/issues/document").status_code == 503
    assert decider.get("/healthz").status_code == 200
