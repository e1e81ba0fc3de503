"""No value of ours that holds a secret shows it: written out, in a traceback, in an error or by a debugger."""

import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterator
from copy import copy, deepcopy

import pytest

import links
from links.domain.pasted.urls import read_pasted
from links.models import EncryptedValue

SECRETS = re.compile(
    r"(?:^|_)(?:url|secret|token|password|session_token|credential|signature|seed|raw|pasted|lines|data)s?$"
)
HARMLESS = {
    # Values of ours, each of which hides what is secret in it.
    *("foresight.cases.Case.url", "judging.facts.Facts.url", "causes.refusals.Refusal.url"),
    *("queries.link_search.SearchTerm.pasted", "pasted.doctor.Diagnosis.pasted", "pasted.scan_files.FileScan.urls"),
    "link_actions.bulk_results.BulkResults.new_urls",
    # Rows of API tokens, which keep a hash.
    *("api_tokens.token_rows.TokenRow.token", "api_tokens.service_accounts.AccountRow.tokens"),
    # A token's public name, by which the audit trail tells which one acted.
    "audit.sources.Source.token",
    # What a webhook is told, which holds no secret.
    "events.payloads.Envelope.data",
    # Where a listing goes on.
    *("links.browse.Folder.token", "buckets.s3_objects.Page.next_token"),
    # Pages of the admin, and those of an identity provider.
    *("mail.incident_notices.AffectedLink.url", "mail.incident_notices.NoticeContext.list_url"),
    *(
        "mail.incident_digests.Entry.url",
        "mail.import_mails.ImportedLink.url",
        "mail.import_mails.ImportReport.list_url",
    ),
    *(f"net.openid.Provider.{kind}_url" for kind in ("authorization", "token", "keys", "profile", "end_session")),
}


def list_dataclasses() -> Iterator[type]:
    for module in pkgutil.walk_packages(links.__path__, "links."):
        if ".migrations" in module.name or module.name == "links.worker":
            continue
        for _name, held in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if held.__module__ == module.name and dataclasses.is_dataclass(held):
                yield held


def test_a_field_that_is_called_a_secret_is_not_written_out() -> None:
    shown = {
        f"{'.'.join(held.__module__.split('.')[-2:])}.{held.__name__}.{field.name}"
        for held in list_dataclasses()
        for field in dataclasses.fields(held)
        if field.repr and SECRETS.search(field.name) and field.type not in ("bool", bool, "int", int)
    }
    assert shown == HARMLESS


def test_what_was_read_off_a_url_is_written_out_without_its_secrets() -> None:
    url = f"https://files.s3.amazonaws.com/a.pdf?X-Amz-Signature={'5a' * 32}&X-Amz-Security-Token={'Fw0' * 40}"
    pasted = read_pasted(url)
    for written in (repr(pasted), str(pasted), repr(pasted.signed), repr({"url": pasted})):
        assert "5a5a5a5a" not in written
        assert "Fw0Fw0" not in written
    with pytest.raises(TypeError, match="kept by its row"):
        pickle.dumps(EncryptedValue.encrypt(url))


def test_an_encrypted_value_shows_itself_to_nobody() -> None:
    secret = EncryptedValue.encrypt("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    for written in (repr(secret), str(secret), f"{secret}", f"{secret!r:>30}", repr([secret]), repr({"a": secret})):
        assert "wJal" not in written
    assert copy(secret) is secret
    assert deepcopy({"a": secret})["a"] is secret
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(secret, protocol)
