from django.urls import include, path

urlpatterns = [path("", include("links.urls"))]

handler404 = "links.public.views.not_found"
