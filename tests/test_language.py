"""Two languages: who chooses, what is translated, and what stays the same for machines."""

from __future__ import annotations

import json
import re
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len

from simulation.cli.speech import speak_as_asked
from simulation.decisions.best import _of_cheapest
from simulation.decisions.selection import Plan
from simulation.errors import MotcuaError, ScenarioError
from simulation.execution import Processes
from simulation.execution.cluster import _make_alike, fingerprint
from simulation.language import (
    _,
    current,
    day,
    english,
    later,
    n_,
    of_environment,
    retold,
    title,
    use,
    written,
)
from simulation.register import read_register
from simulation.reports.layout import empty_table
from simulation.reports.terminal import console
from simulation.scenario import list_bundled, load_scenario
from simulation.wording.amounts import (
    amount,
    bounds,
    count,
    decimal,
    percent,
    points,
    short,
    span,
)
from tests.catalogues import po_file, read, translations
from tests.interface import english_words, words
from tests.reference import leaves
from tests.running import EVERY_STEP, MINIMAL, VALID, Caller, office

INVALID = VALID.parent / "invalid"
TITLE = "Giấy phép đã trả kết quả"


def left_in_english(text: str, *known: str) -> set[str]:
    """Words of the English interface in a text, but for those that stand in what is known."""
    return (words(text) & english_words()).difference(*map(words, known))


def vietnamese_in(text: str) -> list[str]:
    """Sentences of the catalogue, or long parts of them, that stand in a text."""
    said = translations(read(po_file("vi"))).values()
    parts = {part for sentence in said for part in re.split(r"\{[^{}]*\}", sentence)}
    return [part for part in parts if len(part) >= 15 and part in text]


# Who chooses


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "vi_VN"}, "vi"),
        ({"LC_ALL": "en_GB.UTF-8", "MOTCUA_LANG": "vi"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": ""}, "vi"),
    ],
)
def test_the_environment_is_honoured(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    """The first variable that says something decides: ours, then those of POSIX in their order."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert of_environment() == language


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["--lang", "vi", "run"], "vi"),
        (["--lang=vi", "run"], "vi"),
        (["--version", "--lang", "vi"], "vi"),
        (["--lang"], "en"),
        (["--lang", "xx"], "en"),
        (["run", "--lang", "vi"], "en"),  # behind the command it is an option of the command
    ],
)
def test_the_option_stands_before_the_command(arguments: list[str], language: str) -> None:
    """`--lang` is read before anything else is, because parsing may already say something."""
    speak_as_asked(arguments)

    assert current() == language


def test_the_option_wins_over_the_environment(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written on the command line is meant."""
    monkeypatch.setenv("MOTCUA_LANG", "vi")

    assert "Thiếu đối số" in motcua("run").err
    monkeypatch.setenv("MOTCUA_LANG", "vi")
    assert "Missing argument" in motcua("--lang", "en", "run").err


def test_an_unknown_language_is_refused(motcua: Caller) -> None:
    """The message names what was written and what there is; nothing is done."""
    ended = motcua("--lang", "xx", "--help")

    assert (ended.code, ended.out) == (2, "")
    assert "Invalid value for '--lang'" in ended.err
    assert "'xx' is not one of 'en', 'vi'" in ended.err


# What is translated


COMMANDS = ["", "results", *(name for name, _ in leaves() if name)]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_vietnamese(motcua: Caller, command: str) -> None:
    """No English word of the interface is left in any help, but names and placeholders."""
    found = motcua("--lang", "vi", *command.split(), "--help").out

    assert found.startswith("Cách dùng: ")
    assert left_in_english(found, *COMMANDS, "range") == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runn"], "Không có lệnh 'runn'. Ý bạn là 'run'?"),
        (["run"], "Thiếu đối số 'SCENARIO'."),
        (["run", "x", "--foo"], "Không có tùy chọn: --foo (Có thể là: --force, --out)"),
        (["run", "x", "y"], "Thừa đối số (y)"),
        (["run", "x", "--set"], "Tùy chọn '--set' cần một giá trị."),
        (["run", "x", "--json=3"], "Tùy chọn '--json' không nhận giá trị."),
        (["run", "x", "--seed", "a"], "Giá trị không hợp lệ cho '--seed': phải là số nguyên"),
        (["run", "x", "--seed", "-1"], "'--seed': phải lớn hơn hoặc bằng 0"),
        (["run", "x", "--keep", "z"], "'z' không nằm trong các giá trị 'journal', 'parquet'."),
        (["run", "x", "--out", " "], "'--out': chưa nêu thư mục nào"),
        (["deadlines", "x", "--promise", "a"], "'--promise': phải là một số"),
    ],
)
def test_mistakes_on_the_command_line(motcua: Caller, arguments: list[str], said: str) -> None:
    """What typer and pydantic find wrong is said in Vietnamese, too."""
    ended = motcua("--lang", "vi", *arguments)

    assert ended.code == 2
    assert said in ended.err
    assert left_in_english(ended.err, *arguments) == set()


@pytest.mark.parametrize("path", sorted(INVALID.glob("*.yaml")), ids=lambda path: path.stem)
def test_scenario_errors_are_in_vietnamese(path: Path) -> None:
    """Whatever is wrong in a scenario file, nothing of it is said in English."""
    use("vi")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    said = str(caught.value).replace(str(INVALID), "")  # a directory has English words, too
    own = [path.read_text(encoding="utf-8"), *list_bundled()]
    own += [base.read_text(encoding="utf-8") for base in INVALID.glob("*/*.yaml")]

    assert left_in_english(said, *own, "chr arg range") - {"office", "base"} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "none"],
        ["run", MINIMAL, "--set", "teams.officers.staf=3"],
        ["run", MINIMAL, "--engine", "none"],
        ["run", MINIMAL, "--team", "counter"],
        ["compare", MINIMAL],
        ["compare", MINIMAL, "--replications", "3", "--precision", "0.05pp"],
        ["sweep", MINIMAL, "--vary", "workload=3:1"],
        ["sweep", MINIMAL, "--vary", "title=1:2:1"],
        ["sensitivity", MINIMAL],
        ["staff", MINIMAL],
        ["staff", MINIMAL, "--target", "on_tim>=0.9"],
        ["deadlines", MINIMAL, "--promise", "99"],
        ["forecast", MINIMAL],
        ["forecast", MINIMAL, "--open", "none.csv", "--as-of", "2021-03-02"],
        ["results", "list"],
        ["export", "none", "--to", "csv"],
        ["export", "none", "--to", "xls"],
        ["export", "none", "--to", "json", "--convention", "pm4py"],
        ["report", "none"],
        ["report", "none", "--output", " "],
        ["init", MINIMAL / "x"],
    ],
    ids=str,
)
def test_errors_are_in_vietnamese(motcua: Caller, arguments: list[str]) -> None:
    """Whatever a command refuses, it does so in Vietnamese, and in no word of English."""
    ended = motcua("--lang", "vi", *arguments)

    assert ended.code in (2, 4)
    assert re.search("[ăâđêôơưạảấầậắặẹếệịọốộớợụứự]", ended.err)
    names = MINIMAL.read_text(encoding="utf-8")
    assert left_in_english(ended.err, str(MINIMAL), names, " ".join(list_bundled())) == set()


def test_a_run_in_vietnamese(motcua: Caller) -> None:
    """The report of a run with Vietnamese titles has no word of English, and stays in its width."""
    ended = motcua("--lang", "vi", "run", "lai-chau-2020", "--replications", 2)

    assert (ended.code, "Kết quả: results/lai-chau-2020" in ended.out) == (0, True)
    assert "01/01/2020 đến 25/11/2020 · 2 lần lặp · hạt giống 1" in ended.out
    assert re.search(r"Tiếp nhận +18\.\d{3}", ended.out)
    assert re.search(r"Đúng hạn, theo biểu mẫu +9\d,\d\d %", ended.out)
    assert left_in_english(ended.out) - {"compiled"} == set()
    assert max(map(cell_len, ended.out.splitlines())) <= 100
    shown = motcua("--lang", "vi", "results", "show", "lai-chau").out
    assert shown.splitlines()[:20] == ended.out.splitlines()[:20]


IN_VIETNAMESE = {
    "One counter": "Một quầy", "Counter": "Quầy", "Building": "Xây dựng", "Permit": "Giấy phép",
    "Reception": "Tiếp nhận", "Appraisal": "Thẩm định", "Officers": "Chuyên viên",
}  # fmt: skip
"""The titles of the smallest office."""
ASSUMPTIONS = """
assumptions:
  volume: {text: Khối lượng, varies: [channels.counter.volume], low: 50, high: 400}
  quick: {text: Thẩm định nhanh, varies: [routes.standard.1.work], low: 5 min, high: 40 min}
  vague: {text: Không rõ, paths: [mix]}
"""
OPTIONS = """
options_for: minimal.yaml
options:
  nothing: {title: Như cũ, changes: {teams.officers.staff: 2}}
  more: {title: Thêm người, cost: 30, changes: {teams.officers.staff: 3}}
  rush: {title: Cao điểm, changes: {workload: 9}}
"""


@pytest.mark.parametrize(
    "command",
    [
        "run minimal.yaml --replications 2 --marginal",
        "run minimal.yaml --replications 1 --set workload=9",
        "compare minimal.yaml options.yaml --replications 3 --set target=0.9",
        "compare minimal.yaml options.yaml --replications 10 --max-replications 12 --best on-time",
        "compare minimal.yaml options.yaml --precision 20pp --best cost --target 0.9",
        "sweep minimal.yaml --vary workload=1:9:4 --replications 2 --refine 1",
        "sweep minimal.yaml --vary workload=1:9:4 --vary teams.officers.staff=1,2 --replications 1",
        "sensitivity minimal.yaml --trajectories 2 --replications 2 --samples 8",
        "staff minimal.yaml --target on_time>=0.9 --budget 40 --cap 8",
        "staff minimal.yaml --target wait_p90<=1 --team officers=1:2 --budget 30 --cap 8",
        "deadlines minimal.yaml --replications 2 --promise 0.9",
        "forecast minimal.yaml --open open.csv --as-of 2021-03-03 --replications 20 --skip-bad",
        "forecast minimal.yaml --backtest --cuts 3 --replications 9",
        "check minimal.yaml",
        "check options.yaml",
        "sources minimal.yaml",
    ],
)
def test_every_report_is_in_vietnamese(motcua: Caller, command: str) -> None:
    """No report has an English word of the interface, nor a stored file a Vietnamese sentence."""
    text = MINIMAL.read_text(encoding="utf-8").replace("{permit: 1}", "{permit: 1}" + ASSUMPTIONS)
    text = text.replace("desk: appraisal}\n", "desk: appraisal}\n    - {step: wait, delay: 1 d}\n")
    for before, after in IN_VIETNAMESE.items():
        text = text.replace(f"title: {before}", f"title: {after}")
    Path("minimal.yaml").write_text(text, encoding="utf-8")
    Path("options.yaml").write_text(OPTIONS, encoding="utf-8")
    Path("open.csv").write_text(
        "id,channel,procedure,received,note\nA,counter,permit,2021-03-01,\n"
        "B,coun,permit,2021-03-01,\nC,counter,permit,2021-03-02,\n",
        encoding="utf-8",
    )
    ended = motcua("--lang", "vi", *command.split())

    assert ended.code == 0, ended.err
    known = (command, text, OPTIONS, "compiled seed backtest note")
    assert left_in_english(ended.out + ended.err, *known) == set()
    assert max(map(cell_len, ended.out.splitlines())) <= 100
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in Path().rglob("*.json")]
    assert vietnamese_in(json.dumps(kept, ensure_ascii=False)) == []


# What stays the same


def test_machines_read_the_same_in_either_language(motcua: Caller) -> None:
    """What is printed as JSON, and every file of a run but its manifest, has the same bytes."""
    seen = {}
    for language in ("en", "vi"):
        ended = motcua("--lang", language, "run", EVERY_STEP, "--replications", 2, "--marginal",
                       "--keep", "journal", "--json", "--out", language)  # fmt: skip
        folder = Path(language)
        files = {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in {".json", ".csv"} and path.stem != "manifest"
        }
        seen[language] = ended.out, files

    assert len(seen["en"][1]) >= 5
    assert seen["en"] == seen["vi"]


def test_sentences_in_summaries_stay_english() -> None:
    """A guarantee is written down in English whoever asks, and told in the reader's language."""
    use("vi")
    plan = Plan(first=10, most=50, indifference=0.0005, error=0.05)
    said = _of_cheapest("more-staff", 0.985, plan, decided=True)

    assert said.startswith("With a probability of at least 95 % more-staff has a strict on-time")
    assert retold(said) == (
        "Với xác suất ít nhất 95 %, more-staff có tỷ lệ đúng hạn chặt từ 98.5 % trở lên, và không "
        "phương án nào rẻ hơn vượt 98.5 % từ 0,05 điểm phần trăm trở lên."
    )


def test_a_register_is_judged_in_english_and_refused_in_vietnamese(tmp_path: Path) -> None:
    """What is wrong in a row may go into a summary; the message about it is for a person."""
    file = tmp_path / "open.csv"
    file.write_text(
        "id,channel,procedure,received\na,counter,permit,2021-03-01\nb,coun,permit,2021-03-01\n",
        encoding="utf-8",
    )
    use("vi")
    scenario = office()
    with pytest.raises(MotcuaError) as caught:
        read_register(file, scenario, scenario.period.last_day)
    found = read_register(file, scenario, scenario.period.last_day, skip_bad=True)

    assert "hàng 3, cột 'channel': kịch bản không có kênh 'coun'" in str(caught.value)
    assert found.wrong[0].reason.startswith("the scenario has no channel 'coun'")


# Where work is done elsewhere


def said_elsewhere() -> str:
    """Something that is said in a worker."""
    return _("interrupted")


def test_worker_processes_speak_the_same_language() -> None:
    """What is said, or raised, in a worker process is in the language of its parent."""
    use("vi")
    with Processes(1) as workers:
        assert workers.submit(said_elsewhere).result() == "đã ngắt"


def test_workers_of_a_cluster_speak_the_same_language() -> None:
    """Each call brings its language along, because a cluster may serve several people."""
    assert _make_alike(fingerprint(), "vi", said_elsewhere) == "đã ngắt"
    assert _make_alike(fingerprint(), "en", said_elsewhere) == "interrupted"


# The parts


def test_messages_are_looked_up_when_they_are_said() -> None:
    """The same call says another thing after the language has changed."""
    marked = later("interrupted")

    assert (_(marked), n_("a list of {number} item", "a list of {number} items", 2)) == (
        "interrupted",
        "a list of {number} items",
    )
    use("vi")
    assert (_(marked), n_("a list of {number} item", "a list of {number} items", 1)) == (
        "đã ngắt",
        "danh sách {number} mục",
    )
    assert _("no message at all") == "no message at all"
    with english():
        assert _(marked) == "interrupted"
    assert current() == "vi"


def test_nothing_is_no_message() -> None:
    """An empty text stays empty: in a catalogue its place is taken by what describes the file."""
    use("vi")

    assert (_(""), retold("")) == ("", "")


def test_texts_of_others_are_recognised() -> None:
    """A text is said again if it was made of a message, also within another; else it stays."""
    use("vi")

    assert retold("Permission denied") == "không có quyền truy cập"
    assert retold("Option '--x' requires an argument.") == "Tùy chọn '--x' cần một giá trị."
    assert retold("Invalid value for 'A': Input should be less than or equal to 1,000") == (
        "Giá trị không hợp lệ cho 'A': phải nhỏ hơn hoặc bằng 1.000"
    )
    assert retold("a name that nobody knows") == "a name that nobody knows"
    use("en")
    assert retold("Permission denied") == "Permission denied"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1,234.5", "111,333", "98.50 %", "-0.25", "0.9 – 1,200.0", "1.225", "3 wd",
                "none"]),
        ("vi", ["1.234,5", "111.333", "98,50 %", "-0,25", "0,9 – 1.200,0", "1,225", "3 ngày LV",
                "không có"]),
    ],
)  # fmt: skip
def test_numbers_are_written_the_local_way(language: str, expected: list[str]) -> None:
    """Thousands, decimals and units are as people write them in that language."""
    use("vi" if language == "vi" else "en")

    assert [
        decimal(1234.5), count(111_333), percent(0.985), points(-0.0025),
        bounds({"low": 0.9, "high": 1200.0}, decimal), short(1.225), amount("3 wd"),
        amount("none"),
    ] == expected  # fmt: skip


def test_dates_and_titles_follow_the_language() -> None:
    """Days are written as people do, with a time behind them or without; titles are chosen."""
    titles = {"en": "Land", "vi": "Đất đai"}

    assert (day("2021-11-15"), title(titles), written("1,234.5")) == (
        "2021-11-15", "Land", "1,234.5"
    )  # fmt: skip
    use("vi")
    assert (day("2021-11-15 08:30"), title(titles), written("1,234.5")) == (
        "15/11/2021 08:30", "Đất đai", "1.234,5"
    )  # fmt: skip
    assert (title(titles, "en"), title({"en": "Land"}), title("Land")) == ("Land",) * 3


@pytest.mark.parametrize(
    ("low", "high", "english", "vietnamese"),
    [
        ("1 wd", "4 wd", "1 – 4 wd", "1 – 4 ngày LV"),
        ("20 min", "8 h", "20 min – 8 h", "20 phút – 8 giờ"),
        (0.05, "0.3", "0.05 – 0.3", "0,05 – 0,3"),
        (10000, 20000, "10,000 – 20,000", "10.000 – 20.000"),
    ],
)
def test_a_span_names_a_unit_once(
    low: float | str, high: float | str, english: str, vietnamese: str
) -> None:
    """Numbers and lengths from low to high, in the local way."""
    assert span(low, high) == english
    use("vi")
    assert span(low, high) == vietnamese


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_columns_are_aligned_by_what_is_seen(form: str) -> None:
    """A column begins below its heading, whether letters are composed with their marks or not."""
    use("vi")
    table = empty_table(_("Procedure"), _("Late"))
    texts = [unicodedata.normalize(form, text) for text in (TITLE, "Khác")]  # type: ignore[arg-type] # the literal type of the argument
    for text in texts:
        table.add_row(text, "1.234")
    out = StringIO()
    console(out).print(table)
    lines = [line for line in out.getvalue().splitlines() if line.strip("─ ")]

    assert len({cell_len(line.rstrip()) for line in lines}) == 1


def test_texts_are_composed_where_they_enter(tmp_path: Path) -> None:
    """Scenario files, settings and registers may be written in either encoding of letters."""
    apart = unicodedata.normalize("NFD", TITLE)
    file = tmp_path / "office.yaml"
    source = MINIMAL.read_text(encoding="utf-8")
    file.write_text(re.sub("(?m)^title:.*$", f"title: {apart}", source), encoding="utf-8")
    register = tmp_path / "open.csv"
    register.write_text(
        unicodedata.normalize(
            "NFD", "id,channel,procedure,received\nĐất-1,counter,permit,2021-03-01\n"
        ),
        encoding="utf-8",
    )
    scenario = load_scenario(file)
    [dossier] = read_register(register, scenario, scenario.period.last_day).dossiers

    assert (apart, scenario.title.vi) != (TITLE, apart)
    assert scenario.title.vi == TITLE
    assert load_scenario(MINIMAL, [f"title={apart}"]).title.vi == TITLE
    assert dossier.id == "Đất-1"


def test_every_bundled_scenario_is_titled_in_both_languages() -> None:
    """What a report shows of a bundled scenario has a Vietnamese title of its own."""
    for name in list_bundled():
        scenario = load_scenario(name)
        for part in (scenario.fields, scenario.channels, scenario.procedures, scenario.teams):
            assert all(each.title.vi for each in part.values()), name
