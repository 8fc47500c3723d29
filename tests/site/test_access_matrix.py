"""Every address and what it answers to whom: an address without a line here fails.

Whoever adds a page adds its line: run the test, read what it says is there instead, and take the
line over once it says what it should. The rows asked for belong to one program; the stranger is
the chair of another one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from matching.models import Conflict, FormatOffer, MatchSettings, Pairing
from matching.offers import as_seen, make_offers
from signups.employers import note_employer
from signups.letters import enqueue
from signups.models import (
    AccessLink,
    Barrier,
    IdentityReading,
    Letter,
    Rating,
    Support,
    Wish,
)
from signups.reading import rate
from spotlights.drawing import Looks, draw_portrait
from spotlights.models import Guide, GuideStatus, Spotlight, SpotlightStatus
from spotlights.pictures import keep
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_inquiry,
    make_member,
    make_mentee,
    make_mentor,
    make_program,
    make_question,
    make_session,
    make_spotlight_editor,
    make_user,
)
from tests.matching.factories import make_pairing, make_run
from tests.signups.identity import answer, make_dimension, make_steward
from tests.signups.test_files import hand_in
from tests.spotlights.factories import make_draft, make_topic
from tests.spotlights.guide_factories import make_guide, make_guide_file
from tests.spotlights.suggestion_factories import make_suggestion

# Who may open what is asked of the same code on every database.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

# in: to the login; my: to the page that sends a new link; go: to another page.
ROLES = ["anonymous", "applicant", "member", "stranger", "chair", "editor", "steward", "superuser"]

GET = """
/                                                                  200 200 200 200 200 200 200 200
/healthz                                                           200 200 200 200 200 200 200 200
/robots.txt                                                        200 200 200 200 200 200 200 200
/sitemap.xml                                                       200 200 200 200 200 200 200 200
/sitemap-<section>.xml                                             200 200 200 200 200 200 200 200
/media/<name>                                                      200 200 200 200 200 200 200 200
/styleguide/                                                       in  in  200 200 200 200 200 200
/admin/second-factor/                                              in  in  go  go  go  go  go  go
/admin/second-factor/code/                                         in  in  go  go  go  go  go  go
/admin/second-factor/set-up/                                       in  in  200 200 200 200 200 200
/admin/second-factor/qr.svg                                        in  in  404 404 404 404 404 404
/admin/second-factor/recovery-codes/                               405 405 405 405 405 405 405 405
/admin/second-factor/switch-off/                                   405 405 405 405 405 405 405 405
/admin/r/<content_type_id>/<object_id>/                            in  in  404 404 go  go  404 go
/admin/                                                            in  in  200 200 200 200 200 200
/admin/login/                                                      200 200 go  go  go  go  go  go
/admin/logout/                                                     go  go  405 405 405 405 405 405
/admin/password_change/                                            in  in  200 200 200 200 200 200
/admin/password_change/done/                                       in  in  200 200 200 200 200 200
/admin/autocomplete/                                               in  in  403 403 403 403 403 403
/admin/jsi18n/                                                     in  in  200 200 200 200 200 200
/admin/signups/menteeapplication/<object_id>/comment/              in  in  405 404 405 403 403 405
/admin/signups/menteeapplication/                                  in  in  200 200 200 403 403 200
/admin/signups/menteeapplication/add/                              in  in  403 403 403 403 403 403
/admin/signups/menteeapplication/<object_id>/history/              in  in  200 404 200 403 403 200
/admin/signups/menteeapplication/<object_id>/delete/               in  in  403 403 403 403 403 403
/admin/signups/menteeapplication/<object_id>/change/               in  in  200 404 200 403 403 200
/admin/signups/menteeapplication/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/mentorapplication/<object_id>/comment/              in  in  405 404 405 403 403 405
/admin/signups/mentorapplication/                                  in  in  200 200 200 403 403 200
/admin/signups/mentorapplication/add/                              in  in  403 403 403 403 403 403
/admin/signups/mentorapplication/<object_id>/history/              in  in  200 404 200 403 403 200
/admin/signups/mentorapplication/<object_id>/delete/               in  in  403 403 403 403 403 403
/admin/signups/mentorapplication/<object_id>/change/               in  in  200 404 200 403 403 200
/admin/signups/mentorapplication/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/barrier/report/                                     in  in  403 200 200 403 200 200
/admin/signups/barrier/                                            in  in  403 200 200 403 200 200
/admin/signups/barrier/add/                                        in  in  403 200 200 403 403 200
/admin/signups/barrier/<object_id>/history/                        in  in  403 404 200 403 200 200
/admin/signups/barrier/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/barrier/<object_id>/change/                         in  in  403 404 200 403 200 200
/admin/signups/barrier/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/support/                                            in  in  403 200 200 403 403 200
/admin/signups/support/add/                                        in  in  403 200 200 403 403 200
/admin/signups/support/<object_id>/history/                        in  in  403 404 200 403 403 200
/admin/signups/support/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/support/<object_id>/change/                         in  in  403 404 200 403 403 200
/admin/signups/support/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/employer/                                           in  in  403 200 200 403 403 200
/admin/signups/employer/add/                                       in  in  403 403 403 403 403 403
/admin/signups/employer/<object_id>/history/                       in  in  403 404 200 403 403 200
/admin/signups/employer/<object_id>/delete/                        in  in  403 403 403 403 403 403
/admin/signups/employer/<object_id>/change/                        in  in  403 404 200 403 403 200
/admin/signups/employer/<object_id>/                               in  in  go  go  go  go  go  go
/admin/signups/employerspelling/                                   in  in  403 200 200 403 403 200
/admin/signups/employerspelling/add/                               in  in  403 403 403 403 403 403
/admin/signups/employerspelling/<object_id>/history/               in  in  403 404 200 403 403 200
/admin/signups/employerspelling/<object_id>/delete/                in  in  403 403 403 403 403 403
/admin/signups/employerspelling/<object_id>/change/                in  in  403 404 200 403 403 200
/admin/signups/employerspelling/<object_id>/                       in  in  go  go  go  go  go  go
/admin/signups/gate/<gate_id>/attendance/                          in  in  403 404 go  403 403 go
/admin/signups/gate/<gate_id>/people/<application_id>/             in  in  403 404 200 403 403 200
/admin/signups/gate/<gate_id>/members/                             in  in  403 404 200 403 403 200
/admin/signups/gate/<gate_id>/members/<check_id>/                  in  in  403 404 go  403 403 go
/admin/signups/gate/<gate_id>/letters/                             in  in  403 404 200 403 403 200
/admin/signups/gate/                                               in  in  403 200 200 403 403 200
/admin/signups/gate/add/                                           in  in  403 403 403 403 403 403
/admin/signups/gate/<object_id>/history/                           in  in  403 404 200 403 403 200
/admin/signups/gate/<object_id>/delete/                            in  in  403 403 403 403 403 403
/admin/signups/gate/<object_id>/change/                            in  in  403 404 200 403 403 200
/admin/signups/gate/<object_id>/                                   in  in  go  go  go  go  go  go
/admin/signups/identitydimension/counts/                           in  in  403 200 200 403 200 200
/admin/signups/identitydimension/                                  in  in  403 200 200 403 200 200
/admin/signups/identitydimension/add/                              in  in  403 200 200 403 403 200
/admin/signups/identitydimension/<object_id>/history/              in  in  403 404 200 403 200 200
/admin/signups/identitydimension/<object_id>/delete/               in  in  403 404 200 403 403 200
/admin/signups/identitydimension/<object_id>/change/               in  in  403 404 200 403 200 200
/admin/signups/identitydimension/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/identityanswer/                                     in  in  403 403 403 403 200 200
/admin/signups/identityanswer/add/                                 in  in  403 403 403 403 403 403
/admin/signups/identityanswer/<object_id>/history/                 in  in  403 404 403 403 200 200
/admin/signups/identityanswer/<object_id>/delete/                  in  in  403 403 403 403 403 403
/admin/signups/identityanswer/<object_id>/change/                  in  in  403 403 403 403 200 200
/admin/signups/identityanswer/<object_id>/                         in  in  go  go  go  go  go  go
/admin/signups/identityreading/                                    in  in  403 403 403 403 200 200
/admin/signups/identityreading/add/                                in  in  403 403 403 403 403 403
/admin/signups/identityreading/<object_id>/history/                in  in  403 404 403 403 200 200
/admin/signups/identityreading/<object_id>/delete/                 in  in  403 403 403 403 403 403
/admin/signups/identityreading/<object_id>/change/                 in  in  403 403 403 403 200 200
/admin/signups/identityreading/<object_id>/                        in  in  go  go  go  go  go  go
/admin/signups/inquiry/<object_id>/answer/                         in  in  403 404 405 403 403 405
/admin/signups/inquiry/<object_id>/close/                          in  in  403 404 405 403 403 405
/admin/signups/inquiry/<object_id>/open-again/                     in  in  403 404 405 403 403 405
/admin/signups/inquiry/                                            in  in  200 200 200 403 403 200
/admin/signups/inquiry/add/                                        in  in  403 403 403 403 403 403
/admin/signups/inquiry/<object_id>/history/                        in  in  200 404 200 403 403 200
/admin/signups/inquiry/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/inquiry/<object_id>/change/                         in  in  200 404 200 403 403 200
/admin/signups/inquiry/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/letter/                                             in  in  403 200 200 403 403 200
/admin/signups/letter/add/                                         in  in  403 403 403 403 403 403
/admin/signups/letter/<object_id>/history/                         in  in  403 404 200 403 403 200
/admin/signups/letter/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/signups/letter/<object_id>/change/                          in  in  403 404 200 403 403 200
/admin/signups/letter/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/signups/orientationsession/                                 in  in  403 200 200 403 403 200
/admin/signups/orientationsession/add/                             in  in  403 200 200 403 403 200
/admin/signups/orientationsession/<object_id>/history/             in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/delete/              in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/change/              in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/                     in  in  go  go  go  go  go  go
/admin/signups/program/                                            in  in  200 200 200 403 403 200
/admin/signups/program/add/                                        in  in  403 200 200 403 403 200
/admin/signups/program/<object_id>/history/                        in  in  200 404 200 403 403 200
/admin/signups/program/<object_id>/delete/                         in  in  403 403 403 403 403 200
/admin/signups/program/<object_id>/change/                         in  in  200 404 200 403 403 200
/admin/signups/program/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/rating/read/                                        in  in  200 200 200 403 403 200
/admin/signups/rating/read/<cohort_id>/                            in  in  go  404 go  403 403 go
/admin/signups/rating/read/<cohort_id>/<application_id>/           in  in  200 404 200 403 403 200
/admin/signups/rating/                                             in  in  200 200 200 403 403 200
/admin/signups/rating/add/                                         in  in  403 403 403 403 403 403
/admin/signups/rating/<object_id>/history/                         in  in  200 404 200 404 404 200
/admin/signups/rating/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/signups/rating/<object_id>/change/                          in  in  200 404 200 403 403 200
/admin/signups/rating/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/signups/wish/                                               in  in  403 200 200 403 403 200
/admin/signups/wish/add/                                           in  in  403 403 403 403 403 403
/admin/signups/wish/<object_id>/history/                           in  in  403 404 200 403 403 200
/admin/signups/wish/<object_id>/delete/                            in  in  403 403 403 403 403 403
/admin/signups/wish/<object_id>/change/                            in  in  403 404 200 403 403 200
/admin/signups/wish/<object_id>/                                   in  in  go  go  go  go  go  go
/admin/matching/conflict/                                          in  in  403 200 200 403 403 200
/admin/matching/conflict/add/                                      in  in  403 200 200 403 403 200
/admin/matching/conflict/<object_id>/history/                      in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/delete/                       in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/change/                       in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/                              in  in  go  go  go  go  go  go
/admin/signups/cohort/<object_id>/edit/                            in  in  200 404 200 403 403 200
/admin/signups/cohort/                                             in  in  200 200 200 403 403 200
/admin/signups/cohort/add/                                         in  in  403 200 200 403 403 200
/admin/signups/cohort/<object_id>/history/                         in  in  200 404 200 403 403 200
/admin/signups/cohort/<object_id>/delete/                          in  in  403 404 200 403 403 200
/admin/signups/cohort/<object_id>/change/                          in  in  200 404 200 403 403 200
/admin/signups/cohort/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/matching/offer/                                             in  in  403 200 200 403 403 200
/admin/matching/offer/add/                                         in  in  403 403 403 403 403 403
/admin/matching/offer/<object_id>/history/                         in  in  403 404 200 403 403 200
/admin/matching/offer/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/matching/offer/<object_id>/change/                          in  in  403 404 200 403 403 200
/admin/matching/offer/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/matching/pairing/<object_id>/comment/                       in  in  405 404 405 403 403 405
/admin/matching/pairing/by-hand/<mentee_id>/                       in  in  403 404 200 403 403 200
/admin/matching/pairing/by-hand/<mentee_id>/<mentor_id>/           in  in  403 404 200 403 403 200
/admin/matching/pairing/swap/<first_id>/<second_id>/               in  in  403 404 200 403 403 200
/admin/matching/pairing/                                           in  in  200 200 200 403 403 200
/admin/matching/pairing/add/                                       in  in  403 403 403 403 403 403
/admin/matching/pairing/<object_id>/history/                       in  in  200 404 200 403 403 200
/admin/matching/pairing/<object_id>/delete/                        in  in  403 403 403 403 403 403
/admin/matching/pairing/<object_id>/change/                        in  in  200 404 200 403 403 200
/admin/matching/pairing/<object_id>/                               in  in  go  go  go  go  go  go
/admin/matching/matchrun/<first_id>/compare/<second_id>/           in  in  200 404 200 403 403 200
/admin/matching/matchrun/<run_id>/stop/                            in  in  403 404 405 403 403 405
/admin/matching/matchrun/<run_id>/record/                          in  in  200 404 200 403 403 200
/admin/matching/matchrun/                                          in  in  200 200 200 403 403 200
/admin/matching/matchrun/add/                                      in  in  403 200 200 403 403 200
/admin/matching/matchrun/<object_id>/history/                      in  in  200 404 200 403 403 200
/admin/matching/matchrun/<object_id>/delete/                       in  in  403 403 403 403 403 403
/admin/matching/matchrun/<object_id>/change/                       in  in  200 404 200 403 403 200
/admin/matching/matchrun/<object_id>/                              in  in  go  go  go  go  go  go
/admin/matching/matchsettings/                                     in  in  200 200 200 403 403 200
/admin/matching/matchsettings/add/                                 in  in  403 403 403 403 403 403
/admin/matching/matchsettings/<object_id>/history/                 in  in  200 404 200 403 403 200
/admin/matching/matchsettings/<object_id>/delete/                  in  in  403 403 403 403 403 403
/admin/matching/matchsettings/<object_id>/change/                  in  in  200 404 200 403 403 200
/admin/matching/matchsettings/<object_id>/                         in  in  go  go  go  go  go  go
/admin/matching/unmatched/                                         in  in  200 200 200 403 403 200
/admin/matching/unmatched/<cohort_id>/                             in  in  200 404 200 403 403 200
/admin/matching/unmatched/runs/<run_id>/close/                     in  in  403 404 405 403 403 405
/admin/matching/unmatched/runs/<run_id>/open-again/                in  in  403 404 405 403 403 405
/admin/spotlights/spotlight/preview/                               in  in  405 405 405 405 405 405
/admin/spotlights/spotlight/<spotlight_id>/preview/                in  in  405 405 405 405 405 405
/admin/spotlights/spotlight/<spotlight_id>/send/                   in  in  403 404 go  go  403 go
/admin/spotlights/spotlight/<spotlight_id>/announce/               in  in  403 404 go  403 403 go
/admin/spotlights/spotlight/                                       in  in  403 200 200 200 403 200
/admin/spotlights/spotlight/add/                                   in  in  403 200 200 200 403 200
/admin/spotlights/spotlight/<object_id>/history/                   in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/delete/                    in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/change/                    in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/                           in  in  go  go  go  go  go  go
/admin/spotlights/spotlighttopic/                                  in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/add/                              in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/history/              in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/delete/               in  in  403 403 403 403 403 200
/admin/spotlights/spotlighttopic/<object_id>/change/               in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/                      in  in  go  go  go  go  go  go
/admin/spotlights/guide/                                           in  in  403 200 200 200 403 200
/admin/spotlights/guide/add/                                       in  in  403 200 200 200 403 200
/admin/spotlights/guide/<object_id>/history/                       in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/delete/                        in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/change/                        in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/                               in  in  go  go  go  go  go  go
/guides/                                                           200 200 200 200 200 200 200 200
/guides/files/<name>                                               404 404 404 404 200 200 404 200
/guides/<slug>/                                                    404 404 404 404 200 200 404 200
/admin/spotlights/suggestion/                                      in  in  403 200 200 200 403 200
/admin/spotlights/suggestion/add/                                  in  in  403 403 403 403 403 403
/admin/spotlights/suggestion/<object_id>/history/                  in  in  403 404 200 200 403 200
/admin/spotlights/suggestion/<object_id>/delete/                   in  in  403 404 200 200 403 200
/admin/spotlights/suggestion/<object_id>/change/                   in  in  403 404 200 200 403 200
/admin/spotlights/suggestion/<object_id>/                          in  in  go  go  go  go  go  go
/suggest-a-leader/                                                 200 200 200 200 200 200 200 200
/suggest-a-leader/thanks/                                          200 200 200 200 200 200 200 200
/my/suggestion/<token>/                                            go  go  go  go  go  go  go  go
/my/suggestion-taken-back/                                         200 200 200 200 200 200 200 200
/my/application/story/                                             my  404 my  my  my  my  my  my
/my/application/story/take-back/                                   405 405 405 405 405 405 405 405
/admin/auth/group/                                                 in  in  403 403 403 403 403 200
/admin/auth/group/add/                                             in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/history/                             in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/delete/                              in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/change/                              in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/                                     in  in  go  go  go  go  go  go
/admin/auth/user/<id>/password/                                    in  in  403 403 403 403 403 200
/admin/auth/user/                                                  in  in  403 403 403 403 403 200
/admin/auth/user/add/                                              in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/history/                              in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/delete/                               in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/change/                               in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/                                      in  in  go  go  go  go  go  go
/admin/django_tasks_database/dbtaskresult/                         in  in  403 403 403 403 403 200
/admin/django_tasks_database/dbtaskresult/add/                     in  in  403 403 403 403 403 403
/admin/django_tasks_database/dbtaskresult/<object_id>/history/     in  in  403 403 403 403 403 200
/admin/django_tasks_database/dbtaskresult/<object_id>/delete/      in  in  403 403 403 403 403 403
/admin/django_tasks_database/dbtaskresult/<object_id>/change/      in  in  403 403 403 403 403 200
/admin/django_tasks_database/dbtaskresult/<object_id>/             in  in  go  go  go  go  go  go
/admin/<app_label>/                                                in  in  200 200 200 404 200 200
/admin/<url>                                                       in  in  404 404 404 404 404 404
/my/spotlight/                                                     go  go  go  go  go  go  go  go
/my/spotlight/link/<token>/                                        go  go  go  go  go  go  go  go
/my/spotlight/link-failed/                                         200 200 200 200 200 200 200 200
/my/spotlight/agree/                                               405 405 405 405 405 405 405 405
/my/spotlight/change/                                              405 405 405 405 405 405 405 405
/my/spotlight/take-back/                                           go  go  go  go  go  go  go  go
/my/spotlight/leave/                                               405 405 405 405 405 405 405 405
/lets-connect/                                                     200 200 200 200 200 200 200 200
/lets-connect/feed/                                                200 200 200 200 200 200 200 200
/lets-connect/rss/                                                 200 200 200 200 200 200 200 200
/lets-connect/<slug>/                                              404 404 404 404 200 200 404 200
/privacy/                                                          200 200 200 200 200 200 200 200
/accessibility/                                                    200 200 200 200 200 200 200 200
/contact/                                                          200 200 200 200 200 200 200 200
/contact/sent/                                                     200 200 200 200 200 200 200 200
/programs/<program_slug>/contact/                                  200 200 200 200 200 200 200 200
/programs/<program_slug>/contact/sent/                             200 200 200 200 200 200 200 200
/my/question/                                                      my  my  my  my  my  my  my  my
/my/question/erase/                                                my  my  my  my  my  my  my  my
/my/question/erased/                                               200 200 200 200 200 200 200 200
/programs/<program_slug>/                                          200 200 200 200 200 200 200 200
/programs/<program_slug>/<cohort_slug>/apply/<role>/               200 200 200 200 200 200 200 200
/programs/<program_slug>/<cohort_slug>/saved/<role>/               200 200 200 200 200 200 200 200
/programs/<program_slug>/<cohort_slug>/applied/<role>/             200 200 200 200 200 200 200 200
/my/link/<token>/                                                  go  go  go  go  go  go  go  go
/my/lost-link/                                                     200 200 200 200 200 200 200 200
/my/draft/                                                         my  my  my  my  my  my  my  my
/my/application/                                                   my  200 my  my  my  my  my  my
/my/application/edit/                                              my  200 my  my  my  my  my  my
/my/application/identity/                                          my  200 my  my  my  my  my  my
/my/application/withdraw/                                          my  200 my  my  my  my  my  my
/my/application/come-back/                                         405 405 405 405 405 405 405 405
/my/application/next-cohort/                                       405 405 405 405 405 405 405 405
/my/application/news/                                              405 405 405 405 405 405 405 405
/my/news/<token>/                                                  404 404 404 404 404 404 404 404
/my/application/language/                                          405 405 405 405 405 405 405 405
/my/application/files/<answer_id>/                                 my  200 my  my  my  my  my  my
/committee/files/<answer_id>/                                      in  in  200 404 200 403 403 200
/my/orientation/choose/                                            405 405 405 405 405 405 405 405
/my/orientation/leave/                                             405 405 405 405 405 405 405 405
/my/orientation/orientation.ics                                    my  404 my  my  my  my  my  my
/my/leave/                                                         405 405 405 405 405 405 405 405
/my/application/download/                                          my  200 my  my  my  my  my  my
/programs/<program_slug>/how-we-match/                             200 200 200 200 200 200 200 200
/my/application/erase/                                             my  200 my  my  my  my  my  my
/my/offers/<pk>/                                                   my  404 my  my  my  my  my  my
/my/formats/<pk>/                                                  405 405 405 405 405 405 405 405
/my/places/                                                        405 405 405 405 405 405 405 405
/my/erased/                                                        200 200 200 200 200 200 200 200
"""

# Sent without any data: what is refused is refused, and what goes through has nothing to change.
POST = """
/                                                                  405 405 405 405 405 405 405 405
/healthz                                                           405 405 405 405 405 405 405 405
/styleguide/                                                       in  in  405 405 405 405 405 405
/robots.txt                                                        405 405 405 405 405 405 405 405
/sitemap.xml                                                       405 405 405 405 405 405 405 405
/sitemap-<section>.xml                                             405 405 405 405 405 405 405 405
/media/<name>                                                      405 405 405 405 405 405 405 405
/admin/second-factor/                                              405 405 405 405 405 405 405 405
/admin/second-factor/code/                                         in  in  go  go  go  go  go  go
/admin/second-factor/set-up/                                       in  in  200 200 200 200 200 200
/admin/second-factor/qr.svg                                        405 405 405 405 405 405 405 405
/admin/second-factor/recovery-codes/                               in  in  go  go  go  go  go  go
/admin/second-factor/switch-off/                                   in  in  go  go  go  go  go  go
/admin/r/<content_type_id>/<object_id>/                            in  in  405 405 405 405 405 405
/admin/                                                            in  in  200 200 200 200 200 200
/admin/login/                                                      200 200 200 200 200 200 200 200
/admin/logout/                                                     go  go  200 200 200 200 200 200
/admin/password_change/                                            in  in  200 200 200 200 200 200
/admin/password_change/done/                                       in  in  405 405 405 405 405 405
/admin/autocomplete/                                               in  in  405 405 405 405 405 405
/admin/jsi18n/                                                     in  in  405 405 405 405 405 405
/admin/signups/menteeapplication/<object_id>/comment/              in  in  go  404 go  403 403 go
/admin/signups/menteeapplication/                                  in  in  200 200 200 403 403 200
/admin/signups/menteeapplication/add/                              in  in  403 403 403 403 403 403
/admin/signups/menteeapplication/<object_id>/history/              in  in  200 404 200 403 403 200
/admin/signups/menteeapplication/<object_id>/delete/               in  in  403 403 403 403 403 403
/admin/signups/menteeapplication/<object_id>/change/               in  in  403 404 403 403 403 403
/admin/signups/menteeapplication/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/mentorapplication/<object_id>/comment/              in  in  go  404 go  403 403 go
/admin/signups/mentorapplication/                                  in  in  200 200 200 403 403 200
/admin/signups/mentorapplication/add/                              in  in  403 403 403 403 403 403
/admin/signups/mentorapplication/<object_id>/history/              in  in  200 404 200 403 403 200
/admin/signups/mentorapplication/<object_id>/delete/               in  in  403 403 403 403 403 403
/admin/signups/mentorapplication/<object_id>/change/               in  in  403 404 403 403 403 403
/admin/signups/mentorapplication/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/barrier/report/                                     in  in  403 200 200 403 200 200
/admin/signups/barrier/                                            in  in  403 200 200 403 200 200
/admin/signups/barrier/add/                                        in  in  403 200 200 403 403 200
/admin/signups/barrier/<object_id>/history/                        in  in  403 404 200 403 200 200
/admin/signups/barrier/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/barrier/<object_id>/change/                         in  in  403 404 200 403 403 200
/admin/signups/barrier/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/support/                                            in  in  403 200 200 403 403 200
/admin/signups/support/add/                                        in  in  403 200 200 403 403 200
/admin/signups/support/<object_id>/history/                        in  in  403 404 200 403 403 200
/admin/signups/support/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/support/<object_id>/change/                         in  in  403 404 200 403 403 200
/admin/signups/support/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/employer/                                           in  in  403 200 200 403 403 200
/admin/signups/employer/add/                                       in  in  403 403 403 403 403 403
/admin/signups/employer/<object_id>/history/                       in  in  403 404 200 403 403 200
/admin/signups/employer/<object_id>/delete/                        in  in  403 403 403 403 403 403
/admin/signups/employer/<object_id>/change/                        in  in  403 404 200 403 403 200
/admin/signups/employer/<object_id>/                               in  in  go  go  go  go  go  go
/admin/signups/employerspelling/                                   in  in  403 200 200 403 403 200
/admin/signups/employerspelling/add/                               in  in  403 403 403 403 403 403
/admin/signups/employerspelling/<object_id>/history/               in  in  403 404 200 403 403 200
/admin/signups/employerspelling/<object_id>/delete/                in  in  403 403 403 403 403 403
/admin/signups/employerspelling/<object_id>/change/                in  in  403 403 403 403 403 403
/admin/signups/employerspelling/<object_id>/                       in  in  go  go  go  go  go  go
/admin/signups/gate/<gate_id>/attendance/                          in  in  403 404 go  403 403 go
/admin/signups/gate/<gate_id>/people/<application_id>/             in  in  403 404 200 403 403 200
/admin/signups/gate/<gate_id>/members/                             in  in  403 404 200 403 403 200
/admin/signups/gate/<gate_id>/members/<check_id>/                  in  in  403 404 go  403 403 go
/admin/signups/gate/<gate_id>/letters/                             in  in  403 404 go  403 403 go
/admin/signups/gate/                                               in  in  403 200 200 403 403 200
/admin/signups/gate/add/                                           in  in  403 403 403 403 403 403
/admin/signups/gate/<object_id>/history/                           in  in  403 404 200 403 403 200
/admin/signups/gate/<object_id>/delete/                            in  in  403 403 403 403 403 403
/admin/signups/gate/<object_id>/change/                            in  in  403 404 200 403 403 200
/admin/signups/gate/<object_id>/                                   in  in  go  go  go  go  go  go
/admin/signups/identitydimension/counts/                           in  in  403 200 200 403 200 200
/admin/signups/identitydimension/                                  in  in  403 200 200 403 200 200
/admin/signups/identitydimension/add/                              in  in  403 200 200 403 403 200
/admin/signups/identitydimension/<object_id>/history/              in  in  403 404 200 403 200 200
/admin/signups/identitydimension/<object_id>/delete/               in  in  403 404 200 403 403 200
/admin/signups/identitydimension/<object_id>/change/               in  in  403 404 200 403 403 200
/admin/signups/identitydimension/<object_id>/                      in  in  go  go  go  go  go  go
/admin/signups/identityanswer/                                     in  in  403 403 403 403 200 200
/admin/signups/identityanswer/add/                                 in  in  403 403 403 403 403 403
/admin/signups/identityanswer/<object_id>/history/                 in  in  403 404 403 403 200 200
/admin/signups/identityanswer/<object_id>/delete/                  in  in  403 403 403 403 403 403
/admin/signups/identityanswer/<object_id>/change/                  in  in  403 403 403 403 200 200
/admin/signups/identityanswer/<object_id>/                         in  in  go  go  go  go  go  go
/admin/signups/identityreading/                                    in  in  403 403 403 403 200 200
/admin/signups/identityreading/add/                                in  in  403 403 403 403 403 403
/admin/signups/identityreading/<object_id>/history/                in  in  403 404 403 403 200 200
/admin/signups/identityreading/<object_id>/delete/                 in  in  403 403 403 403 403 403
/admin/signups/identityreading/<object_id>/change/                 in  in  403 403 403 403 403 403
/admin/signups/identityreading/<object_id>/                        in  in  go  go  go  go  go  go
/admin/signups/inquiry/<object_id>/answer/                         in  in  403 404 200 403 403 200
/admin/signups/inquiry/<object_id>/close/                          in  in  403 404 go  403 403 go
/admin/signups/inquiry/<object_id>/open-again/                     in  in  403 404 go  403 403 go
/admin/signups/inquiry/                                            in  in  200 200 200 403 403 200
/admin/signups/inquiry/add/                                        in  in  403 403 403 403 403 403
/admin/signups/inquiry/<object_id>/history/                        in  in  200 404 200 403 403 200
/admin/signups/inquiry/<object_id>/delete/                         in  in  403 403 403 403 403 403
/admin/signups/inquiry/<object_id>/change/                         in  in  405 404 405 403 403 405
/admin/signups/inquiry/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/letter/                                             in  in  403 200 200 403 403 200
/admin/signups/letter/add/                                         in  in  403 403 403 403 403 403
/admin/signups/letter/<object_id>/history/                         in  in  403 404 200 403 403 200
/admin/signups/letter/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/signups/letter/<object_id>/change/                          in  in  403 403 403 403 403 403
/admin/signups/letter/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/signups/orientationsession/                                 in  in  403 200 200 403 403 200
/admin/signups/orientationsession/add/                             in  in  403 200 200 403 403 200
/admin/signups/orientationsession/<object_id>/history/             in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/delete/              in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/change/              in  in  403 404 200 403 403 200
/admin/signups/orientationsession/<object_id>/                     in  in  go  go  go  go  go  go
/admin/signups/program/                                            in  in  200 200 200 403 403 200
/admin/signups/program/add/                                        in  in  403 200 200 403 403 200
/admin/signups/program/<object_id>/history/                        in  in  200 404 200 403 403 200
/admin/signups/program/<object_id>/delete/                         in  in  403 403 403 403 403 200
/admin/signups/program/<object_id>/change/                         in  in  403 404 200 403 403 200
/admin/signups/program/<object_id>/                                in  in  go  go  go  go  go  go
/admin/signups/rating/read/                                        in  in  200 200 200 403 403 200
/admin/signups/rating/read/<cohort_id>/                            in  in  go  404 go  403 403 go
/admin/signups/rating/read/<cohort_id>/<application_id>/           in  in  200 404 200 403 403 200
/admin/signups/rating/                                             in  in  200 200 200 403 403 200
/admin/signups/rating/add/                                         in  in  403 403 403 403 403 403
/admin/signups/rating/<object_id>/history/                         in  in  200 404 200 404 404 200
/admin/signups/rating/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/signups/rating/<object_id>/change/                          in  in  403 403 403 403 403 403
/admin/signups/rating/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/signups/wish/                                               in  in  403 200 200 403 403 200
/admin/signups/wish/add/                                           in  in  403 403 403 403 403 403
/admin/signups/wish/<object_id>/history/                           in  in  403 404 200 403 403 200
/admin/signups/wish/<object_id>/delete/                            in  in  403 403 403 403 403 403
/admin/signups/wish/<object_id>/change/                            in  in  403 404 go  403 403 go
/admin/signups/wish/<object_id>/                                   in  in  go  go  go  go  go  go
/admin/matching/conflict/                                          in  in  403 200 200 403 403 200
/admin/matching/conflict/add/                                      in  in  403 200 200 403 403 200
/admin/matching/conflict/<object_id>/history/                      in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/delete/                       in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/change/                       in  in  403 404 200 403 403 200
/admin/matching/conflict/<object_id>/                              in  in  go  go  go  go  go  go
/admin/signups/cohort/<object_id>/edit/                            in  in  403 404 200 403 403 200
/admin/signups/cohort/                                             in  in  200 200 200 403 403 200
/admin/signups/cohort/add/                                         in  in  403 200 200 403 403 200
/admin/signups/cohort/<object_id>/history/                         in  in  200 404 200 403 403 200
/admin/signups/cohort/<object_id>/delete/                          in  in  403 404 200 403 403 200
/admin/signups/cohort/<object_id>/change/                          in  in  405 404 405 403 403 405
/admin/signups/cohort/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/matching/offer/                                             in  in  403 200 200 403 403 200
/admin/matching/offer/add/                                         in  in  403 403 403 403 403 403
/admin/matching/offer/<object_id>/history/                         in  in  403 404 200 403 403 200
/admin/matching/offer/<object_id>/delete/                          in  in  403 403 403 403 403 403
/admin/matching/offer/<object_id>/change/                          in  in  403 404 200 403 403 200
/admin/matching/offer/<object_id>/                                 in  in  go  go  go  go  go  go
/admin/matching/pairing/<object_id>/comment/                       in  in  go  404 go  403 403 go
/admin/matching/pairing/by-hand/<mentee_id>/                       in  in  403 404 200 403 403 200
/admin/matching/pairing/by-hand/<mentee_id>/<mentor_id>/           in  in  403 404 200 403 403 200
/admin/matching/pairing/swap/<first_id>/<second_id>/               in  in  403 404 200 403 403 200
/admin/matching/pairing/                                           in  in  200 200 200 403 403 200
/admin/matching/pairing/add/                                       in  in  403 403 403 403 403 403
/admin/matching/pairing/<object_id>/history/                       in  in  200 404 200 403 403 200
/admin/matching/pairing/<object_id>/delete/                        in  in  403 403 403 403 403 403
/admin/matching/pairing/<object_id>/change/                        in  in  200 404 200 403 403 200
/admin/matching/pairing/<object_id>/                               in  in  go  go  go  go  go  go
/admin/matching/matchrun/<first_id>/compare/<second_id>/           in  in  200 404 200 403 403 200
/admin/matching/matchrun/<run_id>/stop/                            in  in  403 404 go  403 403 go
/admin/matching/matchrun/<run_id>/record/                          in  in  200 404 200 403 403 200
/admin/matching/matchrun/                                          in  in  200 200 200 403 403 200
/admin/matching/matchrun/add/                                      in  in  403 200 200 403 403 200
/admin/matching/matchrun/<object_id>/history/                      in  in  200 404 200 403 403 200
/admin/matching/matchrun/<object_id>/delete/                       in  in  403 403 403 403 403 403
/admin/matching/matchrun/<object_id>/change/                       in  in  200 404 200 403 403 200
/admin/matching/matchrun/<object_id>/                              in  in  go  go  go  go  go  go
/admin/matching/matchsettings/                                     in  in  200 200 200 403 403 200
/admin/matching/matchsettings/add/                                 in  in  403 403 403 403 403 403
/admin/matching/matchsettings/<object_id>/history/                 in  in  200 404 200 403 403 200
/admin/matching/matchsettings/<object_id>/delete/                  in  in  403 403 403 403 403 403
/admin/matching/matchsettings/<object_id>/change/                  in  in  403 404 200 403 403 200
/admin/matching/matchsettings/<object_id>/                         in  in  go  go  go  go  go  go
/admin/matching/unmatched/                                         in  in  200 200 200 403 403 200
/admin/matching/unmatched/<cohort_id>/                             in  in  go  404 go  403 403 go
/admin/matching/unmatched/runs/<run_id>/close/                     in  in  403 404 go  403 403 go
/admin/matching/unmatched/runs/<run_id>/open-again/                in  in  403 404 go  403 403 go
/admin/spotlights/spotlight/preview/                               in  in  403 200 200 200 403 200
/admin/spotlights/spotlight/<spotlight_id>/preview/                in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<spotlight_id>/send/                   in  in  403 404 go  go  403 go
/admin/spotlights/spotlight/<spotlight_id>/announce/               in  in  403 404 go  403 403 go
/admin/spotlights/spotlight/                                       in  in  403 200 200 200 403 200
/admin/spotlights/spotlight/add/                                   in  in  403 200 200 200 403 200
/admin/spotlights/spotlight/<object_id>/history/                   in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/delete/                    in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/change/                    in  in  403 404 200 200 403 200
/admin/spotlights/spotlight/<object_id>/                           in  in  go  go  go  go  go  go
/admin/spotlights/spotlighttopic/                                  in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/add/                              in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/history/              in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/delete/               in  in  403 403 403 403 403 200
/admin/spotlights/spotlighttopic/<object_id>/change/               in  in  403 200 200 200 403 200
/admin/spotlights/spotlighttopic/<object_id>/                      in  in  go  go  go  go  go  go
/admin/spotlights/guide/                                           in  in  403 200 200 200 403 200
/admin/spotlights/guide/add/                                       in  in  403 200 200 200 403 200
/admin/spotlights/guide/<object_id>/history/                       in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/delete/                        in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/change/                        in  in  403 404 200 200 403 200
/admin/spotlights/guide/<object_id>/                               in  in  go  go  go  go  go  go
/guides/                                                           405 405 405 405 405 405 405 405
/guides/files/<name>                                               405 405 405 405 405 405 405 405
/guides/<slug>/                                                    405 405 405 405 405 405 405 405
/admin/spotlights/suggestion/                                      in  in  403 200 200 200 403 200
/admin/spotlights/suggestion/add/                                  in  in  403 403 403 403 403 403
/admin/spotlights/suggestion/<object_id>/history/                  in  in  403 404 200 200 403 200
/admin/spotlights/suggestion/<object_id>/delete/                   in  in  403 404 200 200 403 200
/admin/spotlights/suggestion/<object_id>/change/                   in  in  403 404 go  go  403 go
/admin/spotlights/suggestion/<object_id>/                          in  in  go  go  go  go  go  go
/suggest-a-leader/                                                 200 200 200 200 200 200 200 200
/suggest-a-leader/thanks/                                          405 405 405 405 405 405 405 405
/my/suggestion/<token>/                                            go  go  go  go  go  go  go  go
/my/suggestion-taken-back/                                         405 405 405 405 405 405 405 405
/my/application/story/                                             my  404 my  my  my  my  my  my
/my/application/story/take-back/                                   my  go  my  my  my  my  my  my
/admin/auth/group/                                                 in  in  403 403 403 403 403 200
/admin/auth/group/add/                                             in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/history/                             in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/delete/                              in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/change/                              in  in  403 403 403 403 403 200
/admin/auth/group/<object_id>/                                     in  in  go  go  go  go  go  go
/admin/auth/user/<id>/password/                                    in  in  403 403 403 403 403 200
/admin/auth/user/                                                  in  in  403 403 403 403 403 200
/admin/auth/user/add/                                              in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/history/                              in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/delete/                               in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/change/                               in  in  403 403 403 403 403 200
/admin/auth/user/<object_id>/                                      in  in  go  go  go  go  go  go
/admin/django_tasks_database/dbtaskresult/                         in  in  403 403 403 403 403 200
/admin/django_tasks_database/dbtaskresult/add/                     in  in  403 403 403 403 403 403
/admin/django_tasks_database/dbtaskresult/<object_id>/history/     in  in  403 403 403 403 403 200
/admin/django_tasks_database/dbtaskresult/<object_id>/delete/      in  in  403 403 403 403 403 403
/admin/django_tasks_database/dbtaskresult/<object_id>/change/      in  in  403 403 403 403 403 403
/admin/django_tasks_database/dbtaskresult/<object_id>/             in  in  go  go  go  go  go  go
/admin/<app_label>/                                                in  in  200 200 200 404 200 200
/admin/<url>                                                       in  in  404 404 404 404 404 404
/my/spotlight/                                                     405 405 405 405 405 405 405 405
/my/spotlight/link/<token>/                                        405 405 405 405 405 405 405 405
/my/spotlight/link-failed/                                         405 405 405 405 405 405 405 405
/my/spotlight/agree/                                               go  go  go  go  go  go  go  go
/my/spotlight/change/                                              go  go  go  go  go  go  go  go
/my/spotlight/take-back/                                           go  go  go  go  go  go  go  go
/my/spotlight/leave/                                               go  go  go  go  go  go  go  go
/lets-connect/                                                     405 405 405 405 405 405 405 405
/lets-connect/feed/                                                405 405 405 405 405 405 405 405
/lets-connect/rss/                                                 405 405 405 405 405 405 405 405
/lets-connect/<slug>/                                              405 405 405 405 405 405 405 405
/privacy/                                                          405 405 405 405 405 405 405 405
/accessibility/                                                    405 405 405 405 405 405 405 405
/contact/                                                          200 200 200 200 200 200 200 200
/contact/sent/                                                     405 405 405 405 405 405 405 405
/programs/<program_slug>/contact/                                  200 200 200 200 200 200 200 200
/programs/<program_slug>/contact/sent/                             405 405 405 405 405 405 405 405
/my/question/                                                      my  my  my  my  my  my  my  my
/my/question/erase/                                                my  my  my  my  my  my  my  my
/my/question/erased/                                               405 405 405 405 405 405 405 405
/programs/<program_slug>/                                          405 405 405 405 405 405 405 405
/programs/<program_slug>/<cohort_slug>/apply/<role>/               200 200 200 200 200 200 200 200
/programs/<program_slug>/<cohort_slug>/saved/<role>/               200 200 200 200 200 200 200 200
/programs/<program_slug>/<cohort_slug>/applied/<role>/             200 200 200 200 200 200 200 200
/my/link/<token>/                                                  405 405 405 405 405 405 405 405
/my/lost-link/                                                     200 200 200 200 200 200 200 200
/my/draft/                                                         my  my  my  my  my  my  my  my
/my/application/                                                   405 405 405 405 405 405 405 405
/my/application/edit/                                              my  200 my  my  my  my  my  my
/my/application/identity/                                          my  200 my  my  my  my  my  my
/my/application/withdraw/                                          my  go  my  my  my  my  my  my
/my/application/come-back/                                         my  go  my  my  my  my  my  my
/my/application/next-cohort/                                       my  go  my  my  my  my  my  my
/my/application/news/                                              my  go  my  my  my  my  my  my
/my/news/<token>/                                                  404 404 404 404 404 404 404 404
/my/application/language/                                          my  go  my  my  my  my  my  my
/my/application/files/<answer_id>/                                 405 405 405 405 405 405 405 405
/committee/files/<answer_id>/                                      405 405 405 405 405 405 405 405
/my/orientation/choose/                                            my  go  my  my  my  my  my  my
/my/orientation/leave/                                             my  go  my  my  my  my  my  my
/my/orientation/orientation.ics                                    405 405 405 405 405 405 405 405
/my/leave/                                                         go  go  go  go  go  go  go  go
/my/application/download/                                          405 405 405 405 405 405 405 405
/programs/<program_slug>/how-we-match/                             405 405 405 405 405 405 405 405
/my/application/erase/                                             my  go  my  my  my  my  my  my
/my/offers/<pk>/                                                   my  404 my  my  my  my  my  my
/my/formats/<pk>/                                                  my  404 my  my  my  my  my  my
/my/places/                                                        my  404 my  my  my  my  my  my
/my/erased/                                                        405 405 405 405 405 405 405 405
"""

# What caches may keep of the pages that answer everybody: public_page (mig_site/caching.py) for
# those that are the same for everybody; nothing of a page with a form, or about one person.
CACHES = """
/                                                      public, no-cache
/accessibility/                                        public, max-age=3600
/admin/login/                                          no-store
/contact/                                              no-store
/contact/sent/                                         no-store
/my/question/erased/                                   no-store
/privacy/                                              public, max-age=3600
/programs/<program_slug>/contact/                      no-store
/programs/<program_slug>/contact/sent/                 no-store
/healthz                                               no-store
/lets-connect/                                         public, no-cache
/lets-connect/<slug>/                                  public, no-cache
/lets-connect/feed/                                    public, no-cache
/lets-connect/rss/                                     public, no-cache
/my/erased/                                            no-store
/my/spotlight/link-failed/                             no-store
/my/lost-link/                                         no-store
/guides/                                               public, max-age=60
/guides/<slug>/                                        public, max-age=60
/guides/files/<name>                                   public, no-cache
/programs/<program_slug>/                              public, max-age=60
/programs/<program_slug>/<cohort_slug>/applied/<role>/ no-store
/programs/<program_slug>/<cohort_slug>/apply/<role>/   no-store
/programs/<program_slug>/<cohort_slug>/saved/<role>/   no-store
/programs/<program_slug>/how-we-match/                 public, max-age=60, stale-while-revalidate=60
/suggest-a-leader/                                     no-store
/suggest-a-leader/thanks/                              public, max-age=60
/my/suggestion-taken-back/                             no-store
/robots.txt                                            public, max-age=3600
/sitemap.xml                                           public, no-cache
/sitemap-<section>.xml                                 public, no-cache
/media/<name>                                          public, max-age=31536000, immutable
"""


def lines_of(table):
    return [" ".join(line.split()) for line in table.strip().splitlines()]


def routes():
    """Every address as its pattern has it, such as admin/signups/gate/<gate_id>/letters/."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                route = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)(/?)\$", r"<\1>\2", route)
                yield f"/{re.sub(r'<[a-z]+:', '<', route)}"

    return dict.fromkeys(walk(get_resolver().url_patterns, ""))


def make_offered_pair(cohort):
    """A pair of two other people, who were asked."""
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    pairing, chair = make_pairing(mentee, mentor), make_user()
    pairing.approve(by=chair)
    in_a_week = timezone.now() + timedelta(days=7)
    make_offers(cohort, [as_seen(pairing)], answer_by=in_a_week, by=chair)
    return Pairing.objects.select_related("offer").get(pk=pairing.pk)


@pytest.fixture
def site():
    """One program with a row of everything: the rows by name, and a browser for each role."""
    program = make_program(slug="own")
    cohort = make_cohort(program, slug="own")
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    hand_in(mentee, make_question(cohort, kind="file"))
    first_run, run = make_run(cohort), make_run(cohort)
    offered = make_offered_pair(cohort)
    conflict = Conflict(
        mentee_id=mentee.pk, mentor_id=offered.mentor_id, reason="close", made_by=make_user()
    )
    conflict.save()
    format_offer = FormatOffer.objects.create(
        application_id=mentee.pk, format=program.formats.last(), made_by=conflict.made_by
    )
    mentee.employer = "Town Library"
    note_employer(mentee)
    identity_answer = answer(mentee, make_dimension(program), "Woman")
    steward = make_steward(program)
    draft = make_draft(program=program, slug="own")
    guide = make_guide(program=program, slug="own", status="draft")
    guide_file = make_guide_file(guide)
    letter = Letter.objects.create(key="own", program=program, to="ada@example.org")
    enqueue(letter)
    people = {
        "member": make_member(program),
        "stranger": make_chair(make_program()),
        "chair": make_chair(program),
        "editor": make_spotlight_editor(program),
        "steward": steward,
        "superuser": make_user(is_superuser=True),
    }
    for reader in ("member", "chair", "superuser"):
        rate(mentee, by=people[reader], points=3, words="")
    rows = {
        "menteeapplication": mentee.pk,
        "mentorapplication": mentor.pk,
        "barrier": Barrier.objects.create(program=program, name="Time").pk,
        "support": Support.objects.create(program=program, name="Time").pk,
        "gate": (gate := make_gate(cohort, "membership")).pk,
        "identitydimension": identity_answer.dimension_id,
        "identityanswer": identity_answer.pk,
        "identityreading": IdentityReading.objects.create(
            reader=steward, program=program, dimension=identity_answer.dimension
        ).pk,
        "letter": letter.pk,
        "inquiry": make_inquiry(program).pk,
        "orientationsession": make_session(cohort).pk,
        "program": program.pk,
        "cohort": cohort.pk,
        "rating": Rating.objects.first().pk,
        "employer": mentee.employer_row_id,
        "employerspelling": mentee.employer_row.spellings.get().pk,
        "wish": Wish.objects.create(application_id=mentee.pk, wanted_name_or_email="Mia").pk,
        "conflict": conflict.pk,
        "offer": offered.offer.pk,
        "pairing": run.pairings.get().pk,
        "matchrun": run.pk,
        "matchsettings": MatchSettings.objects.for_program(program).pk,
        "spotlight": draft.pk,
        "guide": guide.pk,
        "suggestion": make_suggestion(program=program).pk,
        "spotlighttopic": make_topic("Leading").pk,
        "group": Group.objects.first().pk,
        "user": people["chair"].pk,
        "dbtaskresult": DBTaskResult.objects.first().pk,
    }
    values = {
        "gate_id": gate.pk,
        "mentee_id": mentee.pk,
        "mentor_id": mentor.pk,
        "run_id": run.pk,
        "pk": {"offers": offered.offer.pk, "formats": format_offer.pk},
        "first_id": {"compare": first_run.pk, "swap": run.pairings.get().pk},
        "second_id": {"compare": run.pk, "swap": offered.pk},
        "application_id": mentee.pk,
        "check_id": 1,
        "cohort_id": cohort.pk,
        "answer_id": mentee.answers.get().pk,
        "content_type_id": ContentType.objects.get_for_model(draft).pk,
        "id": people["chair"].pk,
        "app_label": "signups",
        "url": "nowhere/",
        "slug": "own",
        "spotlight_id": draft.pk,
        "name": {
            "guides": guide_file.name.removeprefix("guides/"),
            "media": keep(draw_portrait(Looks.of("own"))).names[0],
        },
        "program_slug": "own",
        "cohort_slug": "own",
        "role": "mentee",
        "token": "none",
        "section": "programs",
    }
    browsers = {role: Client() for role in ROLES}
    for role, user in people.items():
        browsers[role].force_login(user)
    link = AccessLink.new_address(application=mentee)
    browsers["applicant"].get(re.search(r"/my/link/\S+", link)[0])
    LogEntry.objects.all().delete()
    return rows, values, browsers


def address_of(route, rows, values):
    model = re.match(r"/admin/\w+/(\w+)/", route)
    object_id = rows["spotlight"] if route.startswith("/admin/r/") else model and rows.get(model[1])
    values = values | {"object_id": object_id}

    def value(name):
        given = values[name]
        if isinstance(given, dict):
            # What the same word stands for differs from page to page.
            [given] = [one for word, one in given.items() if f"/{word}/" in route]
        return str(given)

    return re.sub(r"<(\w+)>", lambda found: value(found[1]), route)


def answer_to(browser, method, address):
    """What a browser gets, in one word; whatever it did is undone."""
    cookies = browser.cookies.output(header="", sep=";")
    with transaction.atomic():
        response = getattr(browser, method)(address)
        b"".join(response)  # what is streamed from a file is closed at its end
        transaction.set_rollback(True)
    browser.cookies = SimpleCookie(cookies)
    if response.status_code != 302:
        return str(response.status_code)
    if response.url.startswith(reverse("admin:login")):
        return "in"
    return "my" if response.url == reverse("signups:lost_link") else "go"


@pytest.mark.parametrize(("method", "table"), [("get", GET), ("post", POST)])
def test_every_address_answers_each_role_as_it_is_written_here(site, method, table):
    rows, values, browsers = site

    found = [
        " ".join(
            [route]
            + [answer_to(browsers[role], method, address_of(route, rows, values)) for role in ROLES]
        )
        for route in routes()
    ]

    assert sorted(found) == sorted(lines_of(table))


def test_every_address_for_everybody_tells_caches_what_is_written_here(site):
    rows, values, browsers = site
    Spotlight.objects.update(status=SpotlightStatus.PUBLISHED, published_at=timezone.now())
    Guide.objects.update(status=GuideStatus.PUBLISHED)

    found = []
    # What the admin's own decorator does is Django's; its login is in front of it.
    for route in ["/admin/login/", *(one for one in routes() if not one.startswith("/admin/"))]:
        address = address_of(route, rows, values)
        answers = [browsers[role].get(address) for role in ("anonymous", "applicant", "chair")]
        # What is streamed from a file is closed at its end.
        contents = {b"".join(answer) for answer in answers}
        kept = answers[0].get("Cache-Control", "")
        if answers[0].status_code == 200:
            found.append(f"{route} {kept if 'public' in kept else 'no-store'}")
        if "public" not in kept:
            assert all("no-store" in answer["Cache-Control"] for answer in answers), route
        else:
            assert len(contents) == 1, route
            assert {answer["Cache-Control"] for answer in answers} == {kept}, route
            assert not any("Cookie" in answer.get("Vary", "") for answer in answers), route
            assert not any(answer.cookies for answer in answers), route

    assert sorted(found) == sorted(lines_of(CACHES))
