"""The first account of a new site, by which all others are made."""

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from links.services.audit.acts.commands import running_command


def is_missing() -> bool:
    """Whether nobody is there who could make an account for anybody."""
    return not get_user_model()._default_manager.filter(is_superuser=True).exists()  # noqa: SLF001  Django's documented way


def make_first_admin(name: str, password: str) -> bool:
    """Make a superuser of this name, where the site has none; whether it was made. One that was demoted, renamed or
    deleted later does not come back as long as there is another. Raises ValidationError for a password that staff may
    not have."""
    users = get_user_model()
    with running_command("first_admin", ()), transaction.atomic():
        if not is_missing():
            return False
        account = users(**{users.USERNAME_FIELD: name})
        validate_password(password, account)
        account.clean_fields(exclude=["password"])
        users._default_manager.create_superuser(name, password=password)  # noqa: SLF001  as above
    return True
