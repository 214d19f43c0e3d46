using System.Collections.Immutable;

using Muster.Api.Policies;
using Muster.Core.Steering;

namespace Muster.Server.Policies;

/// <summary>Policies as people write them, between the API and the rules: field by field.</summary>
public static class PolicyDrafts
{
    /// <summary>What a person wrote, for the rules.</summary>
    public static PolicyDraft Of(PolicyInput input) => input is null ? throw new ArgumentNullException(nameof(input)) : new()
    {
        Name = input.Name,
        Kind = input.Kind,
        Mode = input.Mode,
        Metric = input.Metric,
        Above = input.Above,
        Below = input.Below,
        For = input.For,
        Add = input.Add,
        Remove = input.Remove,
        Set = input.Set,
        Steps = Texts(input.Steps),
        Cooldown = input.Cooldown,
        Target = input.Target,
        Total = input.Total,
        Tolerance = input.Tolerance,
        Stabilize = input.Stabilize,
        Warmup = input.Warmup,
        GrowMax = input.GrowMax,
        ShrinkMax = input.ShrinkMax,
        PerInstance = input.PerInstance,
        AgeMetric = input.AgeMetric,
        AgeMax = input.AgeMax,
        EmptyFor = input.EmptyFor,
        Ahead = input.Ahead,
        Windows = Texts(input.Windows),
        Zone = input.Zone,
        InsideMin = input.Inside?.Min,
        InsideMax = input.Inside?.Max,
        InsideFloor = input.Inside?.Floor,
        OutsideMin = input.Outside?.Min,
        OutsideMax = input.Outside?.Max,
        OutsideFloor = input.Outside?.Floor,
        OnAlarm = input.OnAlarm,
        StandsFor = input.StandsFor,
        MaxAge = input.MaxAge,
    };

    /// <summary>What the rules have, as a person writes it.</summary>
    public static PolicyInput Of(PolicyDraft draft) => draft is null ? throw new ArgumentNullException(nameof(draft)) : new()
    {
        Name = draft.Name,
        Kind = draft.Kind,
        Mode = draft.Mode,
        Metric = draft.Metric,
        Above = draft.Above,
        Below = draft.Below,
        For = draft.For,
        Add = draft.Add,
        Remove = draft.Remove,
        Set = (int?)draft.Set,
        Steps = Texts(draft.Steps),
        Cooldown = draft.Cooldown,
        Target = draft.Target,
        Total = draft.Total,
        Tolerance = draft.Tolerance,
        Stabilize = draft.Stabilize,
        Warmup = draft.Warmup,
        GrowMax = draft.GrowMax,
        ShrinkMax = draft.ShrinkMax,
        PerInstance = draft.PerInstance,
        AgeMetric = draft.AgeMetric,
        AgeMax = draft.AgeMax,
        EmptyFor = draft.EmptyFor,
        Ahead = draft.Ahead,
        Windows = Texts(draft.Windows),
        Zone = draft.Zone,
        Inside = Frame(draft.InsideMin, draft.InsideMax, draft.InsideFloor),
        Outside = Frame(draft.OutsideMin, draft.OutsideMax, draft.OutsideFloor),
        OnAlarm = draft.OnAlarm,
        StandsFor = draft.StandsFor,
        MaxAge = draft.MaxAge,
    };

    private static ImmutableArray<string> Texts(IReadOnlyList<string>? texts) => texts is null ? default : [.. texts];

    private static string[]? Texts(ImmutableArray<string> texts) => texts.IsDefaultOrEmpty ? null : [.. texts];

    private static FrameInput? Frame(double? min, double? max, double? floor) => min is null && max is null && floor is null
        ? null
        : new() { Min = (int?)min, Max = (int?)max, Floor = (int?)floor };
}
