"""Member lists: how they are read, what they say, and that applying one changes nothing wrongly."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import tablib
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from signups import member_lists
from signups.imports.sheets import ImportRefusedError
from signups.member_lists import compare, read_members
from signups.membership import (
    apply_check,
    check_members,
    forget_old_checks,
    letters_to_write,
    write_to_those_missing,
)
from signups.models import (
    Application,
    GateState,
    Letter,
    MemberCheck,
    MemberCheckRow,
    ReviewError,
)
from tests.factories import make_chair, make_cohort, make_gate, make_mentee, make_mentor

pytestmark = pytest.mark.django_db

HEADINGS = "Membership number,Name,E-mail\n"


def csv_of(*rows):
    return (HEADINGS + "".join(f"{row}\n" for row in rows)).encode()


def xlsx_of(headings, *rows):
    return tablib.Dataset(*rows, headers=headings).export("xlsx")


def gate_url(gate, name="change", *args):
    return reverse(f"admin:signups_gate_{name}", args=[gate.pk, *args])


def states(gate):
    rows = GateState.objects.filter(gate=gate).values_list("application__name", "state")
    return dict(rows)


@pytest.fixture
def gate():
    return make_gate(make_cohort(), "membership")


@pytest.fixture
def chair(gate):
    return make_chair(gate.cohort.program)


def check(gate, chair, *rows):
    return check_members(gate, csv_of(*rows), "members.csv", by=chair)


def finding(person, member):
    found = compare([person], read_members(csv_of(member), "members.csv"))[person.pk]
    return found.finding.value, found.why


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("0012345,Ana Ruiz,", ("number", "")),
        ("AL-12345,Bo Li,", ("missing", "")),
        ("12-345,,", ("number", "")),
        (",Somebody,ANA@Example.org", ("address", "")),
        (
            "12345,Bo Li,",
            ("nearly", "The number belongs to: Bo Li, 12345."),
        ),
        (
            "12354,Ana Maria Ruiz,",
            ("nearly", "The number differs by one sign: Ana Maria Ruiz, 12354."),
        ),
        ("12346,Bo Li,", ("missing", "")),
        (
            '77777,"Ruiz, Ána",a@work.org',
            ("nearly", "The name is the same or nearly: Ruiz, Ána, 77777, a@work.org."),
        ),
        ("77777,Ana Ruis,", ("nearly", "The name is the same or nearly: Ana Ruis, 77777.")),
        ("77777,Ana Smith,", ("missing", "")),
        (",,", None),
    ],
)
def test_a_row_is_a_person_by_number_by_address_or_nearly(gate, member, expected):
    person = make_mentee(
        gate.cohort, name="Ana Ruiz", email="ana@example.org", membership_number="12345"
    )
    if expected is None:
        with pytest.raises(ImportRefusedError, match="no members below"):
            finding(person, member)
    else:
        assert finding(person, member) == expected


def test_an_empty_number_or_name_is_like_no_other(gate):
    person = make_mentee(gate.cohort, name="李", membership_number="")

    assert finding(person, "000,,x@example.org") == ("missing", "")
    assert finding(person, ",,x@example.org") == ("missing", "")


def test_a_certain_row_wins_over_a_near_one_whatever_the_order(gate):
    person = make_mentee(gate.cohort, name="Ana Ruiz", membership_number="12345")
    rows = ["12346,Ana Ruiz,", "12345,Ana Ruiz,", "99999,Ana Ruiz,"]

    for order in (rows, rows[::-1]):
        found = compare([person], read_members(csv_of(*order), "m.csv"))[person.pk]
        assert (found.finding, found.why) == ("number", "")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbfMember ID;First Name;Last Name\n12345;Ana;Ruiz\n", "a.csv"),
        (b"Member #\tOther\tFull name\r\n12345\tx\tAna Ruiz\r\n", "a.CSV"),
        (xlsx_of(["Member number", "Name"], (12345.0, "Ana Ruiz")), "a.xlsx"),
        (xlsx_of(["Name", "Membership No."], ("Ana Ruiz", "12345")), "a.xlsx"),
    ],
)
def test_lists_are_read_as_they_come(content, name):
    [member] = read_members(content, name)

    assert (member.number, member.name) == ("12345", "Ana Ruiz")


def no_workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b"0" * 1000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"Name,Town\nAna,Denver\n", "a.csv", "The headings found are: “Name”, “Town”."),
        (b"\n\n", "a.csv", "This file is empty"),
        (HEADINGS.encode(), "a.csv", "no members below"),
        ("Name,E-mail\nJosé,j@example.org\n".encode("cp1252"), "a.csv", "not a CSV file in UTF-8"),
        ("E-mail\nj@example.org\n".encode("utf-16"), "a.csv", "not a CSV file in UTF-8"),
        (b"E-mail,Name\na,b,c,d\n", "a.csv", "the same columns as its headings"),
        (b"E-mail\nj@example.org\n", "a.xlsx", "not an XLSX file that can be read"),
        (no_workbook(), "a.xlsx", "not an XLSX file that can be read"),
        (b"%PDF", "a.pdf", "ends in .csv or .xlsx"),
    ],
)
def test_a_bad_file_gets_a_sentence_beside_the_field(client, gate, chair, content, name, sentence):
    client.force_login(chair)

    page = client.post(gate_url(gate, "members"), {"file": SimpleUploadedFile(name, content)})

    assert sentence in page.context["form"].errors["file"][0]
    assert MemberCheck.objects.count() == 0


@pytest.mark.parametrize("limit", ["MAX_BYTES", "MAX_UNPACKED_BYTES"])
def test_a_file_that_is_too_large_is_refused_unread(monkeypatch, limit):
    content = xlsx_of(["E-mail"], ("a@example.org",))
    monkeypatch.setattr(member_lists, limit, 1000)

    with pytest.raises(ImportRefusedError, match=r"larger than|too large"):
        read_members(content, "a.xlsx")


def test_chair_uploads_looks_over_and_applies(client, gate, chair):
    cohort = gate.cohort
    number = make_mentee(cohort, name="Ana Ruiz", membership_number="1001")
    address = make_mentee(cohort, name="Bo Li", email="bo@example.org")
    near = make_mentor(cohort, name="Cy Young")
    far = make_mentor(cohort, name="Dee Far")
    make_mentee(cohort, name="Eve Gone", membership_number="1002", status="withdrawn")
    elsewhere = make_mentee(make_cohort(cohort.program), name="Fay", membership_number="1003")
    client.force_login(chair)
    rows = ["1001,Ana Ruiz,", ",,BO@example.org", "7,Cy Young,cy@home.org", "1003,Fay,", "1002,,"]
    file = SimpleUploadedFile("members.csv", csv_of(*rows))

    answer = client.post(gate_url(gate, "members"), {"file": file})
    page = client.get(answer.url)

    shown = {
        name: [row.application.name for row in page.context[name]]
        for name in ("by_number", "by_address", "nearly", "missing", "lapsed")
    }
    assert shown == {
        "by_number": [number.name],
        "by_address": [address.name],
        "nearly": [near.name],
        "missing": [far.name],
        "lapsed": [],
    }
    assert "Apply: 2 found, and those ticked" in page.content.decode()
    assert "The name is the same or nearly: Cy Young, 7, cy@home.org." in page.content.decode()
    assert states(gate) == {}

    client.post(answer.url, {"confirmed": [near.pk, far.pk, elsewhere.pk, "x"]})

    assert states(gate) == dict.fromkeys([number.name, address.name, near.name], "met")
    state = GateState.objects.get(application__name=number.name)
    assert (state.how, state.decided_by) == ("member_list", chair)


def test_applying_twice_changes_nothing_and_says_so(client, gate, chair):
    person = make_mentee(gate.cohort, membership_number="1001")
    made = check(gate, chair, "1001,,")
    client.force_login(chair)
    url = gate_url(gate, "check", made.pk)
    client.post(url)
    gate.take_back(person, by=chair)

    again = client.post(url, follow=True)

    assert states(gate) == {person.name: "not_yet"}
    assert "applied already; nothing was changed" in again.content.decode()
    assert client.get(url).status_code == 302


def test_a_newer_list_replaces_one_that_nobody_applied(gate, chair):
    person = make_mentee(gate.cohort, membership_number="1001")
    old = check(gate, chair, "1001,,")
    new = check(gate, chair, "2002,,")

    with pytest.raises(ReviewError, match="newer list"):
        apply_check(old.pk, confirmed=[], lapsed=[], by=chair)

    assert apply_check(new.pk, confirmed=[person.pk], lapsed=[], by=chair) == (0, 0)
    assert states(gate) == {}


def test_the_same_list_can_be_uploaded_and_applied_again(gate, chair):
    make_mentee(gate.cohort, membership_number="1001")

    counts = [
        apply_check(check(gate, chair, "1001,,").pk, confirmed=[], lapsed=[], by=chair)
        for _ in range(2)
    ]

    assert (counts, GateState.objects.count()) == ([(1, 0), (0, 0)], 1)


def test_who_changed_answers_or_left_since_is_left_out(gate, chair):
    changed, left, same = (make_mentee(gate.cohort, membership_number=f"100{n}") for n in range(3))
    made = check(gate, chair, "1000,,", "1001,,", "1002,,")
    Application.objects.filter(pk=changed.pk).update(membership_number="9", version=2)
    left.withdraw()

    assert apply_check(made.pk, confirmed=[], lapsed=[], by=chair) == (1, 2)
    assert states(gate) == {same.name: "met"}


def test_a_waiver_and_a_check_by_hand_outlive_a_list(client, gate, chair):
    waived, by_hand, ended = (make_mentee(gate.cohort) for _ in range(3))
    gate.waive(waived, reason="Is honorary.", by=chair)
    gate.note_met(by_hand, how="by_hand", by=chair)
    gate.note_met(ended, how="member_list", by=chair)
    made = check(gate, chair, "1,,")
    client.force_login(chair)
    url = gate_url(gate, "check", made.pk)

    page = client.get(url)
    client.post(url, {"lapsed": [ended.pk, waived.pk]})

    lapsed = {row.application.name for row in page.context["lapsed"]}
    assert lapsed == {by_hand.name, ended.name}
    assert states(gate) == {waived.name: "waived", by_hand.name: "met", ended.name: "not_yet"}


def test_of_the_list_nothing_is_kept_but_what_it_says_about_applicants(gate, chair):
    make_mentee(gate.cohort, name="Ana Ruiz")
    made = check(gate, chair, "4711,Ana Ruiz,private@home.org", "4712,Stranger,s@home.org")

    [why] = MemberCheckRow.objects.values_list("why", flat=True)
    assert ("private@home.org" in why, "Stranger" in why) == (True, False)

    apply_check(made.pk, confirmed=[], lapsed=[], by=chair)
    assert list(MemberCheckRow.objects.values_list("why", flat=True)) == [""]


def test_a_list_that_nobody_applies_is_forgotten(gate, chair):
    make_mentee(gate.cohort)
    applied = check(gate, chair, "1,,")
    apply_check(applied.pk, confirmed=[], lapsed=[], by=chair)
    check(gate, chair, "1,,")

    assert forget_old_checks() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert forget_old_checks() == 1
    assert list(MemberCheck.objects.all()) == [applied]


def test_formulas_and_markup_in_a_list_are_only_text(client, gate, chair):
    make_mentee(gate.cohort, name="Ana Ruiz")
    formula = '=HYPERLINK("http://evil.example","x")'
    content = xlsx_of(["Name", "E-mail"], ("Ana Ruiz", "<script>alert(1)</script>"))
    client.force_login(chair)
    file = SimpleUploadedFile("m.xlsx", content)
    page = client.get(client.post(gate_url(gate, "members"), {"file": file}).url).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)

    [member] = read_members(csv_of(f'"{formula.replace(chr(34), chr(34) * 2)}",,'), "m.csv")
    assert member.number == formula


def test_who_is_missing_gets_one_letter_that_says_what_to_do_by_when(
    client, gate, chair, deliver_letters
):
    gate.due_on = "2027-01-04"
    gate.save()
    cohort = gate.cohort
    member = make_mentee(cohort, membership_number="1001")
    missing = make_mentee(cohort, name="Ana O'Hara", membership_number="55")
    # Holds both roles: one person, one letter.
    make_mentor(cohort, name="Ana O'Hara", email=missing.email.upper())
    waived = make_mentee(cohort)
    gate.waive(waived, reason="So.", by=chair)
    made = check(gate, chair, "1001,,")
    client.force_login(chair)
    url = gate_url(gate, "letters")
    assert letters_to_write(gate) == []

    client.post(gate_url(gate, "check", made.pk))
    not_looked_for = make_mentee(cohort)
    asked = client.get(url)
    assert (asked.context["title"], Letter.objects.count()) == ("Write 1 letter?", 0)
    client.post(url)
    second = client.post(url, follow=True)
    deliver_letters()

    [message] = mail.outbox
    assert message.to == [missing.email]
    assert message.subject == "Please check your membership of ALA by 4 January 2027"
    assert "Dear Ana O'Hara," in message.body
    assert "neither by your number (55) nor by this address" in message.body
    assert "/my/link/" in message.body
    assert "No letter was written" in second.content.decode()
    assert {member.email, not_looked_for.email} & {
        letter.to for letter in Letter.objects.all()
    } == (set())


def test_a_letter_after_the_day_asks_for_no_day_that_is_past(gate, chair):
    make_mentee(gate.cohort)
    apply_check(check(gate, chair, "1,,").pk, confirmed=[], lapsed=[], by=chair)

    [letter] = letters_to_write(gate)

    assert letter.subject == "Please check your membership of ALA"
    assert "What to do as soon as you can:" in letter.body


def test_two_presses_at_once_write_one_letter(gate, chair):
    make_mentee(gate.cohort)
    apply_check(check(gate, chair, "1,,").pk, confirmed=[], lapsed=[], by=chair)
    first, second = letters_to_write(gate), letters_to_write(gate)

    assert [letter.key for letter in first] == [letter.key for letter in second]
    assert (write_to_those_missing(gate), write_to_those_missing(gate)) == (1, 0)


def test_a_check_of_another_gate_is_not_applied_through_this_one(client, gate, chair):
    other = make_gate(make_cohort(), "membership")
    make_mentee(other.cohort, membership_number="1001")
    made = check(other, make_chair(other.cohort.program), "1001,,")
    client.force_login(chair)

    client.post(gate_url(gate, "check", made.pk))

    assert (GateState.objects.count(), MemberCheck.objects.get().applied_at) == (0, None)


def test_a_large_list_is_compared_in_seconds(gate):
    people = [
        make_mentee(gate.cohort, name=f"Person{n} Family{n}", membership_number=str(20_000 + n))
        for n in range(5)
    ]
    rows = [f"{n},Member{n} House{n},m{n}@example.org" for n in range(10_000, 40_000)]

    members = read_members(csv_of(*rows), "m.csv")
    found = compare(people, members)

    assert len(members) == 30_000
    assert {result.finding for result in found.values()} == {"nearly"}
