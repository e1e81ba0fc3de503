from pathlib import Path

import pytest
from django.test import Client

from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db


def test_the_houses_name_and_links_stand_on_every_page(client: Client, site_settings: SiteSettings) -> None:
    site_settings.BRAND_NAME = "株式会社サンプル"
    site_settings.IMPRINT_URL, site_settings.PRIVACY_URL = "https://example.com/imprint", "https://example.com/privacy"
    page = client.get("/s/nothing").content.decode()
    for told in ("株式会社サンプル", "https://example.com/imprint", "https://example.com/privacy"):
        assert told in page
    assert "株式会社サンプル" in client.get("/admin/login/").content.decode()


def test_a_logo_is_served_from_our_own_origin(client: Client, site_settings: SiteSettings, tmp_path: Path) -> None:
    assert client.get("/brand/logo").status_code == 302
    logo = tmp_path / "logo.PNG"
    logo.write_bytes(b"\x89PNG")
    site_settings.BRAND_LOGO = str(logo)
    answer = client.get("/brand/logo")
    assert (answer.content, answer["Content-Type"]) == (b"\x89PNG", "image/png")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_no_picture_is_not_served(client: Client, site_settings: SiteSettings, tmp_path: Path) -> None:
    (tmp_path / "secrets.txt").write_text("secret")
    site_settings.BRAND_LOGO = str(tmp_path / "secrets.txt")
    assert client.get("/brand/logo").status_code == 404


def test_the_accent_colour_is_a_stylesheet_and_never_inline(client: Client, site_settings: SiteSettings) -> None:
    assert client.get("/brand/style.css").status_code == 404
    site_settings.BRAND_ACCENT = "#ffcc00"
    page = client.get("/s/nothing").content.decode()
    assert "/brand/style.css" in page
    assert "ffcc00" not in page
    style = client.get("/brand/style.css").content.decode()
    assert style.count("--accent-fill:") == 3
    assert "--accent-ink:#ffcc00" in style.partition("@media")[2]  # yellow reads well in the dark
    assert "--accent-ink:#ffcc00" not in style.partition("@media")[0]
