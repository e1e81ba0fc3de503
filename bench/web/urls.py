"""What a click is compared with: a constant redirect, and the view as one would write it at first."""

from functools import cache

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from django.utils import timezone
from storages.backends.s3 import S3Storage

from links.domain.signed_urls.tokens import digest
from links.models import Bucket, ShareLink, Visit


def constant(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse(status=302, headers={"Location": "https://example.com/a-file", "Content-Length": "0"})


@cache
def make_storage(number: int) -> S3Storage:
    bucket = Bucket.objects.select_related("key").get(pk=number)
    return S3Storage(
        access_key=bucket.key.access_key_id,
        secret_key=bucket.key.secret.open() if bucket.key.secret else "",
        bucket_name=bucket.name,
        region_name=bucket.region,
        endpoint_url=bucket.endpoint,
        signature_version="s3v4",
        addressing_style="path",
    )


def plain(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """Finds the row and signs; it counts nothing and writes nothing down."""
    link = get_object_or_404(ShareLink, token_hash=digest(token), revoked_at=None, promised_until__gt=timezone.now())
    url = make_storage(link.bucket_id).url(link.object_key, expire=180)
    return HttpResponse(status=302, headers={"Location": url})


def plain_counted(request: HttpRequest, token: str) -> HttpResponse:
    """As `plain`, and does what a click has to."""
    now = timezone.now()
    link = get_object_or_404(ShareLink, token_hash=digest(token), revoked_at=None, promised_until__gt=now)
    url = make_storage(link.bucket_id).url(link.object_key, expire=180)
    ShareLink.objects.filter(pk=link.pk).update(visit_count=F("visit_count") + 1, visited_at=now)
    Visit.objects.create(link=link, at=now, outcome="served", address=request.META["REMOTE_ADDR"])
    return HttpResponse(status=302, headers={"Location": url})


urlpatterns = [
    path("constant", constant),
    path("plain/<str:token>", plain),
    path("plain-counted/<str:token>", plain_counted),
    path("", include("links.urls")),
]
