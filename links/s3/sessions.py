"""Sessions of boto3 that know one key pair and nothing of the machine they run on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.configprovider import ConfigValueStore, ConstantProvider
from botocore.credentials import CredentialResolver
from botocore.loaders import Loader
from botocore.session import Session as BotocoreSession
from botocore.tokens import TokenProviderChain

from links.s3.http_session import use_dialler

if TYPE_CHECKING:
    from botocore.client import BaseClient


class _BuiltinLoader(Loader):
    """The service models that came with the packages; never those of AWS_DATA_PATH or ~/.aws/models.

    One for all sessions: a loaded model of S3 is some megabytes. boto3 appends to `search_paths`, hence the copy.
    """

    @property
    def search_paths(self) -> list[str]:
        return list(super().search_paths)

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  botocore's
        """Those that are asked here. botocore's own looks into a folder for each of four hundred, three times for the
        first client of a process."""
        return ["iam", "s3", "sts"]


_MODELS = _BuiltinLoader(
    extra_search_paths=[Loader.BUILTIN_DATA_PATH, str(Path(boto3.__file__).parent / "data")],
    include_default_search_paths=False,
)


class _IsolatedSession(BotocoreSession):
    """No environment variable, profile, file, metadata service or plug-in is asked for anything.

    Every configuration variable has its default; a broken ~/.aws/config or a profile that is not there cannot
    break or bend a client. What a client needs is given to it: key, region, endpoint, and the way to it.
    """

    def __init__(self) -> None:
        super().__init__()
        defaults = {name: ConstantProvider(value[2]) for name, value in self.SESSION_VARIABLES.items()}
        nothing = {"s3": ConstantProvider(None), "proxies_config": ConstantProvider(None)}
        self.register_component("config_store", ConfigValueStore(mapping=defaults | nothing))
        self.register_component("credential_provider", CredentialResolver(providers=[]))
        self.register_component("token_provider", TokenProviderChain(providers=[]))
        self.register_component("data_loader", _MODELS)

    def create_client(self, *arguments: Any, **options: Any) -> BaseClient:
        """No client can be made without the dialler: it is here that each is made, a resource's too."""
        client: BaseClient = super().create_client(*arguments, **options)
        use_dialler(client, options.get("verify"))
        return client

    @property
    def full_config(self) -> dict[str, dict[str, str]]:
        return {"profiles": {}}

    def _register_client_plugins(self, client: object) -> None:
        """Plug-ins are named in the environment."""


def make_session(access_key_id: str, secret: str) -> boto3.Session:
    """A session that can use this key pair and no other credential.

    Clients made from it need region and endpoint; they may be shared between threads, the session may not.
    """
    return boto3.Session(access_key_id, secret, botocore_session=_IsolatedSession())
