"""No secret enters the trail by any service that records: each is filled with canaries, and none is found."""

from itertools import chain

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from links.domain.audit.acts import Act
from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import AuditDetail, AuditRecord, Customer, ShareLink, SigningKey
from links.services import erasure
from links.services.buckets import binding, changing
from links.services.keys import corrections, encryption, proofs, rotation
from links.services.link_terms import Terms
from links.services.links import bulk, changes, owners, remake, revealing, sharing, time_requests
from links.services.pasted import doctor
from links.services.people import customers
from links.services.validation import on_demand
from tests.fixtures import World

pytestmark = pytest.mark.django_db
PASSWORD = "canary-password-9Xq"


def dump() -> str:
    rows = AuditRecord.objects.values_list("actor_text", "object_text", "values")
    return str([*chain.from_iterable(rows), *AuditDetail.objects.values_list("text", flat=True)])


def test_every_service_records_what_it_did_and_no_secret(world: World, admin_user: User) -> None:
    now = world.clock()
    colleague = User.objects.create_superuser("ken")
    made = world.create_link(password=PASSWORD, note="see https://x.example/?X-Amz-Signature=" + "c" * 64)
    link = made.link
    presigned = world.presign()
    watched = world.watch(world.s3.presigner(world.access, world.store).v4("report.pdf", expires=600_000))
    changes.change_terms(link, Terms(title="Plan", password=PASSWORD + "2"), EVERYTHING, now)
    changes.change_end(link, "20 days", scope=EVERYTHING, zone=timezone.get_default_timezone(), now=now)
    owners.change_owner(link, colleague, now)
    changes.follow_latest(link, EVERYTHING, now)
    url = revealing.reveal_url(link)
    on_demand.ask_for_validation([link], world.clock)
    rescued = remake.rescue_links([presigned.link], colleague, EVERYTHING, now)[0].done
    remake.duplicate_links(
        [presigned.link], "", owner=colleague, scope=EVERYTHING, zone=timezone.get_default_timezone(), now=now
    )
    asked = time_requests.ask(link, now, message="please", mail="a@example.com")
    time_requests.grant(asked, "+7 days", colleague, zone=timezone.get_default_timezone(), now=now)
    time_requests.decline(time_requests.ask(link, now, message="more"), colleague, now)
    doctor.check_url(read_pasted(watched.url), OPERATOR, ask=True, now=now)
    bulk.revoke_links([link], now)
    permission = sharing.give(world.bucket, "", Group.objects.get(name="Manager"), max_days=3, by=colleague, now=now)
    sharing.withdraw(permission)
    customer = customers.save(Customer(name="Ogata", created_at=now))
    customer.mail = "ogata@example.com"
    customers.save(customer)
    binding.test_bucket(world.bucket, EVERYTHING, now=now)
    world.s3.add_bucket("more").put("report.pdf", b"x")
    binding.add_bucket("more", world.key, now=now)
    changing.change_bucket(
        world.bucket, world.key, region=world.bucket.region, addressing=world.bucket.addressing, now=now
    )
    proofs.check_key(world.key, now)
    world.key.label = "renamed"
    proofs.save_plan(world.key, now)
    corrections.set_secret(SigningKey.objects.get(), world.access.secret, now=now)
    new = world.s3.add_key(world.user)
    rotation.rotate_key(SigningKey.objects.get(), new.id, new.secret, now=now)
    encryption.reencrypt_secrets()
    erasure.erase_customer(customer, now)

    acts = set(AuditRecord.objects.values_list("act", flat=True))
    expected = {
        *(Act.LINK_CREATED, Act.LINK_WATCHED, Act.LINK_TERMS_CHANGED, Act.LINK_END_CHANGED, Act.LINK_OWNER_CHANGED),
        *(Act.LINK_FOLLOWS_LATEST, Act.URL_REVEALED, Act.LINK_VALIDATION_ASKED, Act.LINK_RESCUED, Act.LINK_REPLACED),
        *(Act.LINK_COPIED, Act.TIME_ASKED, Act.TIME_GRANTED, Act.TIME_DECLINED, Act.URL_CHECKED, Act.LINK_REVOKED),
        *(Act.SHARE_PERMITTED, Act.SHARE_WITHDRAWN, Act.CUSTOMER_ADDED, Act.CUSTOMER_CHANGED, Act.CUSTOMER_ERASED),
        *(Act.BUCKET_TESTED, Act.BUCKET_ADDED, Act.BUCKET_CHANGED, Act.KEY_ADDED, Act.KEY_CHECKED, Act.KEY_CHANGED),
        *(Act.KEY_SECRET_SET, Act.KEY_ROTATED, Act.SECRETS_ENCRYPTED_ANEW, Act.PERSONAL_DATA_ERASED),
    }
    assert expected <= acts, {act.value for act in expected if act.value not in acts}
    told = dump()
    tokens = [made.url.rpartition("/")[2], url.rpartition("/")[2], rescued.url.rpartition("/")[2] if rescued else "?"]
    signatures = [text.partition("X-Amz-Signature=")[2][:64] for text in (presigned.url, watched.url)]
    assert all(len(secret) > 20 for secret in (*tokens, *signatures))
    hashed = list(ShareLink.objects.exclude(password="").values_list("password", flat=True))
    for secret in (PASSWORD, world.access.secret, new.secret, "c" * 64, *tokens, *signatures, *hashed):
        assert secret not in told
