"""What was put around a URL, or came into it, in ways that were met later. `WHOLE` is nobody's."""

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from links.domain.pasted.repair import Repair, Repaired, repair
from links.domain.pasted.rewriters import name_opaque

HOST = "https://files.s3.eu-central-1.amazonaws.com"
QUERY = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261124%2Feu-central-1%2Fs3"
    "%2Faws4_request&X-Amz-Date=20261124T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
    f"&X-Amz-Signature={'0a' * 32}"
)
WHOLE = f"{HOST}/a/b.pdf?{QUERY}"
QUOTED, BING = quote(WHOLE, safe=""), urlsafe_b64encode(WHOLE.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "around",
    [
        f"https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU={QUOTED}/RK=2/RS=x-",
        f"https://www.bing.com/ck/a?!&&p=abc&u=a1{BING}&ntb=1",
        f"https://ci3.googleusercontent.com/proxy/abc=s0-d-e1-ft#{WHOLE}",
        f"https://camo.githubusercontent.com/0123/{WHOLE.encode().hex()}",
        f"https://images-ext-1.discordapp.net/external/a-b_c/{quote('?' + QUERY, safe='')}/https/{HOST[8:]}/a/b.pdf",
    ],
)
def test_it_is_taken_out_of_what_was_put_around_it(around: str) -> None:
    assert repair(around) == Repaired(WHOLE, (Repair.REWRITTEN_LINK,))


@pytest.mark.parametrize("at", ["&X-A|mz-Expires", "2026112|4T12", "0a0a|0a0a&", "eu-cen|tral-1%2Fs3", "=36|00&"])
@pytest.mark.parametrize("blank", [" ", "\t", "   "])
def test_blanks_that_came_into_sigv4s_own_parameters_are_removed(at: str, blank: str) -> None:
    before, _, after = at.partition("|")
    whole = f"{WHOLE}&x-id=GetObject"
    assert before + after in whole
    mangled = whole.replace(before + after, before + blank + after, 1)
    assert repair(mangled) == Repaired(whole, (Repair.STRAY_BLANKS,))


@pytest.mark.parametrize(
    "mangled",
    [WHOLE.replace("b.pdf", "my b.pdf"), WHOLE.replace("?", "?response-content-type=text/plain; charset=utf-8&")],
)
def test_blanks_that_belong_to_a_name_stay(mangled: str) -> None:
    assert repair(mangled) == Repaired(mangled.replace(" ", "%20"), (Repair.BLANKS,))


@pytest.mark.parametrize(
    "mangled",
    [
        WHOLE.replace("https://", "https:/"),
        WHOLE.replace("https", "hxxps").replace("amazonaws.com", "amazonaws[.]com"),
        WHOLE.replace(".s3.", "[.]s3(.)").replace("amazonaws.com", "amazonaws[dot]com"),
    ],
)
def test_a_beginning_that_was_spoilt_is_put_right(mangled: str) -> None:
    assert repair(mangled) == Repaired(WHOLE, (Repair.SCHEME,))


def test_brackets_in_an_objects_name_stay() -> None:
    whole = WHOLE.replace("b.pdf", "b[.]pdf")
    assert repair(whole) == Repaired(whole)


@pytest.mark.parametrize(
    "host", ["x.list-manage.com", "mandrillapp.com", "a.hubspotlinks.com", "atpscan.global.hornetsecurity.com"]
)
def test_a_tracker_that_hides_where_it_leads_is_named(host: str) -> None:
    assert name_opaque(host)
