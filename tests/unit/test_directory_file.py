"""The directory's files: TOML and CSV become entries, or every problem is told with its line. Shell: reads the demo."""

import re

import pytest

from services.router.domain.directory import Directory, Entries, entries_bytes, read_entries
from services.router.domain.keeping.directory_file import read_directory
from services.router.domain.partnership import Partnership
from shared.terms import AgencyId, AgencyType, PartnershipId
from tests.policy_world import DEMO, directory, entries, policies

SUSSEX = (DEMO / "sussex.toml").read_text(encoding="utf-8")
SMALL = """\
[[partnership]]
id = "testshire"
name = "Testshire Safeguarding Children Partnership"
prefix = "TS"
policy = "pan-sussex"
demonstration = true
controller = "Testshire"
privacy_contact = "privacy@testshire.example"
complaints_url = "https://testshire.example/complaints"

[partnership.duty]
name = "Wren Duty"
role = "Duty contact"
mailbox = "duty@testshire.example"
phone = "01632 960001"

[[partnership.area]]
id = "testshire"
name = "Testshire"
social_care = { label = "Children's social care", number = "01632 960002" }
out_of_hours = { label = "Emergency duty team", number = "01632 960003" }

[[agency]]
id = "testshire-care"
name = "Testshire children's social care"
type = "childrens_social_care"
owner = "testshire"
serves = ["testshire"]
domains = ["testshire.example"]

[[agency.team]]
id = "north"
name = "North"

[[agency.post]]
id = "care.manager"
title = "Team manager"
role = "team_manager"
team = "north"

[[agency.post.holder]]
name = "Robin Manager"
address = "robin.manager@testshire.example"
"""
CSV = """\
agency,post,title,role,team,name,address,deputy
testshire-care,care.head,Head of Service,head_of_service,,Kit Head,kit.head@testshire.example,care.manager
testshire-care,care.lead,Safeguarding lead,safeguarding_lead,north,Lee Lead,lee.lead@testshire.example,
"""


def problems(**files: str) -> list[str]:
    named = {name.replace("_", "."): text for name, text in files.items()}
    found = read_directory(named, policies=policies())
    assert not isinstance(found, Entries), "no problem was found"
    return [str(one) for one in found]


def read(**files: str) -> Entries:
    found = read_directory({name.replace("_", "."): text for name, text in files.items()}, policies=policies())
    assert isinstance(found, Entries), [str(one) for one in found]
    return found


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_small_directory_is_read() -> None:
    held = read(a_toml=SMALL)
    assert [one.id for one in held.partnerships] == ["testshire"]
    assert held.agencies[0].posts[0].holders[0].name == "Robin Manager"


def test_a_csv_adds_posts_to_an_agency_of_the_same_import() -> None:
    held = read(a_toml=SMALL, b_csv=CSV)
    assert [post.id for post in held.agencies[0].posts] == ["care.manager", "care.head", "care.lead"]
    assert held.agencies[0].posts[1].deputy == "care.manager"


def test_a_csv_row_for_the_same_post_is_another_holder() -> None:
    more = CSV + "testshire-care,care.head,Head of Service,head_of_service,,Sam Next,sam.next@testshire.example,\n"
    assert [one.name for one in read(a_toml=SMALL, b_csv=more).agencies[0].posts[1].holders] == ["Kit Head", "Sam Next"]


def test_every_problem_of_a_csv_is_told_with_its_line() -> None:
    bad = CSV.replace("care.head,Head of Service", "care.head,").replace(
        "testshire-care,care.lead", "nowhere,care.lead"
    )
    assert problems(a_toml=SMALL, b_csv=bad) == [
        "b.csv, line 2: title is missing.",
        "b.csv, line 3: Its agency is in no file of this import.",
    ]


def test_a_csv_with_a_strange_column_or_too_many_cells_is_a_problem() -> None:
    assert problems(a_toml=SMALL, b_csv=CSV.replace("role,team", "role,colour,team", 1))[0].endswith(
        "There is no column colour."
    )
    assert "more cells" in problems(a_toml=SMALL, b_csv=CSV + "a,b,c,d,e,f,g,h,i,j\n")[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('prefix = "TS"', 'prefix = "t"', "two to four capital letters"),
        ('policy = "pan-sussex"', 'policy = "none"', "There is no such policy."),
        ('owner = "testshire"', 'owner = "elsewhere"', "The partnership elsewhere is not in the directory."),
        ('team = "north"', 'team = "south"', "Its team is not one of this agency's."),
        ('role = "team_manager"', 'role = "team_manager"\ndeputy = "nobody"', "Its deputy is not a post"),
        ("robin.manager@testshire.example", "robin.manager", "This is not one email address."),
        ("robin.manager@testshire.example", "a@testshire.example,b@testshire.example", "not one email address"),
        ("robin.manager@testshire.example", "robin@real.gov.uk", ".example addresses alone"),
        ('type = "childrens_social_care"', 'type = "wizards"', "not one of the codes"),
        (
            'name = "Robin Manager"',
            'name = "Robin Manager"\nvalid_from = 2027-02-02\nvalid_until = 2027-01-01',
            "ends before",
        ),
        ('id = "testshire-care"', "id = 7", "Expected a text"),
        ("demonstration = true", 'demonstration = "yes"', "true or false"),
        ('phone = "01632 960001"', "", "phone is missing."),
        ('prefix = "TS"', 'prefix = "TS"\nshoe_size = 9', "no such thing as shoe_size"),
    ],
)
def test_each_kind_of_problem_is_told_in_plain_words_with_a_line(old: str, new: str, says: str) -> None:
    assert old in SMALL
    found = problems(a_toml=SMALL.replace(old, new, 1))
    assert any(says in one for one in found), found
    assert all(re.match(r"a\.toml, line \d+: ", one) for one in found)


def test_all_problems_are_told_at_once_and_none_quotes_a_person() -> None:
    bad = SMALL.replace('prefix = "TS"', 'prefix = "t"').replace("robin.manager@testshire.example", "robin secret")
    bad = bad.replace('team = "north"', "team = 4")
    found = problems(a_toml=bad)
    assert len(found) >= 2
    assert not any("secret" in one for one in found)


def test_the_line_told_is_the_line_of_the_key() -> None:
    bad = SMALL.replace('prefix = "TS"', 'prefix = "t"')
    assert problems(a_toml=bad)[0].startswith(f"a.toml, line {line_of(bad, 'prefix')}:")


def test_an_id_or_prefix_may_not_stand_twice() -> None:
    assert any("stands twice" in one for one in problems(a_toml=SMALL, b_toml=SMALL))
    other = SMALL.replace("testshire", "othershire").replace("care.manager", "other.manager")
    assert any("Another partnership has this prefix." in one for one in problems(a_toml=SMALL, b_toml=other))


def test_a_real_partnership_refuses_demonstration_contacts_and_rules_that_nobody_adopted() -> None:
    found = " ".join(problems(a_toml=SMALL.replace("demonstration = true", "demonstration = false")))
    assert "reaches nobody" in found
    assert "kept for drama" in found
    assert "No source states the rule warn: adopt it, or use a pack without it." in found


def test_a_real_partnership_refuses_a_made_up_number_on_a_post_too() -> None:
    real = SMALL.replace("demonstration = true", "demonstration = false")
    numbered = real.replace('role = "team_manager"', 'role = "team_manager"\nphone = "01632 960099"')
    before, after = (sum("kept for drama" in one for one in problems(a_toml=text)) for text in (real, numbered))
    assert after == before + 1


def test_a_real_partnership_with_real_contacts_and_adopted_rules_is_read() -> None:
    real = SMALL.replace("demonstration = true", "demonstration = false").replace(".example", ".gov.uk")
    for number in ("960001", "960002", "960003"):
        real = real.replace(f"01632 {number}", "01234 567890")
    rules = [one.rule for one in policies()["pan-sussex"].demonstration_rules]
    adopted = "".join(
        f'[[partnership.adopted]]\nrule = "{rule}"\nby = "the partnership"\non = "2026-11-02"\n\n' for rule in rules
    )
    assert not read(a_toml=real.replace("[[agency]]", adopted + "[[agency]]", 1)).partnerships[0].demonstration


def test_what_is_neither_a_partnership_nor_an_agency_is_a_problem() -> None:
    assert problems(a_toml=SMALL + "\n[[wizard]]\nid = 1\n")[0].endswith(
        "There is no such thing as wizard in a directory."
    )


def test_stored_entries_are_read_back_the_same() -> None:
    assert read_entries(entries_bytes(entries())) == entries()
    assert entries_bytes(read_entries(entries_bytes(entries()))) == entries_bytes(entries())


# ── The demonstration ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_demonstration_has_eight_partnerships_and_all_twelve_types_of_agency() -> None:
    assert len(entries().partnerships) == 8
    for region in ("west-sussex", "severnside", "northmarch", "luton"):
        types = {one.type for one in entries().agencies if region in (one.owner, *one.serves)}
        assert types == set(AgencyType)


def test_the_demonstration_has_several_team_managers_a_gap_and_an_absence() -> None:
    care = AgencyId("ws-social-care")
    assert len(directory().with_role(care, "team_manager")) > 1
    posts = [one.post for one in directory().posts.values()]
    assert any(not one.holders and not one.mailbox for one in posts)
    assert any(one.absences for one in posts)


def test_the_demonstrations_people_and_numbers_reach_nobody() -> None:
    assert all(one.demonstration for one in entries().partnerships)
    numbers = re.findall(r'(?:phone|number) = "([^"]+)"', SUSSEX)
    assert numbers
    assert all(re.fullmatch(r"01632 960\d{3}|020 7946 0\d{3}|07700 900\d{3}", one) for one in numbers)


def test_no_two_people_of_the_demonstration_share_an_address() -> None:
    addresses = [holder.address for agency in entries().agencies for post in agency.posts for holder in post.holders]
    assert len(addresses) == len(set(addresses))


def test_every_sussex_partnership_has_its_three_partners() -> None:
    for name in ("west-sussex", "east-sussex", "brighton-hove"):
        partnership = directory().partnerships[PartnershipId(name)]
        assert isinstance(partnership, Partnership)
        assert len(partnership.partners) == 3
        assert all(directory().with_role(one, "chief_officer") for one in partnership.partners)


def test_a_directory_finds_posts_whatever_the_case_of_an_address() -> None:
    known = Directory(read(a_toml=SMALL), revision=1)
    assert known.at_address(" Robin.Manager@TESTSHIRE.example ")[0].post.id == "care.manager"
    assert known.named(AgencyId("testshire-care"), "robin MANAGER")[0].post.id == "care.manager"
    assert known.in_domain(AgencyId("testshire-care"), "x@Testshire.Example")
    assert not known.in_domain(AgencyId("testshire-care"), "x@sub.testshire.example")
