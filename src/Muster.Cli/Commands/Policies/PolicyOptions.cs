using System.CommandLine;

using Muster.Api.Policies;
using Muster.Cli.Arguments;
using Muster.Cli.Wording;
using Muster.Core.Steering;

namespace Muster.Cli.Commands.Policies;

/// <summary>What a policy is made of, as options: the fields of the API, each kind its own.</summary>
internal sealed class PolicyOptions
{
    private readonly ChoiceOption<PolicyMode> _mode = new(
        "--mode", "How far it is followed: recommend computes and shows it, and never follows it.", Words.PolicyModes);

    private readonly Option<string?> _metric = Text(
        "--metric", "What it reads: a configured metric, or one that is pushed; cpu and memory the cloud tells.", "name");

    private readonly ValueOption _above = new("--above", "step: speaks up above this value.");
    private readonly ValueOption _below = new("--below", "step: speaks up below this value.");
    private readonly Option<string?> _for = Text(
        "--for", "step: how long every reading must have been a breach; one is enough unless set.", "time");
    private readonly Option<string?> _add = Text("--add", "step: instances, or a part of the level, that are added: 2, 30%.", "n|n%");
    private readonly Option<string?> _remove = Text("--remove", "step: instances, or a part of the level, that are taken away.", "n|n%");
    private readonly NumberOption _set = new("--set", "step: the level that is set.");
    private readonly Option<IReadOnlyList<string>?> _steps = Texts(
        "--step", "step: what is done by how far the value is passed, instead of --add, --remove and --set: '0..10: +10%', '10..: +30%'. "
        + "Repeated; in order.", "from..to: change");

    private readonly Option<string?> _cooldown = Text(
        "--cooldown", "step, receiver: how long it does nothing more after it has moved the level; 5m unless set.", "time");

    private readonly ValueOption _target = new("--target", "target, predictive: the value for each instance.");
    private readonly Option<bool?> _total = new("--total")
    {
        Description = "target, predictive: the metric is the whole group's sum, and not the mean of its instances.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ValueOption _tolerance = new(
        "--tolerance", "target: how far from the target nothing is done; 10% unless set.", takesPercent: true);

    private readonly Option<string?> _stabilize = Text(
        "--stabilize", "target, backlog: the window whose highest recommendation counts for shrinking; 5m unless set.", "time");

    private readonly Option<string?> _warmup = Text(
        "--warmup", "target: how long a new instance's values say nothing; while its launch is followed unless set.", "time");

    private readonly Option<string?> _growMax = Text("--grow-max", "target, backlog: most that one round adds.", "n|n%");
    private readonly Option<string?> _shrinkMax = Text("--shrink-max", "target, backlog: most that one round takes away.", "n|n%");
    private readonly ValueOption _perInstance = new("--per-instance", "backlog: how much waiting work each instance takes on.");
    private readonly Option<string?> _ageMetric = Text("--age-metric", "backlog: the metric of the oldest item's age, in seconds.", "name");

    private readonly Option<string?> _ageMax = Text(
        "--age-max", "backlog: the age of the oldest item from which one instance more is wanted.", "time");

    private readonly Option<string?> _emptyFor = Text(
        "--empty-for", "backlog: how long the queue must have been empty before the group goes to zero; 5m unless set.", "time");

    private readonly Option<string?> _ahead = Text(
        "--ahead", "predictive: how far ahead it looks; as long as the group's instances take to boot unless set.", "time");

    private readonly Option<string?> _maxAge = Text(
        "--max-age", "step, target, backlog: how old a reading may be before it says nothing any more; 5m unless set.", "time");

    private readonly Option<IReadOnlyList<string>?> _windows = Texts(
        "--window", "schedule: when it is inside: 'Mon-Fri 08:00-18:00', '0 8 * * 1-5 for 10h', '2026-12-24 18:00 to 2026-12-27 08:00'. "
        + "Repeated.", "window");

    private readonly Option<string?> _zone = Text("--zone", "schedule: its time zone, such as Europe/Berlin; UTC unless set.", "zone");
    private readonly FrameOption _inside = new("--inside", "schedule: what holds while a window is open.");
    private readonly FrameOption _outside = new("--outside", "schedule: what holds while none is.");

    private readonly Option<string?> _onAlarm = Text(
        "--on-alarm", "receiver: what an alarm that fires does: +1 unless set.", "+n|+n%|n");

    private readonly Option<string?> _standsFor = Text(
        "--stands-for", "receiver: how long a number that it was told stands; 1h unless set.", "time");

    /// <summary>The words of the command line for the fields of the API.</summary>
    public static FieldNames Fields { get; } = new(
        ("name", "NAME"), ("kind", "--kind"), ("mode", "--mode"), ("metric", "--metric"), ("above", "--above"), ("below", "--below"),
        ("for", "--for"), ("add", "--add"), ("remove", "--remove"), ("set", "--set"), ("steps", "--step"), ("cooldown", "--cooldown"),
        ("target", "--target"), ("total", "--total"), ("tolerance", "--tolerance"), ("stabilize", "--stabilize"),
        ("warmup", "--warmup"), ("grow_max", "--grow-max"), ("shrink_max", "--shrink-max"), ("per_instance", "--per-instance"),
        ("age_metric", "--age-metric"), ("age_max", "--age-max"), ("empty_for", "--empty-for"), ("ahead", "--ahead"),
        ("max_age", "--max-age"), ("windows", "--window"), ("zone", "--zone"), ("inside", "--inside"), ("outside", "--outside"),
        ("on_alarm", "--on-alarm"), ("stands_for", "--stands-for"), ("reason", "--reason"));

    private IEnumerable<Option> All =>
    [
        _mode, _metric, _above, _below, _for, _add, _remove, _set, _steps, _cooldown, _target, _total, _tolerance, _stabilize, _warmup,
        _growMax, _shrinkMax, _perInstance, _ageMetric, _ageMax, _emptyFor, _ahead, _maxAge, _windows, _zone, _inside, _outside, _onAlarm,
        _standsFor,
    ];

    /// <summary>All of them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>What the options say.</summary>
    public PolicyInput Read(ParseResult parse) => new()
    {
        Mode = parse.GetValue(_mode) is { } mode ? Words.PolicyModes.Word(mode) : null,
        Metric = parse.GetValue(_metric),
        Above = parse.GetValue(_above),
        Below = parse.GetValue(_below),
        For = parse.GetValue(_for),
        Add = parse.GetValue(_add),
        Remove = parse.GetValue(_remove),
        Set = parse.GetValue(_set),
        Steps = parse.GetValue(_steps),
        Cooldown = parse.GetValue(_cooldown),
        Target = parse.GetValue(_target),
        Total = parse.GetResult(_total) is null ? null : parse.GetValue(_total) ?? true,
        Tolerance = parse.GetValue(_tolerance),
        Stabilize = parse.GetValue(_stabilize),
        Warmup = parse.GetValue(_warmup),
        GrowMax = parse.GetValue(_growMax),
        ShrinkMax = parse.GetValue(_shrinkMax),
        PerInstance = parse.GetValue(_perInstance),
        AgeMetric = parse.GetValue(_ageMetric),
        AgeMax = parse.GetValue(_ageMax),
        EmptyFor = parse.GetValue(_emptyFor),
        Ahead = parse.GetValue(_ahead),
        MaxAge = parse.GetValue(_maxAge),
        Windows = parse.GetValue(_windows),
        Zone = parse.GetValue(_zone),
        Inside = parse.GetValue(_inside),
        Outside = parse.GetValue(_outside),
        OnAlarm = parse.GetValue(_onAlarm),
        StandsFor = parse.GetValue(_standsFor),
    };

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<IReadOnlyList<string>?> Texts(string name, string description, string help) => new(name)
    {
        Description = description,
        HelpName = help,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
    };
}
