"""Addresses of the guides."""

from django.urls import path

from spotlights import guide_views

app_name = "guides"
urlpatterns = [
    path("", guide_views.list, name="list"),
    # A guide cannot have this as its slug; see also RESERVED_SLUGS.
    path("files/<str:name>", guide_views.file, name="file"),
    path("<slug:slug>/", guide_views.guide, name="guide"),
]
