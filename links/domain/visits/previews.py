"""Programs that open links ahead of people: previewers of chats, scanners of mails, monitors, checkers of links.

Only those that say what they are can be told. Safe Links of Outlook and other scanners often come as a usual browser.
"""

import re

# To the library, which knows most of them, they are spiders; and so are, by mistake, some browsers whose line holds a
# word of one, and some programs with which customers download: these families are people's.
_SPIDER = "Spider"
_PROGRAMS_OF_PEOPLE = frozenset(
    {
        "Amazon Silk",
        "Apache-HttpClient",
        "Boto3",
        "Chrome",
        "Chrome Mobile",
        "Chrome Mobile WebView",
        "Edge",
        "Firefox",
        "Firefox Mobile",
        "Google-HTTP-Java-Client",
        "Java",
        "JNLP",
        "Mobile Safari",
        "Opera",
        "Python-urllib",
        "Safari",
        "WinHTTP",
        "http%20client",
    }
)
# Those that the library does not know, each by words that no browser of a person's has.
_CHATS = (
    "[a-z]{0,9}[ _-]?preview",
    "(?:link|url)[ _-]?expan",
    "unfurl",
    "cardyb",
    "embedly",
    "iframely",
    "onebox",
    "facebookcatalog",
    "meta-external",
    "kakaotalk-scrap",
    "line-poker",
    "vkShare",
    "matrix-media-repo",
    "^synapse",
    "^rocket\\.?chat",
    "^mattermost",
    "^mastodon",
    "^pleroma",
    "^misskey",
    "^viber",
    "^webexteams",
    "compatible; (?:viber|webex|line works)",
    "^ciscospark",
    "^synology chat",
    "^nextcloud",
    # Assistants that open what somebody pasted into a chat with them.
    "\\b(?:chatgpt|claude|perplexity|mistralai)-user",
    "^tumblr/",
    "^pinterest/",
    "^signal-",
    "^telegram",
    "^discord",
    "^slack",
    "^snapchat",
    "^zoom",
    "^notion",
    "^atlassian",
    "^jira",
    "^confluence",
    "^trello",
    "^asana",
    "HatenaBookmark",
    "GoogleImageProxy",
    "compatible; Google",
    "Google-(?:Apps|Safety|Read|Favicon|PageRenderer)",
    "Google Favicon",
    "YahooMailProxy",
)
_MAIL = (
    "ms-office",
    "MSOffice",
    "^Microsoft Office",
    "Microsoft Data Access Internet Publishing",
    "safe-?links?\\b",
    "^outlook",
    "^(?:barracuda|mimecast|proofpoint|symantec|sophos|trend ?micro|zscaler|fireeye|forti(?:net|guard|mail))",
    "compatible; (?:barracuda|mimecast|proofpoint|symantec|sophos|trend ?micro|zscaler|fireeye|forti)",
    "virustotal",
    "urlscan",
    "censysinspect",
    "\\bexpanse",
)
_MONITORS = (
    "check_http",
    "uptime-?kuma",
    "uptime(?:check|-check|monitor)",
    "health-?check",
    "hetrixtools",
    "nodeping",
    "GoogleStackdriverMonitoring",
    "datadog",
    "kube-probe",
    "checkly",
    "blackbox[ -]?exporter",
    "^prometheus",
    "zabbix",
    "nagios",
    "monitoring-plugins",
    "icinga",
    "^prtg",
    "dynatrace",
    "newrelic|new relic",
    "catchpoint",
    "freshping",
    "site24x7",
    "updown\\.io",
    "^uptimia",
    "^monit/",
    "^gatus",
    "^grafana",
    "^oh ?dear",
    "montastic",
    "panopta",
    "pingdom",
    "statuscake",
    "cloudflare-(?:traffic-manager|alwaysonline)",
    "^azure traffic manager",
    "^AlwaysOn$",
    "chrome-lighthouse",
    "gtmetrix",
    "datanyze",
    " PTST/",
)
_CHECKERS = (
    "link[ _-]?check",
    "(?:dead|broken)[ _-]?link",
    "w3c[_-](?:checklink|validator)",
    "lychee",
    "linkinator",
    "html-?proofer",
    "htmltest",
    "muffet",
    "\\bsphinx/",
    "urlresolver",
)
MAX_AGENT_LENGTH = 500  # characters of the line that are looked at: nobody's name stands further behind
_OWN = re.compile("|".join((*_CHATS, *_MAIL, *_MONITORS, *_CHECKERS)), re.IGNORECASE)


def find_previewer(agent: str, family: str, device: str) -> str:
    """The name of the program that opens links ahead of people, by its line "User-Agent" and what the library ua-parser
    makes of it: the family of the agent, and that of its device. Empty for whoever else asks."""
    if own := _OWN.search(agent, 0, MAX_AGENT_LENGTH):
        return family or own.group().strip()
    if device != _SPIDER or family in _PROGRAMS_OF_PEOPLE or agent.startswith("Java/"):
        return ""
    return family or "Bot"


def is_prefetch(purposes: str) -> bool:
    """Whether a browser asks ahead of its person, who may never come, by what it says of its purpose."""
    return any(word in purposes.lower() for word in ("prefetch", "prerender", "preview"))
