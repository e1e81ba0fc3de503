"""Every public function of the domain that takes text: how it is fed, or why it need not be."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, timedelta

from links.domain import colours, credentials, incidents, rotations, row_numbers, sharing
from links.domain.buckets import endpoints, folder_search, object_keys, object_spellings
from links.domain.buckets.endpoints import BucketLocation
from links.domain.errors import HoldfastError
from links.domain.judging import breaker, causes, foresight, resolution, verdicts
from links.domain.judging.facts import Facts, FileFacts
from links.domain.pasted import cuts, extract, object_addresses, raw_values, repair, rewriters
from links.domain.people import passwords, second_factors, token_texts
from links.domain.policies import conditions, lifecycles, restrictions, statements
from links.domain.policies.conditions import RequestContext
from links.domain.policies.statements import Statement
from links.domain.promise import ends, lifetimes, terms
from links.domain.scanning import javascript_calls, notebooks, placeholders, python_calls, url_texts
from links.domain.sharing import Receiver
from links.domain.signed_urls import (
    cloudfront_policies,
    flaws,
    gate,
    guessed_ends,
    mistakes,
    other_signers,
    parameters,
    presigning,
    reading,
    session_tokens,
    tokens,
    url_parts,
    url_styles,
    values,
)
from links.domain.signed_urls.cloudfront_policies import Policy
from links.domain.signed_urls.flaws import Flaw
from links.domain.signed_urls.other_signers import Signer
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.signed_urls.url_parts import Query
from links.domain.stores import denials, hosts, refusal_words
from links.domain.stores.answers import Answer
from links.domain.visits import previews, throttling
from links.lib import (
    backoff,
    byte_ranges,
    company_names,
    content_disposition,
    forwarded_headers,
    network,
    person_names,
    redaction,
    request_ids,
    wildcards,
    zones,
)
from links.lib.safe_text import chats, spreadsheets, visible
from tests.domain import builders
from tests.domain.builders import NOW
from tests.growth.measure import Reader
from tests.growth.record_readers import RECORD_READERS

_EXPECTED = gate.Expected(builders.KEY_ID, "https", builders.HOST, "/k", "eu-central-1", 60)


_PRESIGNER = presigning.Presigner(
    f"https://{builders.HOST}", "eu-central-1", credentials.KeyPair(builders.KEY_ID, "secret")
)


_PLACE = BucketLocation("files", "eu-central-1", "https://s3.eu-central-1.amazonaws.com", endpoints.Addressing.PATH)


_CUT = builders.v4(signature="0")


_KEY = "a/" * 500


_FILE = byte_ranges.SharedFile(1_000, '"etag"', NOW)


def _scope(text: str) -> sharing.ShareScope:
    """Of somebody to whom this text, what follows it, and what hardly differs from it were given."""
    given = (f"{text}/a/b", f"{text[:-1]}!", "a/")
    return sharing.ShareScope(tuple(sharing.SharedPrefix(1, prefix, 7) for prefix in given))


def _answer(text: str) -> Answer:
    """A refusal, every text of which is this one, as long as `links.s3.responses` lets it become."""
    texts = {field.name: text for field in fields(Answer) if field.type is str}
    return Answer(status=403, **{**texts, "code": "AccessDenied"})  # type: ignore[arg-type]  # all are texts


def _url(text: str) -> SignedUrl:
    """A URL that is this text as far as it can be read, and otherwise one that has it for path and parameter."""
    try:
        return reading.read(text)
    except HoldfastError:
        return SignedUrl(Style.SIGV4, "https", builders.HOST, text, parameters={"a": text}, strangers=(text,))


def _query_of(signer: Signer, text: str) -> Query:
    shaped = {signer.shape[0]: text} if signer.shape else {}
    return Query({**{name: text for names in signer.names for name in names}, **shaped, signer.lifetime: text})


def _facts(text: str) -> Facts:
    return builders.facts(_url(text))


def _statement(text: str) -> Statement:
    condition = ("stringlike", "aws:username", (text,))
    return Statement(actions=(text, "s3:*"), resources=("*", text), principals=("*", text), conditions=(condition,))


def _try(read: Callable[..., object], *texts: str) -> object:
    """So that what comes after a refusal is measured too. For what is no URL Python's own readers raise ValueError."""
    try:
        return read(*texts)
    except (HoldfastError, ValueError):
        return None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


_ASKING = RequestContext("files", _KEY, user="arn:aws:iam::123456789012:user/sharing")


READERS: Mapping[str, Reader] = {
    **RECORD_READERS,
    "domain.judging.foresight.requests.is_form": lambda text: foresight.requests.is_form(_url(text)),
    "domain.judging.foresight.requests.is_of_upload": lambda text: foresight.requests.is_of_upload(_url(text)),
    "domain.scanning.javascript_calls.find_calls": lambda text: (
        javascript_calls.find_calls(text),
        javascript_calls.find_calls(f"getSignedUrl(client, {text}, {{expiresIn: {text}}})"),
    ),
    "domain.scanning.notebooks.find_calls_in_notebook": lambda text: list(notebooks.find_calls_in_notebook(text)),
    "domain.scanning.placeholders.has_placeholder": lambda text: placeholders.has_placeholder(_url(text)),
    "domain.scanning.placeholders.is_placeholder": placeholders.is_placeholder,
    "domain.scanning.python_calls.find_calls": python_calls.find_calls,
    "domain.scanning.url_texts.find_texts": lambda text: (
        list(url_texts.find_texts(_bytes(text), len(text))),
        list(url_texts.find_texts(_bytes(f"https://a/?X-Amz-Signature={text}"), len(text))),
    ),
    "domain.scanning.url_texts.find_transfer_encodings": lambda text: url_texts.find_transfer_encodings(_bytes(text)),
    "domain.scanning.url_texts.unfold": lambda text: url_texts.unfold(
        _bytes(text), frozenset({"base64", "quoted-printable"})
    ),
    "domain.signed_urls.cloudfront_policies.find_in_policy": cloudfront_policies.find_in_policy,
    "domain.signed_urls.mistakes.find_in_base64": lambda text: mistakes.find_in_base64(text, "Signature"),
    "domain.signed_urls.mistakes.find_in_moment": lambda text: mistakes.find_in_moment(text, "Expires"),
    "domain.signed_urls.mistakes.find_in_number": lambda text: mistakes.find_in_number(text, "Expires"),
    "domain.signed_urls.mistakes.find_in_sigv4": lambda text: mistakes.find_in_sigv4(
        Query(dict.fromkeys(("x-amz-date", "x-amz-expires", "x-amz-credential", "x-amz-signature"), text)), text
    ),
    "domain.signed_urls.mistakes.find_in_dates": lambda text: mistakes.find_in_dates(Query({"a": text}), ["a"]),
    "domain.signed_urls.mistakes.find_empty": lambda text: mistakes.find_empty(Query({text: "", "a": text}), [text]),
    "domain.signed_urls.mistakes.find_words": lambda text: mistakes.find_words(Query({"a": text, text: text}), ["a"]),
    "domain.signed_urls.mistakes.is_word": mistakes.is_word,
    "lib.company_names.is_company_name": company_names.is_company_name,
    "lib.request_ids.read_request_id": request_ids.read_request_id,
    "lib.network.is_address": lambda text: (network.is_address(text), network.is_address(f"1.2.3.{text}")),
    "lib.network.judge_address": network.judge_address,
    "lib.network.shorten": network.shorten,
    "lib.person_names.write_full_name": lambda text: person_names.write_full_name(text, text),
    "domain.stores.answers.Answer.says": lambda text: (_answer(text).says("a", "expired"), _answer("a").says(text)),
    "domain.stores.hosts.read_host": lambda text: (
        hosts.read_host(text),
        hosts.read_host(f"{text}.amazonaws.com"),
        hosts.read_host(f"s3.us-{text}.amazonaws.com"),
    ),
    "domain.judging.breaker.BreakerState.add_answers": lambda text: breaker.BreakerState().add_answers(
        [_answer(text)], NOW
    ),
    "domain.stores.hosts.is_aws_host": hosts.is_aws_host,
    "domain.stores.hosts.is_internal": lambda text: (hosts.is_internal(text), hosts.is_internal(f"{text}.svc")),
    "domain.stores.hosts.find_suffix": lambda text: (hosts.find_suffix(text), hosts.find_suffix(f"us-{text}-1")),
    "domain.stores.hosts.find_unknown_place": lambda text: (
        hosts.find_unknown_place(text),
        hosts.find_unknown_place(f"s3.{text}.amazonaws.com"),
    ),
    "domain.stores.hosts.is_region": lambda text: (hosts.is_region(text), hosts.is_region(f"us-{text}-1")),
    "domain.judging.causes.explain": lambda text: causes.explain(_facts(text), _answer(text), NOW),
    "domain.signed_urls.cloudfront_policies.Policy.covers": lambda text: (
        Policy(0, resource=text).covers("http://a/" + _KEY),
        Policy(0, resource="a*").covers(text),
        Policy(0, resource=text).covers(text),
        Policy(0, resource=text).covers("a" * len(text)),
    ),
    "domain.signed_urls.cloudfront_policies.read_policy": cloudfront_policies.read_policy,
    "domain.colours.read_colour": colours.read_colour,
    "domain.policies.conditions.evaluate": lambda text: (
        conditions.evaluate(("datelessthan", "aws:currenttime", (text,)), _ASKING),
        conditions.evaluate(("stringlike", "aws:username", (text,)), _ASKING),
        conditions.evaluate((text, text, (text,)), _ASKING),
    ),
    "domain.credentials.check_id": lambda text: credentials.check_id(text, at_aws=True),
    "domain.credentials.check_pair": lambda text: (
        _try(credentials.check_pair, "AKIAIOSFODNN7EXAMPLE", text),
        _try(credentials.check_pair, text, text),
    ),
    "domain.credentials.is_long_lived_id": credentials.is_long_lived_id,
    "domain.credentials.is_temporary_id": credentials.is_temporary_id,
    "domain.credentials.read_arn": lambda text: (
        credentials.read_arn(text),
        credentials.read_arn(f"arn:aws:iam::{text}"),
    ),
    "lib.content_disposition.attachment": content_disposition.attachment,
    "domain.judging.facts.FileFacts.is_replaced_in": lambda text: FileFacts(text, 1).is_replaced_in(_answer(text)),
    "domain.judging.foresight.foresee": lambda text: foresight.foresee(_facts(text), _answer(text), NOW),
    "domain.judging.foresight.find_signing_defect": lambda text: foresight.find_signing_defect(
        _facts(text), _url(text), NOW
    ),
    "domain.judging.foresight.clocks.describe_clocks": lambda text: foresight.clocks.describe_clocks(
        _answer(text), builders.v4()
    ),
    "domain.judging.foresight.addresses.is_sigv4": lambda text: foresight.addresses.is_sigv4(_url(text)),
    "domain.judging.foresight.addresses.is_refused_as_sigv2": lambda text: foresight.addresses.is_refused_as_sigv2(
        _url(text)
    ),
    "domain.judging.foresight.signatures.is_cloudfront": lambda text: foresight.signatures.is_cloudfront(_url(text)),
    "lib.forwarded_headers.read_network": forwarded_headers.read_network,
    "lib.forwarded_headers.read_user": forwarded_headers.read_user,
    "lib.forwarded_headers.read_address": forwarded_headers.read_address,
    "lib.forwarded_headers.read_forwarded": lambda text: (
        forwarded_headers.read_forwarded(text, 1),
        forwarded_headers.read_forwarded(f'for="{text}', 3),
    ),
    "lib.forwarded_headers.read_x_forwarded": lambda text: forwarded_headers.read_x_forwarded(text, text, 2),
    "domain.signed_urls.gate.fits": lambda text: gate.fits(
        text, replace(_EXPECTED, path=f"/{text}", query={"versionId": text})
    ),
    "domain.signed_urls.gate.describe": lambda text: (
        gate.describe(text, _EXPECTED),
        gate.describe(_PRESIGNER.presign(f"/{text}", {}, 60, NOW), replace(_EXPECTED, path=f"/{text}", query={})),
    ),
    "domain.signed_urls.presigning.Presigner.presign": lambda text: _PRESIGNER.presign(
        text, {"versionId": text}, 60, NOW
    ),
    "domain.signed_urls.gate.check": lambda text: gate.check(text, _EXPECTED),
    "domain.incidents.find_store": lambda text: (
        incidents.find_store("", f"{text}.amazonaws.com"),
        incidents.find_store(text, text),
    ),
    "domain.policies.lifecycles.Rule.applies": lambda text: lifecycles.Rule("", prefix=text).applies(text, 1),
    "domain.policies.lifecycles.foresee_changes": lambda text: lifecycles.foresee_changes(
        [lifecycles.Rule(text, prefix=text, changes=(lifecycles.Change(days=1),))], text, 1, NOW, pinned=True
    ),
    "domain.policies.lifecycles.end_version": lambda text: lifecycles.end_version(
        [lifecycles.Rule("", prefix=text)], text, 1, NOW
    ),
    "domain.policies.lifecycles.read_kept_rules": lifecycles.read_kept_rules,
    "domain.policies.lifecycles.read_rules": lambda text: lifecycles.read_rules(
        {"Rules": [{"ID": text, "Status": "Enabled"}]}
    ),
    "domain.promise.ends.count_from_end": lambda text: _try(
        lambda added: ends.count_from_end(added, NOW, zone=UTC, now=NOW), f"+{text}"
    ),
    "domain.promise.ends.is_date": lambda text: _try(lambda entered: ends.is_date(entered, zone=UTC), text),
    "domain.promise.lifetimes.parse": lambda text: lifetimes.parse(text, zone=UTC),
    "domain.pasted.object_addresses.is_address": object_addresses.is_address,
    "domain.pasted.object_addresses.read_address": object_addresses.read_address,
    "domain.buckets.object_spellings.find_spellings": object_spellings.find_spellings,
    "domain.buckets.object_keys.check_object_key": object_keys.check_object_key,
    "domain.buckets.folder_search.contains": lambda text: folder_search.contains(text, text),
    "domain.pasted.extract.cut": extract.cut,
    "domain.pasted.extract.join_lines": extract.join_lines,
    "domain.pasted.cuts.find_cut": lambda text: cuts.find_cut(text, text, _CUT),
    "domain.pasted.repair.repair": repair.repair,
    "domain.pasted.rewriters.unwrap": rewriters.unwrap,
    "domain.pasted.rewriters.name_opaque": rewriters.name_opaque,
    "lib.content_disposition.make_sendable": content_disposition.make_sendable,
    "domain.policies.statements.Statement.applies_to": lambda text: (
        _statement(text).applies_to(_ASKING.user),
        _statement("a").applies_to(text),
    ),
    "domain.policies.statements.Statement.matches": lambda text: (
        _statement(text).matches("s3:GetObject", "files", _KEY),
        _statement("*a*").matches(text, text, text),
    ),
    "domain.policies.statements.read_policy": statements.read_policy,
    "lib.backoff.read_retry_after": lambda text: backoff.read_retry_after(text, NOW),
    "lib.byte_ranges.goes_on": lambda text: (
        byte_ranges.goes_on(text, "", _FILE),
        byte_ranges.goes_on(f"bytes={text}", "", _FILE),
        byte_ranges.goes_on("bytes=5-", text, _FILE),
    ),
    "lib.redaction.cut_between_words": lambda text: redaction.cut_between_words(text, 1_000),
    "lib.redaction.redact": lambda text: (redaction.redact(text), redaction.redact(text, [text[:40]], longest=2_000)),
    "domain.judging.resolution.find_passed": lambda text: resolution.find_passed(_facts(text), _answer(text), None),
    "domain.policies.restrictions.end_grants": lambda text: restrictions.end_grants([_statement(text)], _ASKING),
    "domain.policies.restrictions.find_restrictions": lambda text: restrictions.find_restrictions(
        [_statement(text)], _ASKING
    ),
    "domain.rotations.name_replaced": lambda text: rotations.name_replaced(text, NOW, [text]),
    "domain.row_numbers.read_number": row_numbers.read_number,
    "domain.people.passwords.find_weakness": lambda text: passwords.find_weakness(text, ["holdfast"], {"password"}, 12),
    "domain.people.second_factors.is_app_code": second_factors.is_app_code,
    "domain.people.second_factors.is_required": lambda text: second_factors.is_required(
        [text], [text], is_superuser=False
    ),
    "domain.people.second_factors.read_code": second_factors.read_code,
    "domain.signed_urls.reading.find_object": lambda text: (
        reading.find_object(_url(text), text),
        reading.find_object(_url("https://a/b"), text, text),
    ),
    "domain.signed_urls.reading.read": reading.read,
    "domain.stores.refusal_words.is_a_stores": refusal_words.is_a_stores,
    "domain.stores.refusal_words.is_of_a_redirect": refusal_words.is_of_a_redirect,
    "domain.stores.refusal_words.is_of_kms": refusal_words.is_of_kms,
    "domain.stores.refusal_words.is_of_something_missing": refusal_words.is_of_something_missing,
    "domain.stores.denials.read_denial": denials.read_denial,
    "domain.stores.refusal_words.name_sentence": lambda text: (
        refusal_words.name_sentence(text),
        refusal_words.name_sentence(text, has_own_token=True),
    ),
    "domain.stores.refusal_words.name_code": lambda text: (
        refusal_words.name_code(text),
        refusal_words.name_code("AccessDenied", text),
    ),
    "domain.buckets.endpoints.BucketLocation.path_of": _PLACE.path_of,
    "domain.buckets.endpoints.aws_endpoint": lambda text: endpoints.aws_endpoint("s3", text),
    "domain.buckets.endpoints.host_of": endpoints.host_of,
    "domain.buckets.endpoints.locate": lambda text: (
        _try(endpoints.locate, text, "a"),
        _try(endpoints.locate, "files", text),
        _try(endpoints.locate, "files", "", text),
    ),
    "domain.buckets.endpoints.normalize_endpoint": lambda text: (
        _try(endpoints.normalize_endpoint, text),
        _try(endpoints.normalize_endpoint, f"https://{text}"),
    ),
    "domain.promise.terms.check_password": lambda text: (
        _try(terms.check_password, text),
        _try(lambda word: terms.check_password("a7b " * 30, (), (word,)), text),
    ),
    "domain.promise.terms.check_slug": lambda text: terms.check_slug(text, has_password=True, is_public=False),
    "domain.promise.terms.name_file": lambda text: (terms.name_file(text, "a"), terms.name_file("", text)),
    "domain.visits.previews.find_previewer": lambda text: previews.find_previewer(text, text, text),
    "domain.visits.previews.is_prefetch": previews.is_prefetch,
    "domain.visits.throttling.digest_key": lambda text: throttling.digest_key("secret", text, text),
    "domain.visits.throttling.name_network": throttling.name_network,
    "domain.people.token_texts.read_public_id": token_texts.read_public_id,
    "domain.signed_urls.tokens.derive_address": tokens.derive_address,
    "domain.signed_urls.tokens.digest": tokens.digest,
    "domain.signed_urls.tokens.trim_slug": tokens.trim_slug,
    "domain.signed_urls.tokens.trim_token": tokens.trim_token,
    "domain.signed_urls.url_parts.Query.get": lambda text: Query({text: text}).get(text),
    "domain.signed_urls.url_parts.split": lambda text: (
        _try(url_parts.split, text),
        _try(url_parts.split, f"https://a/?{text}"),
    ),
    "domain.signed_urls.url_parts.split_raw": lambda text: (
        _try(url_parts.split_raw, text),
        _try(url_parts.split_raw, f"//{text}"),
    ),
    "domain.signed_urls.url_styles.read_style": lambda text: url_styles.read_style(
        Query({name.lower(): text for name in (*parameters.SPELLINGS, "st", "se", "sp", "sv", "sig")}), text, text
    ),
    "domain.signed_urls.other_signers.find_signer": lambda text: [
        (other_signers.find_signer(query, text, text), signer.ends(query), signer.signed(query), signer.marks(query))
        for signer in other_signers.SIGNERS
        for query in (_query_of(signer, text),)
    ],
    "domain.signed_urls.guessed_ends.guess_end": lambda text: (
        guessed_ends.guess_end(Query({"exp": text, "token": f"e.{text}.c"}), text),
        guessed_ends.guess_end(Query({text: "1790000000"}), f"/eyJ{text}"),
    ),
    "domain.signed_urls.other_signers.looks_signed": lambda text: (
        other_signers.looks_signed(Query({"a": text}), text),
        other_signers.looks_signed(Query({text: "a", "b": f"e.{text}.c"}), "/"),
    ),
    "domain.signed_urls.parameters.find_flaws": lambda text: (
        parameters.find_flaws(Query({"signature": text, "versionid": text, text: text}), ("signature",), {}, ()),
        parameters.find_flaws(Query({}, (text,), frozenset({text})), ("signature",), {"signature": False}, ()),
    ),
    "domain.signed_urls.parameters.find_misspelt_names": lambda text: parameters.find_misspelt_names(
        Query({"signature": text}, (), frozenset({text})), ("signature",)
    ),
    "domain.signed_urls.parameters.is_known": parameters.is_known,
    "domain.signed_urls.mistakes.find_padding": lambda text: mistakes.find_padding(text, text),
    "domain.signed_urls.mistakes.find_in_cloudfront": lambda text: mistakes.find_in_cloudfront(
        Query({"signature": text, "policy": text, "key-pair-id": text})
    ),
    "domain.signed_urls.other_signers.names_another_key": other_signers.names_another_key,
    "domain.pasted.raw_values.encode_values": lambda text: (
        raw_values.encode_values(text),
        raw_values.encode_values(f"?response-content-disposition=attachment; filename={text}"),
        raw_values.encode_values(f'?response-content-disposition=attachment;{text} filename="{text}"'),
        raw_values.encode_values(f"?response-cache-control={text}&response-content-type=a/{text}; charset={text}"),
        raw_values.encode_values(f"?response-content-disposition=attachment; filename={text}" * 2),
    ),
    "domain.signed_urls.mistakes.find_secret": lambda text: mistakes.find_secret(text, text),
    "domain.signed_urls.mistakes.find_word_in_name": lambda text: mistakes.find_word_in_name(text, text),
    "domain.signed_urls.values.is_secret": values.is_secret,
    "domain.signed_urls.values.parse_epoch": values.parse_epoch,
    "domain.signed_urls.values.show_key_id": values.show_key_id,
    "domain.signed_urls.values.parse_iso": values.parse_iso,
    "domain.signed_urls.values.parse_stamp": values.parse_stamp,
    "domain.signed_urls.values.parse_whole": values.parse_whole,
    "domain.signed_urls.session_tokens.read_account": session_tokens.read_account,
    "domain.signed_urls.session_tokens.read_session": lambda text: (
        session_tokens.read_session(text),
        session_tokens.read_session(b64encode(b"!" + text.encode(errors="replace")).decode()),
    ),
    "domain.signed_urls.values.read_claims": lambda text: (values.read_claims(text), values.read_claims(f"e.{text}.c")),
    "domain.signed_urls.values.read_end_of_token": lambda text: values.read_end_of_token(f"e.{text}.c"),
    "domain.signed_urls.values.show": values.show,
    "domain.signed_urls.flaws.Flaw.parse": lambda text: (Flaw.parse(text), Flaw.parse(f"missing:{text}")),
    "domain.signed_urls.flaws.join_changes": lambda text: flaws.join_changes((), [text]),
    "domain.signed_urls.flaws.split_changes": flaws.split_changes,
    "domain.sharing.Receiver.parse": lambda text: (
        _try(Receiver.parse, text),
        _try(Receiver.parse, f"role:{text}"),
    ),
    "domain.judging.verdicts.judge": lambda text: verdicts.judge(_facts(text), _answer(text), NOW + timedelta(hours=2)),
    "lib.wildcards.covers": lambda text: (
        wildcards.covers(text, _KEY),
        wildcards.covers("*a?b*", text),
        wildcards.covers(text, text),
        wildcards.covers(text, "a" * len(text), fold=True),
        wildcards.covers(text, text[:4_000], before_query=True),
        wildcards.covers(text, "a" * 4_000, before_query=True),
    ),
    "domain.sharing.ShareScope.find_last_end": lambda text: _scope(text).find_last_end(1, text, NOW),
    "domain.sharing.ShareScope.may_enter": lambda text: _scope(text).may_enter(1, text),
    "domain.sharing.ShareScope.may_share": lambda text: _scope(text).may_share(1, text),
    "domain.sharing.ShareScope.plan_listing": lambda text: _scope(text).plan_listing(1, text),
    "domain.sharing.check_prefix": sharing.check_prefix,
    "domain.sharing.find_meant": sharing.find_meant,
    "lib.safe_text.chats.disarm": lambda text: (chats.disarm(text, "http://a"), chats.disarm(text, text)),
    "lib.safe_text.spreadsheets.disarm_formula": spreadsheets.disarm_formula,
    "lib.safe_text.visible.make_lines_visible": visible.make_lines_visible,
    "lib.safe_text.visible.make_page_visible": lambda text: (
        visible.make_page_visible(f"\u202e{text}"),
        visible.make_page_visible(f'<a title="\u202e{text}'),
        visible.make_page_visible(f"<textarea>\u202e{text}"),
    ),
    "lib.safe_text.visible.make_visible": visible.make_visible,
    "lib.zones.find_zone": zones.find_zone,
}
