"""Addresses for the person portrayed, who comes by the link in a letter."""

from django.urls import path

from spotlights import portrayed_views as views

app_name = "portrayed"
urlpatterns = [
    path("", views.my_spotlight, name="my_spotlight"),
    path("link/<str:token>/", views.open_link, name="open_link"),
    path("link-failed/", views.link_failed, name="link_failed"),
    path("agree/", views.agree, name="agree"),
    path("change/", views.ask_for_change, name="ask_for_change"),
    path("take-back/", views.take_back, name="take_back"),
    path("leave/", views.leave, name="leave"),
]
