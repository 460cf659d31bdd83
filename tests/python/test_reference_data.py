"""Reference data of the user's own: its rows decide in the marts, and a wrong file stops the build before it begins."""

import subprocess
import sys
from pathlib import Path

import pytest

from cij.checks.reference import ReferenceDataError, check_reference, extensible_seeds
from warehouse import PROJECT, WHAT_WAS_BUILT, Project, rows

REASONS = "reason,block_category,is_consent_block,consent_reason\n"
PATTERNS = "pattern_order,pattern,consent_reason\n"
SECRET = "ann.secret@example.com"


def write(folder: Path, **files: str) -> Path:
    """Write CSV files into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


# Rows that decide


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Return a warehouse of a few events, built with reference data of one's own."""
    scratch = tmp_path_factory.mktemp("reference")
    export = write(
        scratch / "export",
        SmsNotSent="IdempotencyId,ProfileType,ProfileId,MessageId,BlockedReason\n"
        "1,Contact,ann,a,Legal Hold\n2,Contact,ben,a,Quiet Hours\n3,Contact,cleo,a,Wants no Werbung\n"
        "4,Contact,dan,a,FrequencyCapReached\n5,Contact,eve,a,Handset off\n",
        EmailSent="IdempotencyId,ProfileType,ProfileId,MessageId,UsageType\n"
        "1,Contact,ann,b,Preview\n2,Contact,ben,b,Contest\n3,Contact,cleo,b,TestSend\n",
        ActionEventDropoff="IdempotencyId,ProfileId,JourneyActionId,Reason\n1,ann,c,Left the City\n",
        CustomSent="IdempotencyId,MessageId,ChannelDefinitionId\n1,w,{WhatsApp-Id}\n2,c,line-id\n",
        EmailBounced="IdempotencyId,ProfileType,ProfileId,MessageId,BounceCategory\n1,Contact,dan,b,other\n",
    )
    own = write(
        scratch / "own",
        block_reasons=REASONS + "legalhold,legal,true,other_consent\nquiethours,night,false,\n",
        block_reason_patterns=PATTERNS + "1,werbung,do_not_contact\n",
        bounce_categories="bounce_category,bounce_type\nother,hard\n",
        drop_off_reasons="is_consent,drop_off_category,reason\nfalse,moved,leftthecity\n",
        test_send_rules="pattern,is_test_send\npreview,true\ncontest,false\n",
        channel_names='raw_channel,channel_name\nemail,"E-Mail, bunt"\nwhatsapp-id,WhatsApp\n',
    )
    (own / "README.md").write_text("Notes are passed over.")
    project = Project(scratch, export, reference_path=str(own))
    models = ("dim_block_reasons", "dim_messages", "fct_channel_engagement", "fct_journey_steps", "unmapped_reasons")
    return project.build_anew("--select", *(f"+{model}" for model in models), *WHAT_WAS_BUILT)


def test_own_reasons_decide_about_blocks(warehouse):
    decided = rows(warehouse, "from marts.dim_block_reasons where raw_reason is not null and raw_reason != 'other'")
    assert {
        row["raw_reason"]: (row["block_category"], row["consent_reason"], row["decided_by"]) for row in decided
    } == {
        "Legal Hold": ("legal", "other_consent", "known_reason"),  # added
        "Quiet Hours": ("night", None, "known_reason"),  # in the place of ours
        "Wants no Werbung": ("consent", "do_not_contact", "pattern"),
        "FrequencyCapReached": ("frequency_policy", None, "known_reason"),  # ours
        "Handset off": ("mixed", None, "unmapped"),
    }


def test_own_rules_say_what_is_a_test(warehouse):
    sent = rows(warehouse, "from marts.fct_channel_engagement where channel = 'email' and was_sent")
    assert {row["profile_id"]: row["is_test_send"] for row in sent} == {"ann": True, "ben": False, "cleo": True}


def test_own_categories_reach_bounces_and_steps(warehouse):
    (bounced,) = rows(warehouse, "from marts.fct_channel_engagement where was_bounced")
    assert bounced["bounce_type"] == "hard"
    (step,) = rows(warehouse, "from marts.fct_journey_steps")
    assert step["drop_off_category"] == "moved"


def test_what_is_mapped_is_not_reported(warehouse):
    unmapped = rows(warehouse, "from ops.unmapped_reasons")
    assert {(row["reason_kind"], row["reference_value"]) for row in unmapped} == {
        ("block_reason", "handsetoff"),
        ("channel_definition", "line-id"),
    }


def test_the_reference_schema_shows_both(warehouse):
    names = rows(warehouse, "from reference.channel_names")
    assert {row["raw_channel"]: row["channel_name"] for row in names} == {
        "email": "E-Mail, bunt",
        "sms": "Text message",
        "push": "Push notification",
        "custom": "Custom channel",
        "voice": "Phone call",
        "whatsapp-id": "WhatsApp",
    }


def test_own_channels_have_their_names(warehouse):
    messages = rows(warehouse, "from marts.dim_messages")
    assert {row["message_id"]: row["channel_name"] for row in messages} == {
        "a": "Text message",
        "b": "E-Mail, bunt",
        "w": "WhatsApp",
        "c": "Custom channel",
    }


# Files that stop the build


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"reasons": REASONS}, "reasons.csv: not a file that can be extended"),
        ({"interaction_types": "interaction_type\n"}, "interaction_types.csv: not a file that can be extended"),
        ({"block_reasons": "reason,block_category\n"}, "column is_consent_block is missing"),
        ({"block_reasons": REASONS.strip() + ",note\n"}, "too many columns"),
        ({"block_reasons": f"{SECRET},data,false,\n"}, "column reason is missing"),
        ({"block_reasons": REASONS + "a,data,false,\nb,data\n"}, "line 3: not as many values as the header names"),
        ({"block_reasons": REASONS + 'a,"data,false,\n'}, "a quote is not closed"),
        ({"block_reasons": REASONS + "a,x,false,\nb,x,false,\na,y,true,\n"}, "line 4 has the same reason as line 2"),
        ({"block_reasons": REASONS + "a,data,perhaps,\n"}, "line 2, column is_consent_block: must be true or false"),
        ({"block_reasons": REASONS + "a,data,,\n"}, "line 2, column is_consent_block: empty"),
        ({"block_reasons": REASONS + "a,data,true,none\n"}, "consent_reason: must be one of consent_not_given, "),
        ({"block_reasons": REASONS + "Legal,data,true,\n"}, "reason: would match nothing; write it in lower case"),
        ({"block_reasons": REASONS + "legal hold,data,true,\n"}, "reason: would match nothing; leave out blanks"),
        ({"block_reason_patterns": PATTERNS + "first,a,unsubscribed\n"}, "pattern_order: must be a whole number"),
        ({"client_names": "client_kind,client_id,client_name\nphone,1,x\n"}, "must be one of browser, "),
    ],
)  # fmt: skip
def test_wrong_file(tmp_path, files, fault):
    with pytest.raises(ReferenceDataError) as raised:
        check_reference(write(tmp_path / "own", **files))
    assert fault in str(raised.value)
    assert str(tmp_path / "own" / f"{next(iter(files))}.csv") in str(raised.value)
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_wrong_folder(tmp_path):
    with pytest.raises(ReferenceDataError, match="no such folder"):
        check_reference(tmp_path / "nowhere")
    with pytest.raises(ReferenceDataError, match="no reference data here; expected some of block_reason_patterns"):
        check_reference(write(tmp_path / "own"))
    (tmp_path / "own" / "block_reasons.xlsx").write_bytes(b"PK")
    with pytest.raises(ReferenceDataError, match="xlsx: not a file that can be extended"):
        check_reference(tmp_path / "own")
    (tmp_path / "own" / "block_reasons.xlsx").rename(tmp_path / "own" / "block_reasons.csv")
    (tmp_path / "own" / "block_reasons.csv").write_bytes(REASONS.encode() + b"a,\xf6,false,\n")
    with pytest.raises(ReferenceDataError, match="not UTF-8 text"):
        check_reference(tmp_path / "own")


def test_files_of_a_spreadsheet_are_fine(tmp_path):
    folder = write(tmp_path / "own", block_reasons="\ufeff" + (REASONS + "a,data,false,\n\n").replace("\n", "\r\n"))
    check_reference(folder)


def test_what_we_ship_passes_the_check(tmp_path):
    shipped = PROJECT / "seeds" / "reference"
    check_reference(write(tmp_path, **{name: (shipped / f"{name}.csv").read_text() for name in extensible_seeds()}))


def test_build_refuses_and_leaves_the_old_warehouse_alone(tmp_path):
    own = write(tmp_path / "own", block_reasons=REASONS + "a,data,perhaps,\n")
    database = tmp_path / "warehouse.duckdb"
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--reference", own, "--db", database]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"error: {own / 'block_reasons.csv'}: line 2, column is_consent_block: ")
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_plain_dbt_refuses_an_unknown_file(tmp_path):
    own = write(tmp_path / "own", block_reasons=REASONS, reasons=REASONS)
    with pytest.raises(AssertionError) as refused:
        Project(tmp_path, raw=None, reference_path=str(own)).run("run", "--select", "dim_dates")
    assert f"{own / 'reasons.csv'}: not a file that can be extended" in str(refused.value)
