"""``manage.py import_applications``: sheets in, applications out, and faults in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from signups.forms import MentorApplicationForm
from signups.imports import import_applications
from signups.models import (
    Application,
    AvailabilityTime,
    Employer,
    Letter,
    Role,
    Topic,
    TopicChoice,
)
from signups.wishes import resolved_wishes
from tests.factories import make_cohort, make_mentee, make_program

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/examples/civil-service-mapping.toml"

MENTEES = """\
First,Last,E-mail,Where you work,Stage,"What, first of all?",And then?
Ada,O'Hara,ADA@example.org,Mesa County Libraries,student,Grants,Cataloging
Zoë,Núñez-Łoś,zoe@example.org,"Branch ""North"", Elm Street",0-2 Years,Supervision,
"""

MENTORS = """\
First,Last,E-mail,Where you work,Stage,Can help with,Mentees,Tongues
Ines,Quist,ines@example.org,Aspen Library,6-10 years,Grants;Job search,3,
Ravi,Menon,ravi@example.org,Aspen Library,11-20 years,Catalog,1,English; Spanish
"""

MAPPING = """\
[columns]
name = ["First", "Last"]
email = "E-mail"
employer = "Where you work"
career_stage = "Stage"

[values.topics]
Catalog = "Cataloging"

[values.languages]
"N/A" = ""

[defaults]
library_type = "Public"
region = "Denver"
time_zone = "America/Denver"
meeting_ways = ["Video", "In person"]
languages = "English"
formats = ["Coffee chat"]
statement = "Signed up on paper."
agrees_to_rules = true

[mentees.columns]
topics = ["What, first of all?", "And then?"]

[mentors.columns]
topics = "Can help with"
capacity = "Mentees"
languages = "Tongues"

[mentors.separators]
topics = ";"
languages = ";"
"""


@pytest.fixture
def load(tmp_path, capsys):
    """Run the command on files with the given texts; returns what it printed."""

    def load(cohort, *args, mentees=MENTEES, mentors=MENTORS, mapping=MAPPING) -> str:
        texts = {"mentees.csv": mentees, "mentors.csv": mentors, "mapping.toml": mapping}
        for name, text in texts.items():
            content = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name).write_bytes(content)
        call_command(
            "import_applications",
            f"{cohort.program.slug}/{cohort.slug}",
            f"--mentees={tmp_path / 'mentees.csv'}",
            f"--mentors={tmp_path / 'mentors.csv'}",
            f"--mapping={tmp_path / 'mapping.toml'}",
            *args,
        )
        return capsys.readouterr().out

    return load


@pytest.fixture
def refusal(load):
    """What the command says when it refuses; nothing may have been imported."""

    def refusal(cohort, *args, **texts) -> list[str]:
        before = Application.objects.count()
        with pytest.raises(CommandError) as refused:
            load(cohort, *args, **texts)
        assert Application.objects.count() == before
        *sentences, last = str(refused.value).splitlines()
        assert last == "Nothing was imported."
        return sentences

    return refusal


def test_both_sheets_become_applications_to_be_reviewed(load):
    cohort = make_cohort()

    out = load(cohort)

    ada, ines, ravi, zoe = cohort.applications.order_by("email")
    assert [(a.name, a.email, a.role, a.status) for a in (ada, ines, ravi, zoe)] == [
        ("Ada O'Hara", "ada@example.org", "mentee", "received"),
        ("Ines Quist", "ines@example.org", "mentor", "received"),
        ("Ravi Menon", "ravi@example.org", "mentor", "received"),
        ("Zoë Núñez-Łoś", "zoe@example.org", "mentee", "received"),
    ]
    assert (zoe.employer, str(zoe.career_stage)) == ('Branch "North", Elm Street', "0-2 years")
    assert [str(choice) for choice in ada.topic_choices.all()] == ["1. Grants", "2. Cataloging"]
    assert [str(choice) for choice in zoe.topic_choices.all()] == ["1. Supervision"]
    assert {str(topic) for topic in ines.topics.all()} == {"Grants", "Job search"}
    assert [str(topic) for topic in ravi.topics.all()] == ["Cataloging"]
    assert [a.capacity for a in (ada, ines, ravi, zoe)] == [None, 3, 1, None]
    assert {str(way) for way in ada.meeting_ways.all()} == {"Video", "In person"}
    assert out.splitlines() == [
        "Mentees: 2 rows read, 2 applications added, 0 already there.",
        "Mentors: 2 rows read, 2 applications added, 0 already there.",
        "Nobody was written to. Next, accept who takes part:",
        f"http://127.0.0.1:8000/admin/signups/menteeapplication/?cohort__id__exact={cohort.pk}",
        f"http://127.0.0.1:8000/admin/signups/mentorapplication/?cohort__id__exact={cohort.pk}",
    ]


def test_a_default_is_taken_only_where_the_sheet_has_no_answer(load):
    cohort = make_cohort()

    load(cohort, mentors=MENTORS + "Sol,Li,sol@example.org,Elm,Student,Grants,1,n/a\n")

    ines, ravi, sol = cohort.applications.mentors().order_by("email")
    assert {str(language) for language in ines.languages.all()} == {"English"}
    assert {str(language) for language in sol.languages.all()} == {"English"}
    assert {str(language) for language in ravi.languages.all()} == {"English", "Spanish"}


def test_nobody_is_written_to(load, mailoutbox, deliver_letters):
    load(make_cohort())
    deliver_letters()

    assert Letter.objects.count() == 0
    assert mailoutbox == []


def test_a_second_run_adds_nothing(load):
    cohort = make_cohort()
    load(cohort)
    first = list(cohort.applications.order_by("pk").values())

    out = load(cohort, mentees=MENTEES.replace("ADA@", "Ada@"))

    assert list(cohort.applications.order_by("pk").values()) == first
    assert TopicChoice.objects.count() == 6
    assert out.splitlines()[:2] == [
        "Mentees: 2 rows read, 0 applications added, 2 already there.",
        "Mentors: 2 rows read, 0 applications added, 2 already there.",
    ]


def test_new_rows_of_a_longer_sheet_are_added_to_those_that_are_there(load):
    cohort = make_cohort()
    load(cohort)

    out = load(cohort, mentees=MENTEES + "Bo,Li,bo@example.org,Elm,Student,Grants,\n")

    assert cohort.applications.mentees().count() == 3
    assert out.splitlines()[0] == "Mentees: 3 rows read, 1 applications added, 2 already there."


def test_the_same_person_may_be_in_both_sheets_and_in_other_cohorts(load):
    cohort = make_cohort()
    make_mentee(make_cohort(cohort.program), email="ada@example.org")
    make_mentee(cohort, email="ines@example.org")

    load(cohort, mentors=MENTORS.replace("ravi@", "ada@"))

    roles = cohort.applications.order_by("email", "role").values_list("email", "role")
    assert list(roles) == [
        ("ada@example.org", "mentee"),
        ("ada@example.org", "mentor"),
        ("ines@example.org", "mentee"),
        ("ines@example.org", "mentor"),
        ("zoe@example.org", "mentee"),
    ]


def test_a_dry_run_checks_and_keeps_nothing(load, refusal):
    cohort = make_cohort()

    out = load(cohort, "--dry-run")

    assert Application.objects.count() == 0
    assert out.splitlines() == [
        "Mentees: 2 rows read, 2 applications added, 0 already there.",
        "Mentors: 2 rows read, 2 applications added, 0 already there.",
        "This was a dry run: nothing was kept.",
    ]
    assert refusal(cohort, "--dry-run", mentees=MENTEES.replace("zoe@", "zoe")) == [
        "mentees.csv, row 3, column “E-mail”: “zoeexample.org”: Enter a valid email address."
    ]


def test_a_closed_cohort_takes_what_was_sent_in_on_another_way(load):
    now = timezone.now().replace(second=0, microsecond=0)
    cohort = make_cohort(
        mentee_opens_at=now.replace(year=2020),
        mentee_closes_at=now.replace(year=2021),
    )

    load(cohort)

    assert cohort.applications.count() == 4


def test_each_fault_is_named_with_file_row_and_column_and_nothing_is_imported(refusal):
    mentees = MENTEES + (
        ",,nobody,Elm,Boss,,Grants\n"
        "Bo,Li,bo@example.org,Elm,Boss,Grants,Grants\n"
        "\n"
        "Cy,Li,cy@example.org,Elm\n"
        "Ada,Again,ada@EXAMPLE.org,Elm,Student,Grants,\n"
        "Di,Li,di@example.org,Elm, Street,Student,Grants,\n"
        "Ed,Li,ed@example.org,Elm,Student,Grants,,,\n"
        "Flo,Li,flo@example.org,Elm,Student,Grants,,more\n"
    )
    mentors = MENTORS.replace(",3,", ",6,").replace("Catalog,", "Juggling;Grants,")

    assert refusal(make_cohort(), mentees=mentees, mentors=mentors) == [
        "mentees.csv, rows 4 and 5, column “Stage”: "
        "the program offers no “Boss” among its career stages.",
        "mentees.csv, row 4, columns “First” and “Last”: Tell us your name.",
        "mentees.csv, row 4, column “E-mail”: “nobody”: Enter a valid email address.",
        "mentees.csv, row 5, columns “What, first of all?” and “And then?”: "
        "“Grants Grants”: You chose this topic already: choose another, or none.",
        "mentees.csv, row 7: it has 4 cells where there are 7 headings. "
        "Is a comma, a quotation mark or a line break in the wrong place?",
        "mentees.csv, row 8, column “E-mail”: "
        "“ada@example.org” is in row 2 already; a sheet has each once.",
        "mentees.csv, row 9, column “Stage”: "
        "the program offers no “Street” among its career stages.",
        "mentees.csv, row 9, columns “What, first of all?” and “And then?”: "
        "the program offers no “Student” among its topics.",
        "mentees.csv, row 11: it has 8 cells where there are 7 headings. "
        "Is a comma, a quotation mark or a line break in the wrong place?",
        "mentors.csv, row 2, column “Mentees”: "
        "“6”: Select a valid choice. 6 is not one of the available choices.",
        "mentors.csv, row 3, column “Can help with”: "
        "the program offers no “Juggling” among its topics.",
    ]


def test_the_tally_counts_good_rows_apart_from_those_with_a_fault(tmp_path):
    mentees, mapping = tmp_path / "mentees.csv", tmp_path / "mapping.toml"
    mentees.write_text(
        MENTEES + "Bo,Li,bo@example.org,Elm,Boss,Grants,\nCy,,cy,Elm,Student,Grants,\n"
    )
    mapping.write_text(MAPPING)

    tallies = import_applications(make_cohort(), {Role.MENTEE: mentees}, mapping)

    tally = tallies[Role.MENTEE]
    assert (tally.n_rows, tally.n_good, tally.n_already_there) == (4, 2, 0)
    assert [(fault.row, fault.place) for fault in tally.faults] == [
        (4, "column “Stage”"),
        (5, "column “E-mail”"),
    ]
    assert Application.objects.count() == 0


def test_a_mentee_without_any_topic_is_refused_by_the_topics_columns(refusal):
    mentees = MENTEES.replace("Grants,Cataloging", ",")

    assert refusal(make_cohort(), mentees=mentees) == [
        "mentees.csv, row 2, columns “What, first of all?” and “And then?”: "
        "Choose the topic you want most."
    ]


def test_a_mentee_ranks_three_topics_at_most(refusal):
    mapping = MAPPING + '[mentees.separators]\ntopics = "/"\n'
    mentees = MENTEES.replace("Grants,C", "Grants/Supervision/Job search,C")

    assert refusal(make_cohort(), mentees=mentees, mapping=mapping) == [
        "mentees.csv, row 2, columns “What, first of all?” and “And then?”: "
        "4 topics, and a mentee ranks 3 at most."
    ]


def test_an_option_that_is_no_longer_offered_is_not_taken(refusal):
    cohort = make_cohort()
    cohort.program.topics.filter(name="Job search").update(is_offered=False)

    assert refusal(cohort) == [
        "mentors.csv, row 2, column “Can help with”: "
        "the program offers no “Job search” among its topics."
    ]


def test_another_programs_options_are_unknown(refusal):
    cohort = make_cohort()
    Topic.objects.create(program=make_program(), name="Knitting")

    assert refusal(cohort, mentees=MENTEES.replace("Supervision", "Knitting")) == [
        "mentees.csv, row 3, columns “What, first of all?” and “And then?”: "
        "the program offers no “Knitting” among its topics."
    ]


def test_rows_are_counted_as_a_spreadsheet_shows_them(refusal):
    mentees = MENTEES.replace("Mesa County Libraries", '"Mesa\nCounty\nLibraries"')

    assert refusal(make_cohort(), mentees=mentees.replace("zoe@", "zoe")) == [
        "mentees.csv, row 3, column “E-mail”: “zoeexample.org”: Enter a valid email address."
    ]


@pytest.mark.parametrize(
    ("answer", "sentences"),
    [
        ("yes", []),
        ("no", ["“no”: Tick the box if you agree to the rules of the program."]),
        ("", ["Tick the box if you agree to the rules of the program."]),
        ("perhaps", ["“perhaps” is neither yes nor no."]),
    ],
)
def test_who_did_not_agree_to_the_rules_is_refused(load, refusal, answer, sentences):
    mapping = MAPPING.replace("agrees_to_rules = true", "").replace(
        "[columns]", '[columns]\nagrees_to_rules = "Agreed"'
    )
    first, *rows = MENTEES.splitlines()
    mentees = "\n".join([f"{first},Agreed", *(f"{row},{answer}" for row in rows[:1])])
    first, *rows = MENTORS.splitlines()
    mentors = "\n".join([f"{first},Agreed", *(f"{row},YES" for row in rows)])
    texts = {"mentees": mentees, "mentors": mentors, "mapping": mapping}

    if sentences:
        expected = [f"mentees.csv, row 2, column “Agreed”: {sentence}" for sentence in sentences]
        assert refusal(make_cohort(), **texts) == expected
    else:
        load(make_cohort(), **texts)
        assert Application.objects.count() == 3


def test_what_a_cohort_asks_of_everyone_is_asked_of_a_sheet_too(load, refusal):
    cohort = make_cohort(make_program(membership_of="ALA"), orientation="In January.")

    assert refusal(cohort) == [
        "The mapping gives mentees neither a column nor a default for membership_number and "
        "promises_orientation, and the form requires it."
    ]
    mapping = MAPPING.replace(
        "[defaults]", '[defaults]\nmembership_number = "M1"\npromises_orientation = true'
    )
    load(cohort, mapping=mapping)
    assert set(cohort.applications.values_list("membership_number", "promises_orientation")) == {
        ("M1", True)
    }


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (
            b"\xff\xfeF\x00i\x00",
            "mentees.csv is not a CSV file in UTF-8. In the spreadsheet, save it as "
            "“CSV UTF-8” and try again.",
        ),
        (b"", "mentees.csv has no headings: they must be its first row."),
        (b"\n" + MENTEES.encode(), "mentees.csv has no headings: they must be its first row."),
        (
            MENTEES + 'Bo,"Li\n',
            "mentees.csv, row 4: the quotation marks do not match up (unexpected end of data). "
            "Export the file again from the spreadsheet.",
        ),
        (
            MENTEES.replace("E-mail", "Mail", 1),
            "mentees.csv has no heading “E-mail”, which the mapping names. Its headings are "
            "“First”, “Last”, “Mail”, “Where you work”, “Stage”, “What, first of all?” and "
            "“And then?”. If that looks like one long heading, give the character between the "
            "cells as “delimiter” at the top of the mapping.",
        ),
        (
            MENTEES.replace("And then?", "first"),
            "mentees.csv has the heading “First” more than once: rename one.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(refusal, broken, sentence):
    mapping = MAPPING.replace(', "And then?"', "") if "first" in str(broken) else MAPPING
    assert refusal(make_cohort(), mentees=broken, mapping=mapping) == [sentence]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[columns]", "[colums]", "“colums” is nothing that a mapping knows. It knows delimiter, "),
        ("[mentees.columns]", "[mentees.column]", "“mentees.column” is nothing that a mapping "),
        ("[columns]", "columns = 3\n[mentees.values]", "“columns” must be a [table]."),
        ("[columns]", 'delimiter = ";;"\n[columns]', "“delimiter” must be one character."),
        ('= "E-mail"', "= 3", "“3” is not what “columns.email” can be."),
        ('region = "Denver"', 'region = "Boulder"', "the program offers no “Boulder” among its"),
        ('"America/Denver"', '"America/Denber"', "The mapping's default for “time_zone”: Select"),
        ("[defaults]", '[defaults]\nregoin = "X"', "The mapping has “regoin” among the defaults"),
        ("[defaults]", "[defaults]\ncapacity = 1", "“capacity” among the defaults of mentees"),
        ('region = "Denver"', "", "mentees neither a column nor a default for region, and the"),
        ("[mentors.separators]", '[separators]\nname = ","', "a separator for “name”, which has"),
        ("[columns]", "[columns", "mapping.toml is not a TOML file in UTF-8: "),
    ],
)
def test_a_mapping_that_cannot_be_right_gets_a_sentence(refusal, old, new, sentence):
    assert old in MAPPING
    [said] = refusal(make_cohort(), mapping=MAPPING.replace(old, new, 1))

    assert sentence in said


def test_an_application_that_arrives_in_between_stops_the_import(refusal, monkeypatch):
    def save(form):
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(MentorApplicationForm, "save", save)

    assert refusal(make_cohort()) == [
        "Somebody applied to this cohort in the meantime. Run it again."
    ]


def test_files_and_cohorts_that_are_not_there_get_a_sentence(tmp_path):
    cohort = make_cohort()
    address = f"{cohort.program.slug}/{cohort.slug}"
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)

    with pytest.raises(CommandError, match=f"The cohorts are: {address}"):
        call_command("import_applications", "no/where", f"--mapping={mapping}")
    with pytest.raises(CommandError, match="Give --mentees FILE, --mentors FILE, or both"):
        call_command("import_applications", address, f"--mapping={mapping}")
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read: No such file"):
        call_command(
            "import_applications", address, "--mentees=nowhere.csv", f"--mapping={mapping}"
        )


def test_a_sheet_with_semicolons_as_european_spreadsheets_write_it(load):
    cohort = make_cohort()
    mentees = "\ufeff" + MENTEES.replace('"What, first of all?"', "What first").replace(",", ";")
    mentees = mentees.replace(" North;", " North,").replace("\n", "\r\n")
    mentors = MENTORS.replace(";", "/").replace(",", ";")
    mapping = 'delimiter = ";"\n' + MAPPING.replace('";"', '"/"')
    mapping = mapping.replace("What, first of all?", "What first")

    load(cohort, mentees=mentees, mentors=mentors, mapping=mapping)

    assert cohort.applications.count() == 4


OPTIONS = """
[options]
topics = ["Grants", "Juggling"]
career_stage = [{ name = "Director", rank = 6 }]
"""


def test_missing_options_are_created_only_when_asked_for(load, refusal):
    cohort = make_cohort()
    program = cohort.program
    before = list(program.topics.values())
    texts = {
        "mentors": MENTORS.replace("Catalog,", "Juggling,").replace("6-10 years", "director"),
        "mapping": MAPPING + OPTIONS,
    }

    assert refusal(cohort, **texts) == [
        "mentors.csv, row 2, column “Stage”: "
        "the program offers no “director” among its career stages.",
        "mentors.csv, row 3, column “Can help with”: "
        "the program offers no “Juggling” among its topics.",
    ]
    load(cohort, "--create-options", "--dry-run", **texts)
    assert list(program.topics.values()) == before

    load(cohort, "--create-options", **texts)

    assert list(program.topics.exclude(name="Juggling").values()) == before
    assert [str(topic) for topic in program.topics.all()] == [
        *(topic["name"] for topic in before),
        "Juggling",
    ]
    assert program.careerstages.get(name="Director").rank == 6
    assert cohort.applications.count() == 4


def test_created_options_go_too_when_a_row_is_refused(refusal):
    cohort = make_cohort()

    refusal(
        cohort,
        "--create-options",
        mentees=MENTEES.replace("zoe@", "zoe"),
        mapping=MAPPING + OPTIONS,
    )

    assert cohort.program.topics.filter(name="Juggling").count() == 0


def test_an_option_that_was_taken_off_the_list_is_not_put_back(refusal):
    cohort = make_cohort()
    cohort.program.topics.filter(name="Grants").update(is_offered=False)

    refusal(cohort, "--create-options", mapping=MAPPING + OPTIONS)

    assert cohort.program.topics.get(name="Grants").is_offered is False


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ('colours = ["Red"]', "The mapping has options for “colours”, which is no list of a"),
        ('career_stage = ["Director"]', "rank"),
        ('topics = [{ nam = "X" }]', "nam"),
    ],
)
def test_options_that_cannot_be_created_get_a_sentence(refusal, options, sentence):
    mapping = f"{MAPPING}\n[options]\n{options}\n"

    [said] = refusal(make_cohort(), "--create-options", mapping=mapping)

    assert sentence in said


def test_the_worked_example_takes_its_sheets_without_the_identity_columns(load):
    program = make_program(name="Civil service")
    cohort = make_cohort(program)
    identity = "My characteristics is/are Purple. "
    common = "first name,last name,email address,both mentor and mentee,job title,grade,"
    mentees = (
        f"{common}organisation,profession,match with similar identity,identity to match,biography\n"
        f'Ada,Oak,ada@example.org,yes,Clerk,AO,Ministry of Maps,HR,yes,Purple,"{identity}"\n'
    )
    mentors = (
        f"{common}organisation,profession,characteristics,biography\n"
        f'Bo,Elm,bo@example.org,no,Head,Grade 7,Ministry of Trees,DDaT,"Purple, Green",{identity}\n'
    )

    load(cohort, "--create-options", mentees=mentees, mentors=mentors, mapping=EXAMPLE.read_text())

    ada, bo = cohort.applications.order_by("email")
    assert (ada.employer, str(ada.career_stage), [str(t) for t in ada.topics.all()]) == (
        "Ministry of Maps",
        "AO",
        ["Human resources"],
    )
    assert [str(topic) for topic in bo.topics.all()] == ["Digital, data and technology"]
    stored = [str(row) for row in Application.objects.values()]
    assert not [row for row in stored if "Purple" in row or "characteristics" in row]


ASKED_BESIDES = (
    MAPPING.replace('formats = ["Coffee chat"]\n', "")
    .replace(
        "[mentees.columns]\n",
        '[mentees.columns]\nformats = ["Kind", "Or"]\ntimes = "When"\nwish_1 = "Whom"\n',
    )
    .replace("[mentors.columns]\n", '[mentors.columns]\nformats = "Kinds"\n')
    .replace("[mentors.separators]\n", '[mentors.separators]\nformats = ";"\n')
    + '\n[mentees.separators]\ntimes = ";"\n'
)
RANKING = (
    'First,Last,E-mail,Where you work,Stage,"What, first of all?",And then?,Kind,Or,When,Whom\n'
    "Ada,O'Hara,ada@example.org,Mesa,Student,Grants,,Coffee chat,One-to-one pair,"
    "Weekends; Weekday evenings,Ines Quist\n"
    "Zoë,Li,zoe@example.org,MESA.,Student,Grants,,One-to-one pair,,,\n"
)
OFFERING = (
    "First,Last,E-mail,Where you work,Stage,Can help with,Mentees,Tongues,Kinds\n"
    "Ines,Quist,ines@example.org,Aspen,Student,Grants: 12; Job search,3,,"
    "One-to-one pair:2; Coffee chat\n"
)


def test_ranks_years_places_times_and_wishes_come_in(load):
    program = make_program()
    for name in ("Weekday evenings", "Weekends"):
        AvailabilityTime.objects.create(program=program, name=name)
    cohort = make_cohort(program)

    load(cohort, mentees=RANKING, mentors=OFFERING, mapping=ASKED_BESIDES)

    ada, ines, zoe = cohort.applications.order_by("email")
    assert [str(one) for one in ada.format_choices.all()] == [
        "1. Coffee chat",
        "2. One-to-one pair",
    ]
    assert [str(one) for one in zoe.format_choices.all()] == ["1. One-to-one pair"]
    assert sorted(str(one) for one in ines.format_choices.all()) == [
        "Coffee chat",
        "One-to-one pair (2 places)",
    ]
    assert sorted(str(one) for one in ines.topic_choices.all()) == [
        "Grants (12 years)",
        "Job search",
    ]
    assert {str(one) for one in ada.times.all()} == {"Weekday evenings", "Weekends"}
    assert resolved_wishes(cohort) == {(ada.pk, ines.pk)}
    assert ada.employer_row == zoe.employer_row
    assert (str(ada.employer_row), Employer.objects.count()) == ("Mesa", 2)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("Grants: 61", "“Grants: 61; Job search”: Years go from 0 to 60."),
        ("Grant: 6", "the program offers no “Grant” among its topics."),
        ("Grants: x", "the program offers no “Grants: x” among its topics."),
    ],
)
def test_a_number_that_cannot_be_is_named_with_its_column(refusal, given, sentence):
    program = make_program()
    AvailabilityTime.objects.create(program=program, name="Weekends")
    mentors = OFFERING.replace("Grants: 12", given)

    [said] = refusal(
        make_cohort(program),
        mentees=RANKING.replace("; Weekday evenings", ""),
        mentors=mentors,
        mapping=ASKED_BESIDES,
    )

    assert said == f"mentors.csv, row 2, column “Can help with”: {sentence}"
