using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Reconciling;

namespace Muster.Records;

/// <summary>What is kept of a decision: all that it was made from, so that it can be made again, and what it came to then.</summary>
/// <param name="Input">What it was made from. Of instances, what decisions depend on: neither addresses nor attributes.</param>
/// <param name="State">What was concluded.</param>
/// <param name="Explanation">The plan in one sentence.</param>
public sealed record KeptDecision(PlanInput Input, GroupState State, string Explanation)
{
    /// <summary>What is to be kept of a decision.</summary>
    public static KeptDecision Of(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return new(decision.Input, decision.State, decision.Plan.Explanation);
    }
}

/// <summary>The form of a <see cref="KeptDecision"/>.</summary>
public sealed record DecisionForm(
    int Version,
    GroupForm Group,
    GroupStateForm Before,
    SliceForm[] Slices,
    DateTimeOffset Now,
    DateTimeOffset? ChangesAt,
    bool LookedAgain,
    string? Obstacle,
    GroupStateForm After,
    string Explanation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SpreadForm? Spread = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int LaunchesMade = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Currency = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AccountSpendForm? Account = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? SetAside = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MemberNoteForm[]? Notes = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InstanceLoadForm[]? Loads = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unreached = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsUnreachedKnown = false)
    : IForm<DecisionForm, KeptDecision>
{
    /// <summary>The version that is written. Grows when an older reader could misunderstand.</summary>
    public const int Newest = 1;

    /// <summary>
    /// Reads a decision. Its version comes first: one of another version is refused by that, whatever else it has or lacks.
    /// </summary>
    /// <exception cref="JsonException">It is none, or of a version that this program does not know.</exception>
    public static KeptDecision Read(string json)
    {
        using (var document = JsonDocument.Parse(json))
        {
            EnsureKnown(
                document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("version"u8, out var version)
                && version.ValueKind is JsonValueKind.Number && version.TryGetInt32(out var number)
                    ? number
                    : throw new JsonException("a decision says its version, a whole number, and this says none"));
        }

        return JsonSerializer.Deserialize(json, FormsJson.Default.DecisionForm)!.ToValue();
    }

    /// <inheritdoc/>
    public static DecisionForm Of(KeptDecision value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var input = value.Input;
        return new(
            Newest,
            GroupForm.Of(input.Group),
            GroupStateForm.Of(input.State),
            Forms.Of<SliceForm, Slice>(input.Slices),
            input.Now,
            input.ChangesAt,
            input.LookedAgain,
            input.Obstacle,
            GroupStateForm.Of(value.State),
            value.Explanation,
            SpreadForm.Of(input.Spread),
            input.LaunchesMade,
            input.Currency,
            AccountSpendForm.Of(input.Account),
            input.SetAside,
            MemberNoteForm.Of(input.Notes),
            InstanceLoadForm.Of(input.Loads),
            input.Traffic?.Why,
            input.Traffic is { IsKnown: true });
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is of a version that this program does not know.</exception>
    public KeptDecision ToValue()
    {
        EnsureKnown(Version);
        return new(
            new()
            {
                Group = Group.ToValue(),
                State = Before.ToValue(),
                Slices = Forms.ToValues<SliceForm, Slice>(Slices),
                Now = Now,
                ChangesAt = ChangesAt,
                LookedAgain = LookedAgain,
                Obstacle = Obstacle,
                Spread = SpreadForm.ToValue(Spread),
                LaunchesMade = LaunchesMade,
                Currency = Currency,
                Account = Account?.ToValue(),
                SetAside = SetAside,
                Notes = MemberNoteForm.ToValue(Notes),
                Loads = InstanceLoadForm.ToValue(Loads),
                Traffic = Unreached is null ? null : new(Unreached, IsUnreachedKnown),
            },
            After.ToValue(),
            Explanation);
    }

    private static void EnsureKnown(int version)
    {
        if (version is not Newest)
        {
            throw new JsonException(
                string.Create(CultureInfo.InvariantCulture, $"a decision of version {version}: this program reads version {Newest}"));
        }
    }
}

/// <summary>The form of a <see cref="Slice"/>.</summary>
public sealed record SliceForm(
    string Placement,
    TemplateForm Template,
    int Wanted,
    InstanceForm[] Owned,
    LaunchForm[] OpenLaunches,
    bool LaunchTokens,
    bool MayHaveTwins,
    long ResumeAgeMaxUs,
    long ListingLagMaxUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InstanceId[]? Evidence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InstanceId[]? MayEnd = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BlindnessForm? Blind = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlacementSpecForm? Spec = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsEarlier = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Price = null) : IForm<SliceForm, Slice>
{
    /// <inheritdoc/>
    public static SliceForm Of(Slice value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Placement.Name,
            TemplateForm.Of(value.Placement.Template),
            value.Wanted,
            Forms.Of<InstanceForm, Instance>(value.Owned),
            Forms.Of<LaunchForm, Launch>(value.OpenLaunches),
            value.LaunchTokens,
            value.MayHaveTwins,
            Microseconds.From(value.ResumeAgeMax),
            Microseconds.From(value.ListingLagMax),
            value.Why,
            value.Evidence.IsEmpty ? null : [.. value.Evidence.Order()],
            value.MayEnd is { } mayEnd ? [.. mayEnd.Order()] : null,
            BlindnessForm.Of(value.Blind),
            value.Placement.Spec == new Placement(value.Placement.Name, value.Placement.Template).Spec
                ? null
                : PlacementSpecForm.Of(value.Placement.Spec),
            value.Placement.IsEarlier,
            value.Price);
    }

    /// <inheritdoc/>
    public Slice ToValue() => new()
    {
        Placement = PlacementOf(),
        Wanted = Wanted,
        Why = Why,
        Owned = Forms.ToValues<InstanceForm, Instance>(Owned),
        OpenLaunches = Forms.ToValues<LaunchForm, Launch>(OpenLaunches),
        Evidence = Evidence?.ToImmutableHashSet() ?? [],
        MayEnd = MayEnd?.ToImmutableHashSet(),
        LaunchTokens = LaunchTokens,
        MayHaveTwins = MayHaveTwins,
        ResumeAgeMax = Microseconds.ToSpan(ResumeAgeMaxUs),
        ListingLagMax = Microseconds.ToSpan(ListingLagMaxUs),
        Blind = Blind?.ToValue(),
        Price = Price,
    };

    private Placement PlacementOf()
    {
        var placement = new Placement(Placement, Template.ToValue()) { IsEarlier = IsEarlier };
        return Spec is { } spec ? placement with { Spec = spec.ToSpec() } : placement;
    }
}

/// <summary>The form of a <see cref="Spread"/>.</summary>
public sealed record SpreadForm(
    int Level, LayoutForm Layout, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why = null)
{
    /// <summary>The form; null of a group with one slice.</summary>
    public static SpreadForm? Of(Spread? spread) => spread is null ? null : new(spread.Level, LayoutForm.Of(spread.Layout)!, spread.Why);

    /// <summary>The value of a form, or of nothing.</summary>
    public static Spread? ToValue(SpreadForm? form) =>
        form is null ? null : new(form.Level, form.Why, LayoutForm.ToValue(form.Layout)!);
}

/// <summary>The form of a <see cref="Blindness"/>.</summary>
public sealed record BlindnessForm(CloudErrorKind Kind, string Words, DateTimeOffset RetryAt)
{
    /// <summary>The form; null of what was looked at.</summary>
    public static BlindnessForm? Of(Blindness? blind) => blind is null ? null : new(blind.Kind, blind.Words, blind.RetryAt);

    /// <summary>The value again.</summary>
    public Blindness ToValue() => new(Kind, Words, RetryAt);
}

/// <summary>The form of what decisions depend on of an <see cref="Instance"/>.</summary>
public sealed record InstanceForm(
    InstanceId Id,
    string Name,
    InstanceState State,
    DateTimeOffset CreatedAt,
    Dictionary<string, string> Tags,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StateDetail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsProtected = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LeavingAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsGivenUp = false)
    : IForm<InstanceForm, Instance>
{
    /// <inheritdoc/>
    public static InstanceForm Of(Instance value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Id, value.Name, value.State, value.CreatedAt, new(value.Tags), value.StateDetail, value.IsProtected, value.LeavingAt,
            value.IsGivenUp);
    }

    /// <inheritdoc/>
    public Instance ToValue() => new()
    {
        Id = Id,
        Name = Name,
        State = State,
        StateDetail = StateDetail,
        IsProtected = IsProtected,
        LeavingAt = LeavingAt,
        IsGivenUp = IsGivenUp,
        CreatedAt = CreatedAt,
        Tags = Forms.ToMap(Tags),
    };
}
