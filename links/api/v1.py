"""Version 1 of the API: all its operations, and how they are described."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from links.api import problems
from links.api.bodies import JsonParser
from links.api.doctor import router as doctor
from links.api.history.audit_trail import router as audit_trail
from links.api.history.incidents import router as incidents
from links.api.history.visits import router as visits
from links.api.links import bulk, changing, making, object_links, reading, routing
from links.api.openapi import describe
from links.api.people.customers import router as customers
from links.api.people.time_requests import router as time_requests
from links.api.stores.buckets import router as buckets
from links.api.stores.keys import router as keys


class Api(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:  # noqa: ANN401, ARG002  ninja's own
        answer = problems.answer_exception(exc)
        if answer is None:
            raise exc
        return answer

    def get_openapi_schema(self, **how: Any) -> Any:  # noqa: ANN401  ninja's own
        return describe(self, super().get_openapi_schema(**how))


api = Api(
    title="Holdfast",
    version="1",
    description="Share links to S3 objects that live as long as you promised.",
    urls_namespace="api",
    parser=JsonParser(),
    # Nothing of it is open to everybody.
    openapi_url=None,
    docs_url=None,
)
# Each of these adds its operations to the one router of /links.
OF_LINKS = (reading, making, changing, object_links)
api.add_router("/links", routing.router, tags=["Links"])
api.add_router("/links/bulk", bulk.router, tags=["Many links at once"])
api.add_router("/customers", customers, tags=["Customers"])
api.add_router("/time-requests", time_requests, tags=["Time requests"])
api.add_router("/buckets", buckets, tags=["Buckets"])
api.add_router("/keys", keys, tags=["Signing keys"])
api.add_router("/incidents", incidents, tags=["Incidents"])
api.add_router("/visits", visits, tags=["Visits"])
api.add_router("/audit-records", audit_trail, tags=["Audit trail"])
api.add_router("/doctor", doctor, tags=["Link doctor"])
