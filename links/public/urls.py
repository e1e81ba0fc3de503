from django.urls import path

from links.public import views

urlpatterns = [
    path("", views.home),
    path("favicon.ico", views.favicon),
    path("health", views.health, name="health"),
    path("s/", views.not_found),
    path("s/<path:token>", views.visit, name="visit"),
]
