"""The kinds of libraries by which readers of the series can choose.

They are the same for all programs and in every language of the site, unlike the lists from which
a program's applicants choose: a reader looks through the series as a whole.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpotlightLibraryType(models.TextChoices):
    PUBLIC = "public", _("Public library")
    ACADEMIC = "academic", _("Academic library")
    COMMUNITY_COLLEGE = "community-college", _("Community or junior college library")
    SCHOOL = "school", _("School library")
    LAW = "law", _("Law library")
    HEALTH = "health", _("Health sciences library")
    CORPORATE = "corporate", _("Corporate or nonprofit library")
    GOVERNMENT = "government", _("Government or armed forces library")
    STATE_AGENCY = "state-agency", _("State library agency")
    CONSORTIUM = "consortium", _("Consortium or cooperative")
    ARCHIVES = "archives", _("Archives, special collections or museum")
    TRIBAL = "tribal", _("Tribal library")
    VENDOR = "vendor", _("Vendor or consultant")
    OTHER = "other", _("Other")
