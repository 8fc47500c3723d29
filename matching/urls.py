"""Addresses of the public pages that need to know of pairs."""

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [
    path("my/application/download/", views.download, name="download"),
    path("programs/<slug:program_slug>/how-we-match/", views.how_we_match, name="how_we_match"),
    path("my/application/erase/", views.erase, name="erase"),
    path("my/application/story/", views.story, name="story"),
    path("my/application/story/take-back/", views.take_back_story, name="take_back_story"),
    path("my/offers/<int:pk>/", views.offer, name="offer"),
    path("my/formats/<int:pk>/", views.format_offer, name="format_offer"),
    path("my/places/", views.fewer_places, name="fewer_places"),
    path("my/erased/", views.erased, name="erased"),
]
