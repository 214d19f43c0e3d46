using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>What can be said about a policy without a server: Muster's own rules, for all of it that is known.</summary>
internal static class PolicyValidation
{
    /// <summary>A zone that every table has: on a machine without one, the server alone can tell.</summary>
    private const string Witness = "Europe/London";

    /// <summary>Attributes of which one speaks for the others: what is missing may be the one that is not known yet.</summary>
    private static readonly string[][] Together =
        [["above", "below"], ["add", "remove", "set", "steps"], ["age_metric", "age_max"], ["inside", "outside"]];

    public static void Check(Fields config, FindingList findings)
    {
        if (config.Text("group") is "")
        {
            findings.Invalid(AttributePath.Of("group"), null, "the id or name of a group");
        }

        var draft = Draft(PolicyFields.Input(config, findings));
        try
        {
            // What is over today may have been kept for long: windows that have closed for good are the server's to refuse.
            PolicyRules.Make(Zones.TryFind(Witness, out _, out _) ? draft : WithoutZone(draft), DateTimeOffset.UnixEpoch, secretHash: "");
        }
        catch (InputException refused)
        {
            foreach (var wrong in refused.Errors.Where(wrong => !IsOpen(config, wrong.Field)))
            {
                findings.Invalid(Place(wrong.Field) ?? AttributePath.Of(wrong.Field), wrong.Value, wrong.Allowed);
            }
        }
    }

    /// <summary>Where a field of the API is found in a configuration; null when it is not there.</summary>
    public static AttributePath? Place(string field) => ApiFields.Place(
        PolicySchema.Resource,
        field.StartsWith("policy.", StringComparison.Ordinal) ? field["policy.".Length..] : field);

    /// <summary>Whether what is not known yet may put right what is wrong with a field.</summary>
    private static bool IsOpen(Fields config, string field)
    {
        var name = field.Split('.', '[')[0];
        return (Together.FirstOrDefault(names => names.Contains(name)) ?? [name]).Any(each => config[each].HasUnknown);
    }

    private static PolicyDraft WithoutZone(PolicyDraft draft) => draft.Zone is null ? draft : draft with { Zone = Zones.Default };

    private static PolicyDraft Draft(PolicyInput input) => new()
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
        Steps = input.Steps is { } steps ? [.. steps] : default,
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
        Windows = input.Windows is { } windows ? [.. windows] : default,
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
}
