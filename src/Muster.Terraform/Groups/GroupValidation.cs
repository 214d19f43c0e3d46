using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Terraform.Findings;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What can be said about a group without a server, for all of it that is known.</summary>
internal static class GroupValidation
{
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    public static void Check(Fields config, FindingList findings)
    {
        LayoutValidation.Check(config, findings);
        if (config.Text("on_destroy") is { } end and not (GroupSchema.Terminate or GroupSchema.Keep))
        {
            findings.Invalid(AttributePath.Of("on_destroy"), end, $"{GroupSchema.Terminate} or {GroupSchema.Keep}");
        }

        Durations.Read(config, "interval", Group.IntervalMin, Group.IntervalMax, findings);
        if (config.Inner("timeouts") is { } timeouts)
        {
            foreach (var name in (string[])["create", "update", "delete"])
            {
                Durations.Read(timeouts, name, TimeoutMin, TimeoutMax, findings, AttributePath.Of("timeouts"));
            }
        }

        Lifetimes.Check(config, findings);
        HealthFields.Check(config, findings);
        RepairFields.Check(config, findings);
        DrainFields.Check(config, findings);
        PoolFields.Check(config, findings);
        HookFields.Check(config, findings);
        TrafficFields.Check(config, findings);
        CheckCapacity(config, findings);
        CheckRules(config, findings);
    }

    /// <summary>How long to wait.</summary>
    public static TimeSpan Timeout(Fields planned, string name, TimeSpan otherwise) =>
        planned.Inner("timeouts")?.Text(name) is { } text && DurationText.TryParse(text, out var time) ? time : otherwise;

    private static void CheckCapacity(Fields config, FindingList findings)
    {
        if (!config["capacity"].IsNull && !config["desired"].IsNull)
        {
            findings.Error(
                "Invalid capacity", "Give either capacity or desired: they are two words for one thing.", AttributePath.Of("capacity"));
            return;
        }

        var word = config["capacity"].IsNull ? "desired" : "capacity";
        if (config[word].IsNull && config["min"].IsNull)
        {
            findings.Error(
                "Missing capacity",
                "Give capacity, or desired, or min for a group whose desired something else changes.",
                AttributePath.Of("capacity"));
        }

        var desired = Count(config, word, findings);
        var min = Count(config, "min", findings);
        var max = Count(config, "max", findings);
        if (min > max)
        {
            findings.Invalid(AttributePath.Of("min"), $"{min}", $"at most max, which is {max}");
        }
        else if (desired < min)
        {
            findings.Invalid(AttributePath.Of(word), $"{desired}", $"at least min, which is {min}");
        }
        else if (desired > max)
        {
            findings.Invalid(AttributePath.Of(word), $"{desired}", $"at most max, which is {max}");
        }
    }

    private static int? Count(Fields config, string name, FindingList findings)
    {
        var count = findings.Try(AttributePath.Of(name), () => config.Whole(name));
        if (count < 0)
        {
            findings.Invalid(AttributePath.Of(name), $"{count}", "0 or more");
        }

        return count;
    }

    /// <summary>Name, scale-in order and brakes, by Muster's own rules.</summary>
    private static void CheckRules(Fields config, FindingList findings)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (config.Text("name") is { } name)
        {
            GroupRules.Name(name, errors);
        }

        GroupRules.ScaleIn(config.Text("scale_in"), Group.ScaleInDefault, errors);
        if (findings.Try(
            AttributePath.Of("brakes"), () => config.Inner("brakes") is { } brakes ? GroupInputs.Brakes(brakes) : null) is { } asked)
        {
            GroupRules.Brakes(asked, new(), errors);
        }

        foreach (var wrong in errors)
        {
            var path = ApiFields.Place(GroupSchema.Resource, wrong.Field) ?? AttributePath.Of(wrong.Field);
            findings.Invalid(path, wrong.Value, wrong.Allowed);
        }
    }
}
