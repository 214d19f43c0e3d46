using Muster.Api.Policies;
using Muster.Cli.Exits;
using Muster.Cli.Toml;

namespace Muster.Cli.Commands.Policies;

/// <summary>A policy in a TOML file: the fields of the API, by the same names.</summary>
internal static class PolicyFile
{
    /// <summary>Reads one.</summary>
    /// <exception cref="CliException">It cannot be read, or fields in it are wrong: every one is named, with its line.</exception>
    public static PolicyInput Read(string path)
    {
        var errors = new List<TomlError>();
        var fields = new TomlFields(TomlFile.Read(path), "", errors);
        var input = new PolicyInput
        {
            Name = fields.Text("name"),
            Kind = fields.Text("kind"),
            Mode = fields.Text("mode"),
            Metric = fields.Text("metric"),
            Above = Value(fields, "above"),
            Below = Value(fields, "below"),
            For = fields.Text("for"),
            Add = fields.Text("add"),
            Remove = fields.Text("remove"),
            Set = fields.Number("set", 0, int.MaxValue),
            Steps = NonEmpty(fields.Texts("steps")),
            Cooldown = fields.Text("cooldown"),
            Target = Value(fields, "target"),
            Total = fields.Flag("total"),
            Tolerance = Value(fields, "tolerance"),
            Stabilize = fields.Text("stabilize"),
            Warmup = fields.Text("warmup"),
            GrowMax = fields.Text("grow_max"),
            ShrinkMax = fields.Text("shrink_max"),
            PerInstance = Value(fields, "per_instance"),
            AgeMetric = fields.Text("age_metric"),
            AgeMax = fields.Text("age_max"),
            EmptyFor = fields.Text("empty_for"),
            Ahead = fields.Text("ahead"),
            MaxAge = fields.Text("max_age"),
            Windows = NonEmpty(fields.Texts("windows")),
            Zone = fields.Text("zone"),
            Inside = Frame(fields, "inside"),
            Outside = Frame(fields, "outside"),
            OnAlarm = fields.Text("on_alarm"),
            StandsFor = fields.Text("stands_for"),
        };
        fields.RefuseOthers();
        TomlErrors.ThrowIfAny(path, errors);
        return input;
    }

    private static FrameInput? Frame(TomlFields parent, string key)
    {
        var fields = parent.Table(key);
        if (!fields.Exists)
        {
            return null;
        }

        var frame = new FrameInput
        {
            Min = fields.Number("min", 0, int.MaxValue),
            Max = fields.Number("max", 0, int.MaxValue),
            Floor = fields.Number("floor", 0, int.MaxValue),
        };
        fields.RefuseOthers();
        return frame;
    }

    private static double? Value(TomlFields fields, string key) => fields.Rate(key, double.MinValue, double.MaxValue);

    private static List<T>? NonEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
