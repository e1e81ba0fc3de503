from django.urls import include, path

urlpatterns = [path("", include("links.urls"))]

handler404 = "links.public.answers.not_found"
