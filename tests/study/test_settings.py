import pytest

from recc_mc.study.alternatives import Alternatives
from recc_mc.study.settings import Settings

DEFAULTS = Settings.model_validate({"study": {"data": "builtin:x"}})


def test_defaults():
    method, simulation = DEFAULTS.method, DEFAULTS.simulation
    assert (method.goalposts, method.prioritization, method.random_index) == (
        "pooled", "eigenvector", "saaty1980",
    )  # fmt: skip
    assert (method.ahp_share, method.aggregation, method.grade_cuts) == (
        0.5,
        "linear",
        (0.33, 0.66),
    )
    assert (method.missing, method.clip, method.obstacle) == ("error", False, "support")
    assert method.precision == "double"
    assert (simulation.samples, simulation.seed, simulation.keep) == (100_000, None, "samples")
    assert simulation.quantiles == (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
    assert DEFAULTS.sensitivity.model_dump() == {
        "method": "sobol", "samples": 4096, "replicates": 8, "information": None,
    }  # fmt: skip
    assert DEFAULTS.output.model_dump() == {
        "dtype": "float32", "compression": "zlib", "criterion_scores": False,
    }  # fmt: skip
    assert (DEFAULTS.coupling, DEFAULTS.fuzzy) == (None, None)
    assert DEFAULTS.run.model_dump() == {
        "scheduler": "threads",
        "workers": None,
        "threads_per_worker": None,
        "memory_limit": None,
        "chunk": 16_384,
    }
    assert DEFAULTS.cluster == {}


def test_no_uncertainty_is_assumed():
    uncertainty = DEFAULTS.uncertainty
    assert (uncertainty.judgments, uncertainty.data, uncertainty.method) == (None, None, None)


def test_empty_tables_of_uncertainty(project):
    project.add("[uncertainty.judgments]\n[uncertainty.data]\n[uncertainty.method]\n")
    uncertainty = project.load().settings.uncertainty
    judgments = uncertainty.judgments
    assert (judgments.distribution, judgments.sigma) == ("lognormal", "gci")
    assert (judgments.consistency, judgments.cr_limit) == ("repair", 0.1)
    assert uncertainty.data.cv is None
    assert uncertainty.method.ahp_share is None


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("method.ahp_share = 1", lambda s: s.method.ahp_share == 1.0),
        ("method.grade_cuts = [0.4, 0.5]", lambda s: s.method.grade_cuts == (0.4, 0.5)),
        ("simulation.seed = 0", lambda s: s.simulation.seed == 0),
        ("simulation.quantiles = [0, 1]", lambda s: s.simulation.quantiles == (0, 1)),
        ("simulation.samples = 1", lambda s: s.simulation.samples == 1),
        ("run.scheduler = 'tcp://10.0.0.1:8786'", lambda s: s.run.scheduler.startswith("tcp")),
        ("run.scheduler = 'scheduler-file:a b'", lambda s: s.run.scheduler.endswith("a b")),
        ("sensitivity = {method = 'pawn', samples = 1000}",
         lambda s: s.sensitivity.samples == 1000),
        ("uncertainty.judgments.sigma = 0", lambda s: s.uncertainty.judgments.sigma == 0.0),
        ("uncertainty.judgments.sigma = {water = 1, support = 'gci'}",
         lambda s: s.uncertainty.judgments.sigma == {"water": 1.0, "support": "gci"}),
        ("uncertainty.judgments = {distribution = 'saaty_steps', steps = 8}",
         lambda s: s.uncertainty.judgments.steps == 8),
        ("uncertainty.data.cv = 0", lambda s: s.uncertainty.data.cv == 0.0),
        ("uncertainty.method.prioritization = ['geometric_mean']",
         lambda s: s.uncertainty.method.prioritization
         == Alternatives(("geometric_mean",), (1.0,))),
        ("uncertainty.method.scope = ['yearly', 'pooled']",
         lambda s: s.uncertainty.method.scope == Alternatives(("yearly", "pooled"), (0.5, 0.5))),
        ("uncertainty.method.aggregation = {linear = 1, geometric = 0}",
         lambda s: s.uncertainty.method.aggregation
         == Alternatives(("linear", "geometric"), (1.0, 0.0))),
        ("uncertainty.method.ahp_share = {low = 0, high = 1}",
         lambda s: s.uncertainty.method.ahp_share.high == 1.0),
    ],
)  # fmt: skip
def test_values_that_are_allowed(project, line, read):
    project.write("study.toml", f"{line}\n{(project.folder / 'study.toml').read_text()}")
    assert read(project.load().settings)


WHOLE = "must be a whole number, got"
SIGMA = 'must be a number >= 0, "gci", or a table of them by matrix, got'
CUTS = "must be two numbers with 0 < first < second < 1, got"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("method.objective = 'pca'",
         'method.objective: must be "entropy", "critic", "cv", "sd" or "equal", got "pca"'),
        ("method.objective = 'crtic'",
         'method.objective: must be "entropy", "critic", "cv", "sd" or "equal", got "crtic"; did '
         'you mean "critic"?'),
        ("method.combination = 'additive'",
         'method.combination: must be "linear", "multiplicative" or "game_theory", got '
         '"additive"'),
        ("method.aggregation = 'vikor'",
         'method.aggregation: must be "linear", "geometric" or "topsis", got "vikor"'),
        ("uncertainty.method.objective = ['entropy', 'pca']",
         'uncertainty.method.objective[1]: must be "entropy", "critic", "cv", "sd" or "equal", got '
         '"pca"'),
        ("uncertainty.method.combination = {linear = 0.5, game_theory = 0.6}",
         "uncertainty.method.combination: probabilities must sum to 1, got 1.1"),
        ("uncertainty.data.cv = -0.1", "uncertainty.data.cv: must be >= 0, got -0.1"),
        ("uncertainty.data.cv = '5 %'", 'uncertainty.data.cv: must be a number, got "5 %"'),
        ("uncertainty.data.cv = true", "uncertainty.data.cv: must be a number, got true"),
        ("uncertainty.data.cv = nan", "uncertainty.data.cv: must be a finite number, got nan"),
        ("uncertainty.data.upper = inf",
         "uncertainty.data.upper: must be a finite number, got inf"),
        ("uncertainty.data.cvs = 1", 'uncertainty.data.cvs: unknown key; did you mean "cv"?'),
        ("uncertainty.data.indicators.rain.cvv = 1",
         'uncertainty.data.indicators.rain.cvv: unknown key; did you mean "cv"?'),
        ("uncertainty.data.criteria.'air and fire'.cv = -1",
         'uncertainty.data.criteria."air and fire".cv: must be >= 0, got -1'),
        ("uncertainty.data.indicators = 3",
         "uncertainty.data.indicators: must be a table, got 3"),
        ("uncertainty.data = {sd = 1, cv = 1}",
         "uncertainty.data.sd: is not allowed beside cv: give one of them"),
        ("uncertainty.data = {lower = 2, upper = 2}",
         "uncertainty.data.upper: must be > lower = 2, got 2"),
        ("uncertainty.judgments.cr_limit = 0",
         "uncertainty.judgments.cr_limit: must be > 0, got 0"),
        ("uncertainty.judgments.sigma = -1", f"uncertainty.judgments.sigma: {SIGMA} -1"),
        ("uncertainty.judgments.sigma = 'gcii'", f'uncertainty.judgments.sigma: {SIGMA} "gcii"'),
        ("uncertainty.judgments.sigma = true", f"uncertainty.judgments.sigma: {SIGMA} true"),
        ("uncertainty.judgments.sigma = [1]", f"uncertainty.judgments.sigma: {SIGMA} a list"),
        ("uncertainty.judgments.sigma = nan", f"uncertainty.judgments.sigma: {SIGMA} nan"),
        ("uncertainty.judgments.sigma.'a b' = -1",
         'uncertainty.judgments.sigma."a b": must be a number >= 0 or "gci", got -1'),
        ("uncertainty.judgments.steps = 1",
         'uncertainty.judgments.steps: is only for distribution = "saaty_steps"'),
        ("uncertainty.judgments.distribution = 'saaty_steps'",
         'uncertainty.judgments.steps: is required with distribution = "saaty_steps": 1 to 8'),
        ("uncertainty.judgments = {distribution = 'saaty_steps', steps = 2, sigma = 0.1}",
         'uncertainty.judgments.sigma: is not for distribution = "saaty_steps", which uses steps'),
        ("uncertainty.judgments = {distribution = 'saaty_steps', steps = 9}",
         "uncertainty.judgments.steps: must be <= 8, got 9"),
        ("uncertainty.judgments.consistency = 'repare'",
         'uncertainty.judgments.consistency: must be "keep", "repair" or "reject", got "repare"; '
         'did you mean "repair"?'),
        ("uncertainty.judgments.resample_experts = 1",
         "uncertainty.judgments.resample_experts: must be true or false, got 1"),
        ("uncertainty.judgement.sigma = 1",
         'uncertainty.judgement: unknown key; did you mean "judgments"?'),
        ("uncertainty.method.ahp_share = {low = 0.7, high = 0.3}",
         "uncertainty.method.ahp_share: low must be <= high, got 0.7 and 0.3"),
        ("uncertainty.method.ahp_share = {low = 0.7}",
         "uncertainty.method.ahp_share.high: is required"),
        ("uncertainty.method.ahp_share = 0.5",
         "uncertainty.method.ahp_share: must be a table, got 0.5"),
        ("uncertainty.method.ahp_share = {low = 0.7, high = 1.3}",
         "uncertainty.method.ahp_share.high: must be <= 1, got 1.3"),
        ("uncertainty.method.goalposts = 'frozen'",
         'uncertainty.method.goalposts: must be a list such as ["reestimated", "frozen"], or a '
         "table alternative = probability"),
        ("uncertainty.method.goalposts = []",
         'uncertainty.method.goalposts: must be a list such as ["reestimated", "frozen"], or a '
         "table alternative = probability"),
        ("uncertainty.method.goalposts = ['frosen']",
         'uncertainty.method.goalposts[0]: must be "reestimated" or "frozen", got "frosen"; did '
         'you mean "frozen"?'),
        ("uncertainty.method.goalposts = [1]",
         'uncertainty.method.goalposts[0]: must be "reestimated" or "frozen", got 1'),
        ("uncertainty.method.scope = ['pooled', 'pooled']",
         'uncertainty.method.scope[1]: "pooled" is listed twice'),
        ("uncertainty.method.scope = {pooled = 0.5, yearly = 0.4}",
         "uncertainty.method.scope: probabilities must sum to 1, got 0.9"),
        ("uncertainty.method.scope = {pooled = 1.5, yearly = -0.5}",
         "uncertainty.method.scope.pooled: must be a probability from 0 to 1, got 1.5"),
        ("uncertainty.method.scope = {pooled = 1, fixed = 0}",
         'uncertainty.method.scope.fixed: must be "pooled" or "yearly", got "fixed"'),
        ("method.goalposts = 'pool'",
         'method.goalposts: must be "pooled", "yearly" or "fixed", got "pool"; did you mean '
         '"pooled"?'),
        ("method.ahp_share = 1.1", "method.ahp_share: must be <= 1, got 1.1"),
        ("method.grade_cuts = [0.6, 0.3]", f"method.grade_cuts: {CUTS} [0.6, 0.3]"),
        ("method.grade_cuts = [0.6]", f"method.grade_cuts: {CUTS} [0.6]"),
        ("method.grade_cuts = [0.3, '0.6']", 'method.grade_cuts[1]: must be a number, got "0.6"'),
        ("method.grade_cuts = 0.3", "method.grade_cuts: must be a list, got 0.3"),
        ("method.clip = true", 'method.clip: is only for goalposts = "fixed", not "pooled"'),
        ("method.seed = 1", "method.seed: unknown key; it belongs in [simulation]"),
        ("simulation.samples = 0", "simulation.samples: must be >= 1, got 0"),
        ("simulation.samples = 10.5", f"simulation.samples: {WHOLE} 10.5"),
        ("simulation.samples = 10.0", f"simulation.samples: {WHOLE} 10.0"),
        ("simulation.samples = true", f"simulation.samples: {WHOLE} true"),
        ("simulation.samples = '10'", f'simulation.samples: {WHOLE} "10"'),
        ("simulation.seed = -1", "simulation.seed: must be >= 0, got -1"),
        ("simulation.seed = 9223372036854775808",
         "simulation.seed: must be <= 9223372036854775807, got 9223372036854775808"),
        ("simulation.quantiles = [0.5, 0.1]",
         "simulation.quantiles: must be levels in ascending order, got [0.5, 0.1]"),
        ("simulation.quantiles = [0.5, 0.5]",
         "simulation.quantiles: must be levels in ascending order, got [0.5, 0.5]"),
        ("simulation.quantiles = []",
         "simulation.quantiles: must be levels in ascending order, got []"),
        ("simulation.quantiles = [0.5, 1.5]", "simulation.quantiles[1]: must be <= 1, got 1.5"),
        ("sensitivity.samples = 1000",
         'sensitivity.samples: must be a power of two for method = "sobol", such as 512 or 1024, '
         "got 1000"),
        ("sensitivity.replicates = 1", "sensitivity.replicates: must be >= 2, got 1"),
        ("output.dtype = 'float16'",
         'output.dtype: must be "float32" or "float64", got "float16"; did you mean "float64"?'),
        ("run.chunk = 0", "run.chunk: must be >= 1, got 0"),
        ("run.scheduler = 'thread'",
         'run.scheduler: must be "threads", "processes", "synchronous", "tcp://HOST:PORT", '
         '"scheduler-file:PATH" or "slurm", got "thread"; did you mean "threads"?'),
        ("run = 3", "run: must be a table, got 3"),
        ("[[simulation]]", "simulation: must be a table, got a list"),
        ("foo = 3",
         "foo: unknown key; known: study, method, coupling, fuzzy, uncertainty, simulation, "
         "sensitivity, scenarios, scenario, evidence, target, output, run, cluster"),
    ],
)  # fmt: skip
def test_what_is_wrong(project, line, sentence):
    # Below the [study] table a line would belong to it.
    text = (project.folder / "study.toml").read_text()
    project.write("study.toml", f"{text}{line}\n" if line[0] == "[" else f"{line}\n{text}")
    assert sentence in [problem.removeprefix("study.toml: ") for problem in project.problems()]


@pytest.mark.parametrize("key", ["goalposts", "scope"])
def test_fixed_goalposts_leave_no_choice_of_them(project, key):
    option = {"goalposts": "frozen", "scope": "yearly"}[key]
    project.add(f"[method]\ngoalposts = 'fixed'\n[uncertainty.method]\n{key} = ['{option}']\n")
    assert project.problems() == [
        f'study.toml: uncertainty.method.{key}: is not allowed with method.goalposts = "fixed"'
    ]


@pytest.mark.parametrize(
    ("table", "sentences"),
    [
        ("[study]\n", [
            *(f'study.{name}: is required: a file name (or data = "builtin:NAME")'
              for name in ("panel", "indicators")),
            'study.judgments: is required: a file name (or data = "builtin:NAME"); it may be left '
            'out with method.ahp_share = 0 or method.weights = "given"',
        ]),
        ("[study]\npanel = 'panel.csv'\ndata = 'builtin:rare_earth_mines'\n", [
            "study.panel: is not allowed beside data: give data or the three files",
        ]),
        ("[study]\ndata = 'rare_earth_mines'\n", [
            'study.data: must be "builtin:NAME", got "rare_earth_mines"',
        ]),
        ("[study]\ndata = 'builtin:rare_earth_mine'\n", [
            'study.data: no data set "rare_earth_mine"; did you mean "rare_earth_mines"?',
        ]),
        ("[study]\ndata = 3\n", ["study.data: must be a text in quotes, got 3"]),
        ("[method]\n", ["study: is required"]),
        ("study = 3\n", ["study: must be a table, got 3"]),
    ],
)  # fmt: skip
def test_the_study_table(project, table, sentences):
    project.write("study.toml", table)
    assert project.problems() == [f"study.toml: {sentence}" for sentence in sentences]


def test_everything_wrong_is_reported_at_once(project):
    project.add("[method]\ngoalpost = 1\nahp_share = 2\n[simulation]\nsamples = 0\n")
    assert project.problems() == [
        "study.toml: method.ahp_share: must be <= 1, got 2",
        'study.toml: method.goalpost: unknown key; did you mean "goalposts"?',
        "study.toml: simulation.samples: must be >= 1, got 0",
    ]


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        DEFAULTS.method.ahp_share = 0.7


def test_codes_of_missing_values_are_texts_that_stand_in_cells(project):
    project.change("study.toml", "[study]", '[study]\nmissing_values = [" .. ", ""]')
    assert project.problems() == [
        "study.toml: study.missing_values[1]: must be what stands in a cell; a blank cell is "
        "always a missing value"
    ]
    project.change("study.toml", '" .. ", ""', '" .. "')
    project.change("panel.csv", "North,2013,110", "North,2013,..")
    project.write(
        "study.toml",
        (project.folder / "study.toml").read_text() + '[method]\nmissing = "interpolate"\n',
    )
    assert project.load().panel.holes.sum() == 1
