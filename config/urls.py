from django.urls import include, path

urlpatterns = [path("", include("links.urls"))]

handler400 = "links.public.answers.bad_request"
handler404 = "links.public.answers.not_found"
