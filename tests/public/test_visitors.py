import pytest
import ua_parser
from django.test import RequestFactory

from links.public import visitors
from links.public.visitors import find_address, read_agent, read_visitor

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 13; SO-51C) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120"
PREVIEWERS = [
    "Mozilla/5.0 (compatible; Viber/22)",
    "Mozilla/5.0 (compatible; LINE WORKS/1.0)",
    "Mozilla/5.0 (compatible; Webex Teams)",
    "CiscoSpark",
    "Synology Chat",
    "Nextcloud-References",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) Chrome/27.0 Safari/537.36 Google-PageRenderer Google",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
    "Uptimia/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "WhatsApp/2.19.81 A",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1;line-poker/1.0",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    # The Messages of Apple's devices.
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Bluesky Cardyb/1.1; +mailto:support@bsky.app",
    "ChatWork-LinkPreview/v2",
    "kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
    "Synapse/1.98.0",
    "Rocket.Chat Server",
    "Viber/13.3",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; ms-office; MSOffice 16)",
    "Microsoft Office Existence Discovery",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "check_http/v2.3.3 (monitoring-plugins 2.3.3)",
    "Uptime-Kuma/1.23.11",
    "GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)",
    "ELB-HealthChecker/2.0",
    "kube-probe/1.27",
    "Blackbox Exporter/0.24.0",
    "W3C-checklink/4.81 libwww-perl/6.67",
    "Mozilla/5.0 (compatible; LinkChecker/10.2; +https://linkchecker.github.io/linkchecker/)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0 Sphinx/7.2.6",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
]
PEOPLE = [
    "",
    CHROME,
    f"{IPHONE} Version/17.0 Mobile/15E148 Safari/604.1",
    # The browsers that chats open a link in, when somebody taps it.
    f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/400.0]",
    f"{IPHONE} Mobile/15E148 Safari Line/13.0.0",
    f"{IPHONE} Mobile/15E148 LinkedInApp/9",
    f"{ANDROID} Mobile Safari/537.36 WhatsApp/2.23",
    f"{ANDROID} Mobile Safari/537.36 YJApp-ANDROID jp.co.yahoo.android.yjtop/3.152",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.35 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/1.6 Electron/19.1.8",
    # A phone, and a browser, whose names hold a robot's.
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.9.4 like Chrome/108",
    # With which customers download.
    "curl/8.5.0",
    "Wget/1.21.3",
    "aria2/1.36.0",
    "python-requests/2.31.0",
    "Python-urllib/3.11",
    "Java/1.8.0_292",
    "Java/17",
    "Google-HTTP-Java-Client/1.42 (gzip)",
    "Apache-HttpClient/4.5.13 (Java/11.0.12)",
    "Go-http-client/2.0",
    "PowerShell/7 Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.19041.1682",
    "x" * 5_000,
]


def test_the_address_is_the_one_that_the_connection_or_our_proxies_told(rf: RequestFactory) -> None:
    assert find_address(rf.get("/", headers={"X-Forwarded-For": "6.6.6.6"}, REMOTE_ADDR="192.0.2.9")) == "192.0.2.9"


def test_a_browser_is_known_by_its_family_alone() -> None:
    assert read_agent("curl/8.5.0")[0] == "curl"
    assert read_agent("")[0] == ""


@pytest.mark.parametrize("agent", PREVIEWERS)
def test_a_program_that_opens_links_ahead_of_people_is_known(agent: str, rf: RequestFactory) -> None:
    visitor = read_visitor(rf.get("/", headers={"User-Agent": agent}))
    assert visitor.is_preview
    assert 0 < len(visitor.browser) <= 40


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_and_what_they_download_with_are_taken_for_no_previewer(agent: str, rf: RequestFactory) -> None:
    assert not read_visitor(rf.get("/", headers={"User-Agent": agent})).is_preview


@pytest.mark.parametrize(
    ("header", "purpose"),
    [
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
        ("X-Purpose", "preview"),
    ],
)
def test_a_browser_that_prefetches_says_so(header: str, purpose: str, rf: RequestFactory) -> None:
    assert read_visitor(rf.get("/", headers={"User-Agent": CHROME, header: purpose})).is_preview
    assert not read_visitor(rf.get("/", headers={"User-Agent": CHROME, header: "navigate"})).is_preview


def test_a_browser_is_read_once_and_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    parse = ua_parser.parse

    def count(agent: str) -> object:
        asked.append(agent)
        return parse(agent)

    read_agent.cache_clear()
    monkeypatch.setattr(ua_parser, "parse", count)
    for _ in range(3):
        read_agent(CHROME)
    assert asked == [CHROME]
    for number in range(visitors.REMEMBERED_AGENTS + 5):
        read_agent(f"curl/{number}")
    assert read_agent.cache_info().currsize == visitors.REMEMBERED_AGENTS
