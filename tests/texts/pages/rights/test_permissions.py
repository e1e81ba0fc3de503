from django.utils import translation

from links.texts.pages.rights.permissions import in_full


def test_a_permission_is_composed_of_its_action_and_the_rows_it_is_about() -> None:
    with translation.override("en"):
        assert in_full("view_sharelink", "sharelink", "links", "Can view link") == "May view links"
    with translation.override("ja"):
        assert in_full("view_sharelink", "sharelink", "リンク", "Can view link") == "リンクを閲覧できます"
        assert in_full("delete_bucket", "bucket", "バケット", "Can delete bucket") == "バケットを削除できます"


def test_a_permission_of_our_own_has_a_sentence_of_its_own(language: str) -> None:
    told = in_full("see_every_sharelink", "sharelink", "links", "Can see everyone's links, not only their own")
    assert ("May" in told) is (language == "en")


def test_what_nobody_here_knows_keeps_djangos_name() -> None:
    assert in_full("fly_kite", "kite", "kites", "Can fly a kite") == "Can fly a kite"
    assert in_full("view_gone", "gone", "", "Can view gone") == "Can view gone"
    assert in_full("view_kite_prices", "kite", "kites", "Can view prices of kites") == "Can view prices of kites"
