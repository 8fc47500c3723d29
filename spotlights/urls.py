"""Addresses of the Let's Connect series."""

app_name = "spotlights"
urlpatterns = []
