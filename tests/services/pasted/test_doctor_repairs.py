import quopri
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from botocore.signers import CloudFrontSigner

from links.domain.errors import Unreadable
from links.domain.findings import Code, Verdict
from links.domain.pasted.repair import Repair
from links.domain.pasted.urls import read_pasted
from links.domain.signed_urls.reading import Style
from links.domain.viewers import OPERATOR
from links.services.pasted.doctor import check_url
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3


def wrap(url: str) -> str:
    return "\r\n".join(url[start : start + 76] for start in range(0, len(url), 76))


MANGLED: list[tuple[Callable[[str], str], tuple[Repair, ...]]] = [
    (lambda url: url, ()),
    (lambda url: url.replace("&", "&amp;"), (Repair.HTML_ENTITIES,)),
    (wrap, (Repair.LINE_BREAKS,)),
    (lambda url: f"<{url}>", (Repair.SURROUNDINGS,)),
    (lambda url: quopri.encodestring(url.encode()).decode(), (Repair.QUOTED_PRINTABLE,)),
    (lambda url: quote(url, safe=""), (Repair.DOUBLE_ENCODING,)),
    (
        lambda url: f"<{wrap(url.replace('&', '&amp;'))}>",
        (Repair.LINE_BREAKS, Repair.SURROUNDINGS, Repair.HTML_ENTITIES),
    ),
]


def sign_v4(world: World) -> str:
    return world.s3.presigner(world.access, world.store).v4("report.pdf")


def sign_v2(world: World) -> str:
    return world.s3.presigner(world.access, world.store).v2("report.pdf")


def sign_at_cloudfront(world: World) -> str:
    pair = world.s3.add_distribution("localhost", world.store).add_key_pair()
    ends = world.clock() + timedelta(hours=1)
    address = f"http://localhost:{world.s3.port}/report.pdf"
    return str(CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(address, date_less_than=ends))


@pytest.mark.parametrize(("mangle", "repairs"), MANGLED)
@pytest.mark.parametrize("sign", [sign_v4, sign_v2, sign_at_cloudfront])
def test_a_mangled_url_is_mended_told_and_served(
    world: World,
    site_settings: SiteSettings,
    sign: Callable[[World], str],
    mangle: Callable[[str], str],
    repairs: tuple[Repair, ...],
) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = [f"localhost:{world.s3.port}", f"127.0.0.1:{world.s3.port}"]
    diagnosis = check_url(read_pasted(mangle(sign(world))), OPERATOR, ask=True, now=world.clock())
    assert diagnosis.repairs == repairs
    assert diagnosis.answer is not None
    assert diagnosis.answer.served
    assert Code.URL_CHANGED not in {finding.code for finding in diagnosis.judgement.findings}


def test_nobody_is_asked_unless_the_doctor_is_told_to(world: World) -> None:
    asked = len(world.s3.requests)
    diagnosis = check_url(read_pasted(sign_v4(world)), OPERATOR, now=world.clock())
    assert (diagnosis.answer, len(world.s3.requests)) == (None, asked)


def test_a_mangled_temporary_url_tells_its_true_end(strict_s3: StrictS3, now: datetime, db: None) -> None:
    url = (
        "https://files.s3.eu-west-1.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAIOSFODNN7"
        f"EXAMPLE%2F{now:%Y%m%d}%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date={now:%Y%m%dT%H%M%SZ}&X-Amz-Expires=604800"
        f"&X-Amz-SignedHeaders=host&X-Amz-Security-Token=FwoG%2F%2B%3D&X-Amz-Signature={'0a' * 32}"
    )
    diagnosis = check_url(
        read_pasted(url.replace("&", "&amp;")), OPERATOR, promised_until=now + timedelta(days=30), now=now
    )
    assert diagnosis.repairs == (Repair.HTML_ENTITIES,)
    assert diagnosis.judgement.verdict is Verdict.AT_RISK
    assert diagnosis.url.expires_at == now + timedelta(days=7)
    assert diagnosis.read_forecast(now).at == now + timedelta(hours=36)


def test_a_url_that_states_no_end_has_none(now: datetime, db: None) -> None:
    diagnosis = check_url(read_pasted("https://files.example/a"), OPERATOR, now=now)
    assert (diagnosis.url.style, diagnosis.read_forecast(now).at) == (Style.UNSIGNED, None)


def test_what_is_beyond_repair_is_unreadable(now: datetime) -> None:
    with pytest.raises(Unreadable):
        check_url(read_pasted("<no address at all>"), OPERATOR, now=now)


def test_a_diagnosis_shows_no_signature(world: World) -> None:
    url = sign_v4(world)
    assert url[-64:] not in repr(check_url(read_pasted(f"<{url}>"), OPERATOR, ask=True, now=world.clock()))
