from django.urls import include, path
from rest_framework.routers import DefaultRouter

from shop.admin import office
from shop.api import DocumentViewSet

router = DefaultRouter()
router.register("documents", DocumentViewSet)

urlpatterns = [
    path("office/", office.urls),
    path("shop-api/", include(router.urls)),
    path("", include("links.urls")),
]
