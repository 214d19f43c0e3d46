using System.Globalization;

using Muster.Core;
using Muster.Core.Placements;

namespace Muster.Cli.Wording;

/// <summary>What somebody typed for each field of the API, so that a refusal names the word on the command line and not the JSON.</summary>
/// <param name="names">The field, or the start of fields below it, and what was typed.</param>
internal sealed class FieldNames(params (string Field, string Typed)[] names)
{
    private FilePlaces? _file;

    private const string Hooks = "hooks";

    /// <summary>The fields are what was typed.</summary>
    public static FieldNames None { get; } = new();

    /// <summary>Those of a group's bounds, as options.</summary>
    public static FieldNames OfGroup { get; } = new(
        ("name", "NAME"), ("template", "--template"), ("placements", "--placement"), ("placement", "--placement"), ("zones", "--zones"),
        ("distribution", "--distribution"), ("spill_after_s", "--spill-after"), ("return_after_s", "--return-after"),
        ("surge", "--surge"), ("on_demand_percent_above_base", "--on-demand-above-base"),
        ("interval_s", "--interval"), ("scale_in", "--scale-in"), ("reason", "--reason"), ("lifetime_max_s", "--lifetime-max"),
        ("capacity.desired", "--capacity"), ("capacity.min", "--min"), ("capacity.max", "--max"),
        ("capacity.reason", "--reason"), ("capacity.hold_s", "--hold"), ("desired", "--capacity"), ("min", "--min"), ("max", "--max"),
        ("brakes.launches_in_flight_max", "--launches-in-flight"), ("brakes.launches_per_check_max", "--launches-per-check"),
        ("brakes.terminations_per_check_max", "--terminations-per-check"), ("brakes.launches_per_hour_max", "--launches-per-hour"),
        ("brakes.terminations_per_hour_max", "--terminations-per-hour"),
        ("brakes.spend_per_hour_max", "--spend-per-hour-max"),
        ("health.kind", "--health"), ("health.port", "--health-port"), ("health.attribute", "--health-port"),
        ("health.path", "--health-path"), ("health.method", "--health-method"), ("health.headers", "--health-header"),
        ("health.expect", "--health-expect"), ("health.body_contains", "--health-body-contains"),
        ("health.busy_header", "--busy-header"),
        ("health.verify_tls", "--health-verify-tls"), ("health.service", "--health-service"), ("health.network", "--health-network"),
        ("health.interval_s", "--health-interval"), ("health.timeout_s", "--health-timeout"),
        ("health.healthy_after", "--healthy-after"), ("health.unhealthy_after", "--unhealthy-after"), ("health.grace_s", "--grace"),
        ("health.boot_timeout_s", "--boot-timeout"), ("repair.mode", "--repair"), ("repair.order", "--replace"),
        ("repair.unavailable_max", "--unavailable-max"), ("repair.surge", "--surge"), ("repair.when_most", "--when-most-unhealthy"),
        ("drain.deadline_s", "--drain-deadline"), ("drain.wait_s", "--drain-wait"), ("drain.through", "--drain-through"),
        ("pool.size", "--pool"), ("pool.mode", "--pool-mode"), ("pool.takes_surplus", "--pool-takes-surplus"),
        ("pool.age_max_s", "--pool-age-max"), ("pool", "--pool"),
        (Hooks, "--hook"));

    /// <summary>Those of what is said and done about one instance, as options.</summary>
    public static FieldNames OfInstance { get; } = new(
        ("reason", "--reason"), ("shrink", "--shrink"), ("verdict", "--verdict"), ("detail", "--detail"), ("source", "--source"),
        ("ttl_s", "--ttl"), ("load", "--load"), ("group", "--group"), ("keep_capacity", "--keep-capacity"), ("cloud", "--cloud"),
        ("desired", "--shrink"), ("hook", "--hook"), ("for_s", "--for"));

    /// <summary>Those of a template, as options.</summary>
    public static FieldNames OfTemplate { get; } = new(
        ("name", "NAME"), ("cloud", "--cloud"), ("image", "--image"),
        ("size", "--size"), ("networks", "--network"), ("network", "--network"),
        ("name_prefix", "--name-prefix"), ("firewall_enabled", "--firewall"), ("user_data", "--user-data-file"),
        ("metadata", "--metadata"), ("tags", "--tag"), ("options", "--option"));

    /// <summary>Those of a group that only the command line knows, as options: its template's, and how it is spread.</summary>
    public static FieldNames OfScale { get; } = OfTemplate.With(
        ("zones", "--zones"), ("distribution", "--distribution"), ("on_demand_percent_above_base", "--on-demand-above-base"));

    /// <summary>The same, with others before them.</summary>
    public FieldNames With(params (string Field, string Typed)[] others) => new([.. others, .. names]) { _file = _file };

    /// <summary>The same beside a file: what it has is called as it has it, with its line.</summary>
    /// <param name="file">Where its fields stand; null where there is none.</param>
    public FieldNames In(FilePlaces? file) => new(names) { _file = file };

    /// <summary>The sentences for errors: those of the file first, in its order.</summary>
    public IEnumerable<string> Say(IEnumerable<InputError> errors) => errors
        .Select(error => (Error: error, Place: _file?.Find(error.Field, canBeAbsent: true)))
        .OrderBy(one => one.Place?.Line ?? int.MaxValue)
        .Select(one => one.Place is ({ } field, var line) ? $"{_file!.Path}:{line}: {one.Error with { Field = field }}"
            : one.Error.Value is null && _file is { } file && !file.IsTyped(one.Error.Field) ? $"{file.Path}: {one.Error}"
            : Typed(one.Error).ToString());

    /// <summary>A sentence that says all, with the line of the file where it is about one of its fields.</summary>
    public string Say(string sentence, IReadOnlyList<InputError> about) =>
        about is [var error] && _file?.Find(error.Field, canBeAbsent: false) is (_, var line)
            ? $"{_file.Path}:{line}: {sentence}"
            : sentence;

    /// <summary>An error in the words of the command line.</summary>
    public InputError Typed(InputError error)
    {
        if (names.Length == 0)
        {
            return error;
        }

        error = error with { Value = TypedValue(error) };
        foreach (var (field, typed) in names)
        {
            if (field == Hooks && OfHook(error.Field) is (var hook, var part))
            {
                return error with { Field = PartOfHook(typed, hook, part) };
            }

            if (error.Field == field || error.Field.StartsWith($"{field}[", StringComparison.Ordinal))
            {
                return error with { Field = typed };
            }

            // metadata.colour was typed as --metadata colour=...
            if (error.Field.StartsWith($"{field}.", StringComparison.Ordinal))
            {
                return error with { Field = $"{typed} {error.Field[(field.Length + 1)..]}" };
            }
        }

        return error;
    }

    /// <summary>Which hook a field is of, and which of its fields; a name may hold dots.</summary>
    private static (string Hook, string Part)? OfHook(string field) =>
        field.StartsWith($"{Hooks}.", StringComparison.Ordinal) && field.LastIndexOf('.') is var dot && dot > Hooks.Length
            ? (field[(Hooks.Length + 1)..dot], field[(dot + 1)..])
            : null;

    /// <summary>A hook is typed in one word, NAME:launch:10m:abandon.</summary>
    private static string PartOfHook(string typed, string hook, string part) => part switch
    {
        // Who has no good name is called by its place in the list.
        "name" => $"the name in {typed}",
        "at" => $"the moment in {typed} {hook}",
        "timeout_s" => $"the time in {typed} {hook}",
        "tell" => $"who is told in {typed} {hook}",
        _ => $"{typed} {hook}: {part}",
    };

    /// <summary>A time as people type it: the API takes its seconds.</summary>
    private static string? TypedValue(InputError error) =>
        (error.Field is "interval_s" or "spill_after_s" or "return_after_s" or "expires_in_s" or "ttl_s" or "health.interval_s"
            or "health.timeout_s" or "health.grace_s" or "health.boot_timeout_s" or "drain.deadline_s" or "drain.wait_s" or "for_s"
            or "pool.age_max_s"
            || OfHook(error.Field)?.Part == "timeout_s")
        && double.TryParse(error.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds >= 0 && seconds < TimeSpan.MaxValue.TotalSeconds
            ? seconds == LayoutEdit.Off && error.Field is "spill_after_s" or "return_after_s"
                ? "off"
                : DurationText.Format(TimeSpan.FromSeconds(seconds))
            : error.Value;
}
