"""Which address leads to which room."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path
from django.views.decorators.http import require_safe
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from mig_site import second_factor_views, statement_views, styleguide, views
from mig_site.caching import public_page
from mig_site.sitemaps import SITEMAPS
from spotlights.picture_views import picture

admin.site.site_header = "Library Mentoring"
admin.site.site_title = "Library Mentoring"
admin.site.index_title = "The committee's desk"

# Keys and codes are nobody's but their owner's; a lost app: manage.py reset_second_factor.
admin.site.unregister([StaticDevice, TOTPDevice])

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(public_page(index)),
        {"sitemaps": SITEMAPS},
        name="sitemap_index",
    ),
    path(
        "sitemap-<section>.xml",
        require_safe(public_page(sitemap)),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("media/<str:name>", picture, name="picture"),
    # For the committee and who works on the site: in English, as the admin is.
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("admin/second-factor/", second_factor_views.overview, name="second_factor"),
    path("admin/second-factor/code/", second_factor_views.code, name="second_factor_code"),
    path("admin/second-factor/set-up/", second_factor_views.set_up, name="second_factor_set_up"),
    path("admin/second-factor/qr.svg", second_factor_views.qr, name="second_factor_qr"),
    path(
        "admin/second-factor/recovery-codes/",
        second_factor_views.renew_codes,
        name="second_factor_renew_codes",
    ),
    path(
        "admin/second-factor/switch-off/",
        second_factor_views.switch_off,
        name="second_factor_switch_off",
    ),
    # In front of the admin's own, which would lead to rows that a committee cannot see.
    path(
        "admin/r/<int:content_type_id>/<path:object_id>/",
        admin.site.admin_view(views.view_on_site),
        name="view_on_site",
    ),
    path("admin/", admin.site.urls),
    # Pages that people read, each in every language: plain in the first, below /es/ in Spanish.
    *i18n_patterns(
        path("", views.home, name="home"),
        path("privacy/", statement_views.privacy, name="privacy"),
        path("accessibility/", statement_views.accessibility, name="accessibility"),
        path("lets-connect/", include("spotlights.urls")),
        path("my/spotlight/", include("spotlights.portrayed_urls")),
        path("guides/", include("spotlights.guide_urls")),
        path("", include("spotlights.suggestion_urls")),
        path("", include("signups.urls")),
        path("", include("matching.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "mig_site.views.bad_request"
handler500 = "mig_site.views.server_error"
