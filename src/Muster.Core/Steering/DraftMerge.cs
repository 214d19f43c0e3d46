using System.Collections.Immutable;

namespace Muster.Core.Steering;

/// <summary>Puts changed fields over a draft.</summary>
internal static class DraftMerge
{
    public static PolicyDraft Of(PolicyDraft draft, PolicyDraft changes)
    {
        // What excludes another takes its place.
        draft = changes.Above is not null || changes.Below is not null ? draft with { Above = null, Below = null } : draft;
        draft = changes.Add is not null || changes.Remove is not null || changes.Set is not null || !changes.Steps.IsDefault
            ? draft with { Add = null, Remove = null, Set = null, Steps = default }
            : draft;
        return new()
        {
            Name = changes.Name ?? draft.Name,
            Kind = changes.Kind ?? draft.Kind,
            Mode = Text(draft.Mode, changes.Mode),
            Metric = Text(draft.Metric, changes.Metric),
            Above = changes.Above ?? draft.Above,
            Below = changes.Below ?? draft.Below,
            For = Text(draft.For, changes.For),
            Add = changes.Add ?? draft.Add,
            Remove = changes.Remove ?? draft.Remove,
            Set = changes.Set ?? draft.Set,
            Steps = List(draft.Steps, changes.Steps),
            Cooldown = Text(draft.Cooldown, changes.Cooldown),
            Target = changes.Target ?? draft.Target,
            Total = changes.Total ?? draft.Total,
            Tolerance = changes.Tolerance ?? draft.Tolerance,
            Stabilize = Text(draft.Stabilize, changes.Stabilize),
            Warmup = Text(draft.Warmup, changes.Warmup),
            GrowMax = Text(draft.GrowMax, changes.GrowMax),
            ShrinkMax = Text(draft.ShrinkMax, changes.ShrinkMax),
            PerInstance = changes.PerInstance ?? draft.PerInstance,
            AgeMetric = Text(draft.AgeMetric, changes.AgeMetric),
            AgeMax = Text(draft.AgeMax, changes.AgeMax),
            EmptyFor = Text(draft.EmptyFor, changes.EmptyFor),
            Ahead = Text(draft.Ahead, changes.Ahead),
            Windows = List(draft.Windows, changes.Windows),
            Zone = Text(draft.Zone, changes.Zone),
            InsideMin = changes.InsideMin ?? draft.InsideMin,
            InsideMax = changes.InsideMax ?? draft.InsideMax,
            InsideFloor = changes.InsideFloor ?? draft.InsideFloor,
            OutsideMin = changes.OutsideMin ?? draft.OutsideMin,
            OutsideMax = changes.OutsideMax ?? draft.OutsideMax,
            OutsideFloor = changes.OutsideFloor ?? draft.OutsideFloor,
            OnAlarm = Text(draft.OnAlarm, changes.OnAlarm),
            StandsFor = Text(draft.StandsFor, changes.StandsFor),
            MaxAge = Text(draft.MaxAge, changes.MaxAge),
        };
    }

    private static string? Text(string? before, string? change) => change is null ? before : change.Length == 0 ? null : change;

    private static ImmutableArray<string> List(ImmutableArray<string> before, ImmutableArray<string> change) =>
        change.IsDefault ? before : change;
}
