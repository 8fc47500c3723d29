"""Which address leads to which room."""

from django.contrib import admin
from django.urls import include, path

from mig_site import views

admin.site.site_header = "Library Mentoring"
admin.site.site_title = "Library Mentoring"
admin.site.index_title = "The committee's desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("admin/", admin.site.urls),
    path("lets-connect/", include("spotlights.urls")),
    path("", include("signups.urls")),
    path("", include("matching.urls")),
]

handler400 = "mig_site.views.bad_request"
