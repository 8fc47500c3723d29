"""The site as ``bench_spotlights`` serves it to itself: on loopback, without TLS."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mig_site.settings")
settings.ROOT_URLCONF = "spotlights.management.bench_urls"
settings.ALLOWED_HOSTS = ["127.0.0.1"]
settings.SECURE_SSL_REDIRECT = False
settings.DEBUG = False

application = get_wsgi_application()
