"""Parliaments: ParlaMint as it is published (root, registers, a folder a year, annotated twins), and Hansard's odd members."""

# ruff: noqa: E501  documents stand here as they are written
from __future__ import annotations

import json

import pytest
from documents import HISTORIC

from pipeline import ingest
from pipeline.ingest import read_content

NS = 'xmlns="http://www.tei-c.org/ns/1.0"'
PERSONS = f"""<?xml version="1.0" encoding="UTF-8"?><listPerson {NS} xml:id="ParlaMint-QA-listPerson">
<person xml:id="LeeAnn"><persName to="2015-01-01"><surname>Old</surname><forename>Ann</forename></persName>
<persName from="2015-01-02"><surname>Lee</surname><forename>Ann</forename></persName><sex value="F"/>
<affiliation role="member" ref="#party.RED" from="2010-01-01" to="2018-12-31"/><affiliation role="MP" ref="#parliament.QA"/>
<affiliation role="member" ref="#party.BLUE" from="2019-01-01"/></person>
<person xml:id="ReedTom"><persName><forename>Tom</forename><nameLink>de</nameLink><surname>Reed</surname></persName>
<affiliation role="member" ref="#party.RED"/></person></listPerson>"""
ORGS = f"""<?xml version="1.0" encoding="UTF-8"?><listOrg {NS}>
<org xml:id="parliament.QA" role="parliament"><orgName full="yes" xml:lang="en">Quay Assembly</orgName></org>
<org xml:id="party.RED" role="parliamentaryGroup"><orgName full="abb">RED</orgName><orgName full="yes" xml:lang="fr">Rouges</orgName><orgName full="yes" xml:lang="en">Red Party</orgName></org>
<org xml:id="party.BLUE" role="politicalParty"><orgName full="yes">Blue Party</orgName></org></listOrg>"""
ROOT_FILE = f"""<?xml version="1.0" encoding="UTF-8"?><teiCorpus {NS} xml:id="ParlaMint-QA"><teiHeader><fileDesc><titleStmt>
<title>ParlaMint-QA</title></titleStmt></fileDesc></teiHeader><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="2019/ParlaMint-QA_2019-05-06.xml"/></teiCorpus>"""
SITTING = """<?xml version="1.0" encoding="UTF-8"?><TEI {ns} xml:id="ParlaMint-QA_{date}"><teiHeader><fileDesc><titleStmt>
<title type="main" xml:lang="en">Quay Assembly, sitting of {date}</title><title type="sub">Minutes</title></titleStmt><publicationStmt><publisher>CLARIN</publisher>
<date when="2023-02-01">2023-02-01</date></publicationStmt><sourceDesc><bibl><date when="{date}">{date}</date></bibl></sourceDesc></fileDesc>
<profileDesc><settingDesc><setting><name type="city">Quay</name><date when="{date}">{date}</date></setting></settingDesc></profileDesc></teiHeader>
<text><body><div type="debateSection"><head>The wall</head><u who="#LeeAnn" ana="#chair"><seg>The wall is old and it has to go.</seg></u>
<u who="#ReedTom" ana="#regular"><seg>I do not believe it, and nor do you.</seg><vocal type="laughter"><desc>(Laughter)</desc></vocal></u>
<u who="#Guest"><seg>We shall see.</seg></u></div></body></text></TEI>"""


@pytest.fixture
def parliament(tmp_path):
    """A corpus in the layout of ParlaMint 4, plain and annotated."""
    for folder, end in (("ParlaMint-QA.TEI", ".xml"), ("ParlaMint-QA.TEI.ana", ".ana.xml")):
        top = tmp_path / folder
        for date in ("2017-05-06", "2019-05-06"):
            (top / date[:4]).mkdir(parents=True)
            (top / date[:4] / f"ParlaMint-QA_{date}{end}").write_text(SITTING.format(ns=NS, date=date), encoding="utf-8")
        (top / "ParlaMint-QA-listPerson.xml").write_text(PERSONS, encoding="utf-8")
        (top / "ParlaMint-QA-listOrg.xml").write_text(ORGS, encoding="utf-8")
        (top / f"ParlaMint-QA{end}").write_text(ROOT_FILE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "source", ["", "ParlaMint-QA.TEI", "ParlaMint-QA.TEI/20*/*.xml", "ParlaMint-QA.TEI/20*", "ParlaMint-QA.TEI.ana"]
)
def test_ingest_parlamint_has_names_parties_and_days_and_reads_nothing_twice(parliament, source):
    if source == "ParlaMint-QA.TEI/20*":
        sources = sorted((parliament / "ParlaMint-QA.TEI").glob("20*"))
    else:
        sources = [parliament / source if "*" not in source else f"{parliament}/{source}"]
    reading = ingest.read(sources)
    assert reading.failed.empty, reading.failed["error"].tolist()
    speeches = reading.speeches.sort_values("date", ignore_index=True)
    assert speeches["date"].tolist() == ["2017-05-06", "2019-05-06"]
    assert [json.loads(value) for value in speeches["parties"]] == [
        {"Ann Lee": "Red Party", "Tom de Reed": "Red Party"},
        {"Ann Lee": "Blue Party", "Tom de Reed": "Red Party"},
    ]
    spoken = [turn["speaker"] for turn in json.loads(speeches["turns"][1]) if turn["mode"] == "spoken"]
    assert spoken == ["Ann Lee", "Tom de Reed", "Guest"]
    assert speeches["title"][1] == "Quay Assembly, sitting of 2019-05-06"


def test_ingest_parlamint_annotated_alone_or_named_is_read(parliament):
    path = parliament / "ParlaMint-QA.TEI.ana/2019/ParlaMint-QA_2019-05-06.ana.xml"
    assert len(ingest.read_speeches([path])) == 1


def test_ingest_parlamint_register_that_is_broken_is_named(parliament):
    (parliament / "ParlaMint-QA.TEI/ParlaMint-QA-listPerson.xml").write_text("<listPerson", encoding="utf-8")
    failed = ingest.read([parliament / "ParlaMint-QA.TEI/2019"]).failed["error"]
    assert "The register of persons ParlaMint-QA-listPerson.xml must be readable. The file must be well-formed XML" in failed[0]


def test_ingest_parlamint_register_by_itself_is_no_document(parliament):
    with pytest.raises(ValueError, match="must hold at least one document"):
        ingest.read([parliament / "ParlaMint-QA.TEI/ParlaMint-QA.xml"])


def test_ingest_parlamint_register_is_not_read_through_a_link(parliament):
    path = parliament / "ParlaMint-QA.TEI/ParlaMint-QA-listPerson.xml"
    path.rename(parliament / "elsewhere.xml")
    path.symlink_to(parliament / "elsewhere.xml")
    assert '"LeeAnn"' in ingest.read_speeches([parliament / "ParlaMint-QA.TEI/2019"])["turns"][0]


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("MR. LEE <memberconstituency>(Quay)</memberconstituency>", "Mr. Lee"),
        (
            "THE FIRST LORD OF THE TREASURY (Mr. A. J. BALFOUR,<memberconstituency> Manchester, E.</memberconstituency>)",
            "Mr. A. J. Balfour",
        ),
        (
            "SIR HENRY CAMPBELL-BANNERMAN <memberconstituency>(Stirling Burghs)</memberconstituency>",
            "Sir Henry Campbell-Bannerman",
        ),
        ("The Chairman", "The Chairman"),
        ("Mr. McNeill:", "Mr. McNeill"),
    ],
)
def test_ingest_hansard_of_old_names_the_person_and_not_the_office(member, name):
    raw = HISTORIC.replace("MR. LEE <memberconstituency>(Quay)</memberconstituency>", member)
    turns = read_content(raw.encode(), "x.xml").turns
    assert turns[1]["speaker"] == name
