"""Text for chats in which nobody is called and nothing is marked up, whatever strangers wrote in it.

Each chat has a markup of its own, and what one leaves alone means something to another: so all of them are disarmed,
by letters that look alike. Sources: Slack, "Formatting text for app surfaces"; Discord, "Message Formatting"; Teams,
"Format your bot messages"; Telegram, "Formatting options"; Mattermost, "Mention people"; CommonMark 0.31.
"""

import re

from links.lib.safe_text.visible import make_lines_visible

# Each @ is one: Discord, as Apprise asks it, calls somebody for the host of a mail address, too.
_LOOK_ALIKES = str.maketrans({"<": "‹", ">": "›", "`": "ˋ", "*": "∗", "~": "∼", "|": "¦", "@": "＠"})
_ENTITY = re.compile(r"&(?=#?\w{1,10};)")  # written out, some services read it as the letter that it stands for
_LINK = re.compile(r"(?<=\])(?=[(\[:])")  # [text](address), ![picture](address), [text][name], [name]: address
_SLANTED = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # not my_file.pdf
_HEADING = re.compile(r"^(?=#)", re.MULTILINE)


def disarm(text: str, own_base: str = "") -> str:
    """The same to read. An address that begins with `own_base`, which is ours, stays what it is."""
    if not own_base:
        return _disarm(text)
    own = re.compile(rf"({re.escape(own_base)}(?=[/?\s]|$)[\w/?=&%.-]*(?=[\s。]|$))")
    return "".join(part if number % 2 else _disarm(part) for number, part in enumerate(own.split(text)))


def _disarm(text: str) -> str:
    plain = make_lines_visible(text).translate(_LOOK_ALIKES)
    for shape, put in (
         (_ENTITY, "＆"), (_LINK, " "), (_SLANTED, "＿"), (_HEADING, "\N{NO-BREAK SPACE}")
    ):  # fmt: skip
        plain = shape.sub(put, plain)
    return plain
