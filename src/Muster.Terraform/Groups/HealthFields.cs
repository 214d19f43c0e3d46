using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Health;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Schemas;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>A group's health check, as attributes.</summary>
/// <remarks>In a state it is always an object: of a group without a health check its kind is <c>none</c>.</remarks>
internal static class HealthFields
{
    /// <summary>The attribute.</summary>
    public const string Name = "health";

    private static readonly ImmutableArray<string> Times = ["interval", "timeout", "grace", "boot_timeout"];

    private static readonly ImmutableArray<(string Name, AttributeType Type, string Description)> Inner =
    [
        ("kind", AttributeType.Text,
            "`http`, `https`, `tcp`, `grpc` (grpc.health.v1), `report` (nobody asks, somebody reports), or `none`, which removes it."),
        ("port", AttributeType.Number, "The port, 1 to 65535. Either this or `attribute`, but for `report`."),
        ("attribute", AttributeType.Text, "The attribute of each instance that holds its port."),
        ("path", AttributeType.Text, "What is asked for over HTTP, with a slash in front. `/` unless set."),
        ("method", AttributeType.Text, "`GET`, `HEAD`, `POST` or `OPTIONS`. `GET` unless set."),
        ("headers", AttributeType.Entries, "Headers to send over HTTP."),
        ("expect", AttributeType.Text, $"Status codes that mean healthy, such as `200,204`. `{HealthRules.ExpectDefault}` unless set."),
        ("body_contains", AttributeType.Text, "What the beginning of the answer must contain; nothing unless set."),
        ("busy_header", AttributeType.Text,
            "The header of the answer that says how busy the instance is, as a number, for the `scale_in` of `least-busy`."),
        ("verify_tls", AttributeType.Flag, "Whether the certificate must be one that the server trusts. `true` unless set. Of `https`."),
        ("service", AttributeType.Text, "The gRPC service asked about; the server as a whole unless set."),
        ("network", AttributeType.Text,
            "Which of an instance's addresses: the first within this network, such as `10.0.0.0/8`; the first of all unless set."),
        ("interval", AttributeType.Text, $"From one probe of an instance to the next. {Unless(HealthRules.IntervalDefault)}"),
        ("timeout", AttributeType.Text, $"How long one probe may take, at most `interval`. {Unless(HealthRules.TimeoutDefault)}"),
        ("healthy_after", AttributeType.Number,
            $"Probes in a row that must succeed, 1 to {HealthRules.InRowMax}. {HealthRules.HealthyAfterDefault} unless set."),
        ("unhealthy_after", AttributeType.Number,
            $"Probes in a row that must fail, 1 to {HealthRules.InRowMax}. {HealthRules.UnhealthyAfterDefault} unless set."),
        ("grace", AttributeType.Text, $"The time after a launch in which nothing that is found counts. {Unless(HealthRules.GraceDefault)}"),
        ("boot_timeout", AttributeType.Text,
            $"The time after its launch by which an instance must have been healthy once. {Unless(HealthRules.BootTimeoutDefault)}"),
    ];

    /// <summary>Of the resource.</summary>
    public static SchemaAttribute Resource { get; } = SchemaAttribute.Either(
        Name,
        // None is required, not even the kind: an object that holds what only a configuration can say was in one, to Terraform, and is
        // removed where it is not there any more.
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Either(one.Name, one.Type, one.Description))]),
        "How it is found out whether the group's instances work, beside what their cloud says. Not at all for a new group unless set; left "
        + "as it is when taken away again: the kind `none` removes it.");

    /// <summary>Of the data source.</summary>
    public static SchemaAttribute DataSource { get; } = SchemaAttribute.Computed(
        Name,
        new AttributeType.ObjectType([.. Inner.Select(one => SchemaAttribute.Computed(one.Name, one.Type, one.Description))]),
        "How it is found out whether the group's instances work, beside what their cloud says; of the kind `none` where it is not.");

    /// <summary>What of a configuration or a plan is known, as the API takes it; null for nothing.</summary>
    public static HealthCheckInput? Input(Fields group)
    {
        if (group.Inner(Name) is not { } health)
        {
            return null;
        }

        var input = new HealthCheckInput
        {
            Kind = health.Text("kind"),
            Port = health.Whole("port"),
            Attribute = health.Text("attribute"),
            Path = health.Text("path"),
            Method = health.Text("method"),
            Headers = health.Entries("headers"),
            Expect = health.Text("expect"),
            BodyContains = health.Text("body_contains"),
            BusyHeader = health.Text("busy_header"),
            VerifyTls = health.Flag("verify_tls"),
            Service = health.Text("service"),
            Network = health.Text("network"),
            IntervalS = Seconds(health, "interval"),
            TimeoutS = Seconds(health, "timeout"),
            HealthyAfter = health.Whole("healthy_after"),
            UnhealthyAfter = health.Whole("unhealthy_after"),
            GraceS = Seconds(health, "grace"),
            BootTimeoutS = Seconds(health, "boot_timeout"),
        };
        return input == new HealthCheckInput() ? null : input;
    }

    /// <summary>What must change; null when nothing must.</summary>
    public static HealthCheckInput? Change(GroupView now, Fields planned)
    {
        if (Input(planned) is not { } wanted || planned.Inner(Name) is not { } asked)
        {
            return null;
        }

        var known = new Fields(Of(now.Health, null));
        return asked.Object.Items.All(item =>
            !item.Value.IsGiven || Settling.IsSame(Spelled(item.Key, item.Value, known[item.Key]), item.Value)) ? null : wanted;
    }

    /// <summary>A health check as a value.</summary>
    /// <param name="health">As the server has it; null for none.</param>
    /// <param name="before">How the user spelled it; null where nobody did.</param>
    public static Value.Mapping Of(HealthCheckView? health, Fields? before)
    {
        var now = Value.Object(
            ("kind", Value.Of(health?.Kind ?? HealthRules.None)),
            ("port", Value.Of(health?.Port)),
            ("attribute", Value.Of(health?.Attribute)),
            ("path", Value.Of(health?.Path)),
            ("method", Value.Of(health?.Method)),
            ("headers", health?.Headers is { } headers ? Value.Of(headers) : Value.Null),
            ("expect", Value.Of(health?.Expect)),
            ("body_contains", Value.Of(health?.BodyContains)),
            ("busy_header", Value.Of(health?.BusyHeader)),
            ("verify_tls", health?.VerifyTls is { } verifies ? Value.Of(verifies) : Value.Null),
            ("service", Value.Of(health?.Service)),
            ("network", Value.Of(health?.Network)),
            ("interval", Time(health?.IntervalS)),
            ("timeout", Time(health?.TimeoutS)),
            ("healthy_after", Value.Of(health?.HealthyAfter)),
            ("unhealthy_after", Value.Of(health?.UnhealthyAfter)),
            ("grace", Time(health?.GraceS)),
            ("boot_timeout", Time(health?.BootTimeoutS)));
        return before is { } spelled
            ? now.With(now.Items.Select(item => (item.Key, Spelled(item.Key, spelled[item.Key], item.Value))))
            : now;
    }

    /// <summary>
    /// What follows from a change: of what is not written, only the server knows what holds then, since another kind has other fields, and
    /// a shorter interval takes the time-out along.
    /// </summary>
    public static void Refine(ChangeDraft draft)
    {
        if (draft.Config.Inner(Name) is not { } written || draft.Prior?.Inner(Name) is not { } prior)
        {
            return;
        }

        var isSame = written.Object.Items.All(item =>
            item.Value.IsNull || Settling.IsSame(Spelled(item.Key, prior[item.Key], item.Value), prior[item.Key]));
        draft.Set(Name, Value.Object(written.Object.Items.Select(item => (
            item.Key,
            item.Value.IsNull
                ? isSame ? prior[item.Key] : Value.Unknown
                : Spelled(item.Key, prior[item.Key], item.Value)))));
    }

    /// <summary>What can be said without a server, once all of it is known.</summary>
    public static void Check(Fields config, FindingList findings)
    {
        if (config.Inner(Name) is not { } health || health.Object.HasUnknown)
        {
            return;
        }

        var before = findings.All.Count;
        foreach (var time in Times)
        {
            Durations.Read(health, time, TimeSpan.Zero, TimeSpan.FromHours(24), findings, AttributePath.Of(Name));
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (findings.All.Count == before && findings.Try(AttributePath.Of(Name), () => Input(config)) is { } input)
        {
            HealthRules.Resolve(Edit(input), current: null, errors);
        }

        foreach (var wrong in errors)
        {
            findings.Invalid(
                ApiFields.Place(GroupSchema.Resource, Named(wrong.Field)) ?? AttributePath.Of(Name), wrong.Value, wrong.Allowed);
        }
    }

    /// <summary>A field of the API as users of Terraform know it: <c>health.interval_s</c> is <c>health.interval</c>.</summary>
    public static string Named(string field) =>
        field.StartsWith($"{Name}.", StringComparison.Ordinal) && field.EndsWith("_s", StringComparison.Ordinal) ? field[..^2] : field;

    private static HealthEdit Edit(HealthCheckInput input) => new()
    {
        Kind = input.Kind,
        Port = input.Port,
        Attribute = input.Attribute,
        Path = input.Path,
        Method = input.Method,
        Headers = input.Headers?.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Expect = input.Expect,
        BodyContains = input.BodyContains,
        BusyHeader = input.BusyHeader,
        VerifyTls = input.VerifyTls,
        Service = input.Service,
        Network = input.Network,
        IntervalSeconds = input.IntervalS,
        TimeoutSeconds = input.TimeoutS,
        HealthyAfter = input.HealthyAfter,
        UnhealthyAfter = input.UnhealthyAfter,
        GraceSeconds = input.GraceS,
        BootTimeoutSeconds = input.BootTimeoutS,
    };

    /// <summary>What is so, in the words that were there before where they say the same.</summary>
    private static Value Spelled(string name, Value before, Value now) =>
        Times.Contains(name) && before is Value.Text old && now is Value.Text text
        && Durations.SecondsOrOff(text.Content) is { } seconds && Durations.IsSame(old.Content, seconds) ? before
        : Settling.IsSame(before, now) && before.IsGiven ? before
        : now;

    private static Value Time(double? seconds) => Value.Of(seconds is { } some ? Durations.Write(some) : null);

    private static double? Seconds(Fields fields, string name) =>
        fields.Text(name) is { } text && DurationText.TryParse(text, out var time) ? time.TotalSeconds : null;

    private static string Unless(TimeSpan time) => $"`{DurationText.Format(time)}` unless set.";
}
