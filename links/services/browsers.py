"""What visitors' programs call themselves."""

from ua_parser import parse_user_agent

LONGEST_READ = 500  # characters of a header that anybody may write anything into
LONGEST_NAME = 40  # characters of the column


def name_browser(user_agent: str) -> str:
    """The family alone, as in "Firefox", "curl" or "Slackbot"; "" for a program that is not known. Some 100 µs.

    Versions are left out: with them an address in a shortened network would be somebody's again.
    """
    found = parse_user_agent(user_agent[:LONGEST_READ])
    return "".join(letter for letter in found.family if letter.isprintable())[:LONGEST_NAME] if found else ""
