"""What is asked of every page, whoever reads it and however their browser is set up."""

import re

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import Look
from tests.browser.watching import Watch

DARK = 0.2
"""The brightest that a dark page's ground may be, of 1."""
BLOCKS = ".card, form.sheet, .panel, .empty, .watch-stopped, .watch-silent, .submit-row, .cure, .caution, body > main"

MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE_IN_NUMBERS = r"\b2\d{3}-\d\d-\d\d\b"
DATE_IN_WORDS = rf"\b\d{{1,2}} {MONTHS} 2\d{{3}}\b|2\d{{3}}年\d"
DJANGOS_DATES = (rf"\b{MONTHS} \d{{1,2}}\b", r"\b[A-Z][a-z]+\. \d{1,2}, 2\d{3}\b")
READ_TEXT = """() => {
    const isLeftOut = part => part.matches(".help, .errorlist, .refusal, textarea, script") || !part.checkVisibility();
    const read = part => part.nodeType === Node.TEXT_NODE ? part.textContent
        : part.nodeType !== Node.ELEMENT_NODE || isLeftOut(part) ? "" : [...part.childNodes].map(read).join("");
    return [...document.querySelectorAll("#content, body > main")].map(read).join(" ");
}"""
"""Without what is said of how a date may be entered."""

FIND_WHAT_STICKS_OUT = """blocks => [...document.querySelectorAll(blocks)].flatMap(block => {
    const edge = block.getBoundingClientRect().right + 1;
    return [...block.querySelectorAll("*")].filter(part => part.checkVisibility({visibilityProperty: true})
        && part.getBoundingClientRect().right > edge
        && !part.closest(".scroll, .results, .visually-hidden, .trap, svg, textarea, select, time")
    ).map(part => `${part.tagName} ${part.className} ${part.textContent.trim().slice(0, 40)}`);
})"""
FIND_COVERED_TOOLS = """() => [...document.querySelectorAll("#header :is(a, button)")].filter(tool => {
    const edge = document.querySelector("#header").getBoundingClientRect().bottom;
    return tool.checkVisibility() && tool.getBoundingClientRect().bottom > edge + 1;
}).map(tool => tool.textContent.trim())"""
# The thousand things that are as they should be stay in the browser: telling of them takes a tenth of a visit.
RUN_AXE = """() => axe.run({resultTypes: ["violations"]}).then(({violations}) => ({violations}))"""
LIST_BUTTONS = """() => [...document.querySelectorAll(
        "a.button, button, input[type=submit], .object-tools a, .submit-row a"
    )]
    .filter(button => button.checkVisibility() && !button.closest(".presets"))
    .map(button => [(button.innerText || button.value || "").trim(), getComputedStyle(button).textTransform])"""


def judge_layout(page: Page) -> None:
    """Nothing is wider than the screen or than what it stands in, and the bar does not lie below what follows it."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen"
    assert page.evaluate(FIND_WHAT_STICKS_OUT, BLOCKS) == [], "it sticks out of what it stands in"
    assert page.evaluate(FIND_COVERED_TOOLS) == [], "it is covered by what follows the bar"


def judge_buttons(page: Page) -> None:
    """They are written in sentence case, and shown as they are written."""
    words = page.evaluate(LIST_BUTTONS)
    assert [word for word, transform in words if word and transform != "none"] == []
    assert [word for word, _transform in words if re.match(r"[a-z]", word)] == []
    assert [word for word, _transform in words if re.match(r"[A-Z][a-z]+ (?:[a-z]+ )*[A-Z][a-z]", word)] == []


def judge_dates(page: Page) -> None:
    """A page has one form of dates: numbers down a column, or words in sentences. A message is no part of the page."""
    said = page.evaluate(READ_TEXT)
    assert not any(re.search(form, said) for form in DJANGOS_DATES), "a date as Django writes it"
    assert not (re.search(DATE_IN_NUMBERS, said) and re.search(DATE_IN_WORDS, said)), "dates in two forms"


def find_sidebar_top(page: Page) -> float | None:
    """How far below the page's top it stands; None where there is none."""
    sidebar = page.locator("#nav-sidebar:visible")
    box = sidebar.bounding_box() if sidebar.count() else None
    return box["y"] if box else None


def count_violations(page: Page, watch: Watch) -> int:
    """Of what axe knows of accessibility, contrast among it. None is tolerated."""
    with watch.deaf():  # axe styles what it measures
        page.evaluate(AXE_SCRIPT)
        results = AxeResults(page.evaluate(RUN_AXE))
    assert results.violations_count == 0, results.generate_report()
    return int(results.violations_count)


def judge_look(page: Page, look: Look) -> None:
    expect(page.locator("html")).to_have_attribute("lang", look.language[:2])
    assert (find_brightness(page) < DARK) is look.dark


def find_brightness(page: Page) -> float:
    """Of the page's ground, from 0 for black to 1 for white."""
    return _measure(
        page.evaluate("""[document.body, document.documentElement]
        .map(element => getComputedStyle(element).backgroundColor).find(colour => colour.startsWith("rgb("))""")
    )


def find_ink(text: Locator) -> float:
    """The brightness of its letters."""
    return _measure(text.evaluate("text => getComputedStyle(text).color"))


def _measure(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour))
    return (red + green + blue) / (3 * 255)
