"""What nothing here can check, named wherever the checks of a bucket or of a link are listed."""

from django.utils.translation import gettext

from links.domain.stores.hosts import is_aws_host


def list_unchecked(host: str) -> list[tuple[str, str]]:
    """What may refuse requests at this store and is not seen, with what to do about it. No bucket and no key's user
    tells the policies of an AWS organization: only whoever manages it reads them. Other stores have none."""
    if not is_aws_host(host.partition(":")[0]):
        return []
    return [
        (
            gettext("Policies of the organization (SCP, RCP)"),
            gettext(
                "not checked: no bucket shows them. If access is refused and nothing else explains it, ask whoever "
                "manages the AWS organization."
            ),
        )
    ]


def describe_unchecked(host: str) -> list[str]:
    """The same, a sentence for each."""
    return [gettext("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in list_unchecked(host)]
