import pytest

from links.models import ShareLink


@pytest.mark.parametrize(
    ("link", "for_customers", "for_staff"),
    [
        (
            ShareLink(title="Annual report", filename="2026.pdf", object_key="in/r1.pdf"),
            "Annual report",
            "Annual report",
        ),
        (ShareLink(filename="2026.pdf", object_key="in/r1.pdf"), "2026.pdf", "in/r1.pdf"),
        (ShareLink(object_key="in/r1.pdf"), "r1.pdf", "in/r1.pdf"),
        (ShareLink(host="cdn.example.com"), "cdn.example.com", "cdn.example.com"),
    ],
)
def test_customers_read_what_a_file_is_called_and_staff_where_it_lies(
    link: ShareLink, for_customers: str, for_staff: str
) -> None:
    assert (link.name_for_customers, link.name_for_staff) == (for_customers, for_staff)
