import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.api.openapi import list_operations
from links.api.v1 import api

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("mika", is_staff=True))
    return client


def test_every_operation_is_in_the_reference_with_a_call_that_can_be_typed(staff: Client) -> None:
    page = staff.get("/admin/links/api/").content.decode()
    for operation in list_operations(api):
        assert f'id="{operation.operation_id}"' in page
    assert "curl -X POST" in page
    assert "http://holdfast.test/api/v1/links/{link_id}/extend" in page


def test_the_document_is_the_one_that_is_checked_in(staff: Client) -> None:
    assert staff.get("/admin/links/api/openapi.json").json() == json.loads(DOCUMENT.read_text(encoding="utf-8"))


def test_whoever_is_not_signed_in_reads_neither(db: None) -> None:
    for address in ("", "openapi.json"):
        assert Client().get(f"/admin/links/api/{address}").status_code == 302
