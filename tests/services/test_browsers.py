import pytest

from links.services.browsers import LONGEST_NAME, name_browser

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox"),
        ("curl/8.5.0", "curl"),
        ("Wget/1.21.4", "Wget"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot-LinkExpanding"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        ("", ""),
        ("a program of our own", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_a_visitors_program_is_named_by_its_family(user_agent: str, name: str) -> None:
    assert name_browser(user_agent) == name


def test_a_name_fits_its_column_whatever_the_header_says() -> None:
    for header in (f"{'Evil' * 100}bot/1.0", "Evil\x1b[2Jbot/1.0", "<script>bot/1.0"):
        name = name_browser(header)
        assert len(name) <= LONGEST_NAME
        assert name.isprintable()
