using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What Terraform wants of a group, as the API takes it. What is unknown or null is left to the server.</summary>
internal static class GroupInputs
{
    /// <summary>Stands in the audit trail beside the token's name.</summary>
    private const string Reason = "terraform apply";

    /// <summary>A group to make.</summary>
    public static GroupInput New(Fields planned) => new()
    {
        Name = planned.Text("name"),
        Template = planned.Text("template_id"),
        Capacity = new()
        {
            Desired = planned.Whole("desired") ?? planned.Whole("min") ?? 0,
            Min = planned.Whole("min"),
            Max = planned.Whole("max"),
            Reason = Reason,
        },
        IntervalS = Seconds(planned.Text("interval")),
        ScaleIn = planned.Text("scale_in"),
        Brakes = planned.Inner("brakes") is { } brakes ? Input(Brakes(brakes)) : null,
    };

    /// <summary>What of a capacity must change; null when nothing must.</summary>
    public static CapacityInput? Change(CapacityView now, Fields planned)
    {
        var (min, max) = (planned.Whole("min") ?? now.Min, planned.Whole("max") ?? now.Max);
        // Left to others, desired stays where they put it, as far as the new bounds allow.
        var desired = planned.Whole("desired") ?? (min <= max ? Math.Clamp(now.Desired, min, max) : now.Desired);
        var input = new CapacityInput
        {
            Desired = desired == now.Desired ? null : desired,
            Min = min == now.Min ? null : min,
            Max = max == now.Max ? null : max,
        };
        return input == new CapacityInput() ? null : input with { Reason = Reason };
    }

    /// <summary>What of the rest must change; null when nothing must.</summary>
    public static GroupUpdate? Change(GroupView now, Fields planned)
    {
        var update = new GroupUpdate
        {
            Name = Other(planned.Text("name"), now.Name),
            Template = Other(planned.Text("template_id"), now.TemplateId.ToString()),
            IntervalS = Seconds(planned.Text("interval")) is { } seconds && Math.Abs(seconds - now.IntervalS) >= 0.0005 ? seconds : null,
            ScaleIn = Other(planned.Text("scale_in"), now.ScaleIn),
            Brakes = planned.Inner("brakes") is { } brakes ? Change(now.Brakes, Brakes(brakes)) : null,
        };
        return update == new GroupUpdate() ? null : update;
    }

    /// <summary>The brakes that are given.</summary>
    public static BrakesEdit Brakes(Fields brakes) => new()
    {
        LaunchesInFlightMax = brakes.Whole("launches_in_flight_max"),
        LaunchesPerCheckMax = brakes.Whole("launches_per_check_max"),
        TerminationsPerCheckMax = brakes.Whole("terminations_per_check_max"),
        LaunchesPerHourMax = brakes.Whole("launches_per_hour_max"),
        TerminationsPerHourMax = brakes.Whole("terminations_per_hour_max"),
    };

    private static BrakesInput Input(BrakesEdit edit) => new()
    {
        LaunchesInFlightMax = edit.LaunchesInFlightMax,
        LaunchesPerCheckMax = edit.LaunchesPerCheckMax,
        TerminationsPerCheckMax = edit.TerminationsPerCheckMax,
        LaunchesPerHourMax = edit.LaunchesPerHourMax,
        TerminationsPerHourMax = edit.TerminationsPerHourMax,
    };

    private static BrakesInput? Change(BrakesView now, BrakesEdit wanted)
    {
        var input = new BrakesInput
        {
            LaunchesInFlightMax = Other(wanted.LaunchesInFlightMax, now.LaunchesInFlightMax),
            LaunchesPerCheckMax = Other(wanted.LaunchesPerCheckMax, now.LaunchesPerCheckMax),
            TerminationsPerCheckMax = Other(wanted.TerminationsPerCheckMax, now.TerminationsPerCheckMax),
            LaunchesPerHourMax = Other(wanted.LaunchesPerHourMax, now.LaunchesPerHourMax),
            TerminationsPerHourMax = Other(wanted.TerminationsPerHourMax, now.TerminationsPerHourMax),
        };
        return input == new BrakesInput() ? null : input;
    }

    private static double? Seconds(string? text) =>
        text is not null && DurationText.TryParse(text, out var time) ? time.TotalSeconds : null;

    private static string? Other(string? wanted, string now) => wanted == now ? null : wanted;

    private static int? Other(int? wanted, int now) => wanted == now ? null : wanted;
}
