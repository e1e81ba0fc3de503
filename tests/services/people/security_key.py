"""A security key that is made of software."""

import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from links.services.people.passkeys import Site

SITE = Site("https://share.example.com", "Holdfast")
USER_PRESENT, HAS_CREDENTIAL = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.AT


@dataclass
class SecurityKey:
    credential_id: bytes = b"a-credential-of-the-suite"
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, origin: str = SITE.origin, host: str = SITE.host) -> str:
        credential = AttestedCredentialData.create(
            b"\0" * 16,
            self.credential_id,
            ES256.from_cryptography_key(self.key.public_key()),  # type: ignore[no-untyped-call]  # the library lacks it
        )
        flags = USER_PRESENT | HAS_CREDENTIAL
        data = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, self.counter, credential)
        client = self._tell(CollectedClientData.TYPE.CREATE, options, origin)
        attestation = AttestationObject.create("none", data, {})
        return self._answer(client, attestationObject=websafe_encode(bytes(attestation)))

    def prove(
        self,
        options: str,
        origin: str = SITE.origin,
        host: str = SITE.host,
        flags: AuthenticatorData.FLAG = USER_PRESENT,
    ) -> str:
        data = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, self.counter)
        client = self._tell(CollectedClientData.TYPE.GET, options, origin)
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=websafe_encode(bytes(data)), signature=websafe_encode(signature))

    def _tell(self, kind: CollectedClientData.TYPE, options: str, origin: str) -> bytes:
        return bytes(CollectedClientData.create(kind, json.loads(options)["challenge"], origin))

    def _answer(self, client: bytes, **response: str) -> str:
        name = websafe_encode(self.credential_id)
        told = {"clientDataJSON": websafe_encode(client), **response}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
