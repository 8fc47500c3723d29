"""Addresses of the public pages that need to know of pairs."""

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [
    path("my/application/erase/", views.erase, name="erase"),
    path("my/erased/", views.erased, name="erased"),
]
