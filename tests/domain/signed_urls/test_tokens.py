from links.domain.signed_urls.tokens import digest


def test_a_token_is_looked_up_by_its_digest_alone() -> None:
    assert len(digest("one")) == 32
    assert digest("one") == digest("one")
    assert digest("one") != digest("two")
