"""The README's pictures, taken from a running demo: `make demo` in one terminal, `make screenshots` in another."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".demo"
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PAGES = {"front-page": "/admin/", "link-at-risk": "/admin/links/sharelink/5/change/"}


def main() -> int:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None or not (STATE / "admin-password").is_file():
        sys.stderr.write("This needs a Chromium and a demo that is running: `make demo`.\n")
        return 2
    site = f"http://127.0.0.1:{json.loads((STATE / 'ports.json').read_text())['web']}"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1200, "height": 760}, timezone_id="Asia/Tokyo")
        sign_in(page, site)
        for name, address in PAGES.items():
            page.goto(site + address)
            page.screenshot(path=IMAGES / f"{name}.png")
        chromium.close()
    return 0


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", (STATE / "admin-password").read_text().strip())
    page.click("[type=submit]")


if __name__ == "__main__":
    sys.exit(main())
