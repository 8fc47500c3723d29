"""The command that holds the page of a run against the admin's own list."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command

from matching.models import MatchRun, Pairing
from signups.models import Program

pytestmark = pytest.mark.django_db


def test_both_are_measured_on_as_many_pairs_and_nothing_is_kept():
    out = StringIO()
    per_page = admin.site.get_model_admin(Pairing).list_per_page

    call_command("bench_run_page", "--pairs", "20", "--json", stdout=out)

    sentence, line = out.getvalue().strip().splitlines()
    found = json.loads(line)
    assert found["pairs"] == 20
    assert found["run_page_queries"] == found["few_queries"]
    assert found["ratio"] == pytest.approx(
        found["run_page_seconds"] / found["list_seconds"], abs=0.01
    )
    assert f"with {found['list_queries']}. Ratio {found['ratio']:.2f}." in sentence
    assert (Program.objects.count(), MatchRun.objects.count()) == (0, 0)
    assert admin.site.get_model_admin(Pairing).list_per_page == per_page


def test_no_pairs_are_refused():
    with pytest.raises(CommandError, match="--pairs: must be one or more, not 0"):
        call_command("bench_run_page", "--pairs", "0")
