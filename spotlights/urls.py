"""Addresses of the Let's Connect series."""

from django.urls import path
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from spotlights import views
from spotlights.feeds import SpotlightFeed, SpotlightRssFeed

app_name = "spotlights"
urlpatterns = [
    path("", views.list, name="list"),
    # A spotlight cannot have one of these as its slug; see also RESERVED_SLUGS.
    path("feed/", require_safe(public_page(SpotlightFeed())), name="feed"),
    path("rss/", require_safe(public_page(SpotlightRssFeed())), name="rss"),
    path("<slug:slug>/", views.spotlight, name="spotlight"),
]
