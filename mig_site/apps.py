from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "mig_site"
    verbose_name = "Site"
