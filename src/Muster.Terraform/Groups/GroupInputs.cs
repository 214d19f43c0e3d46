using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>What Terraform wants of a group, as the API takes it. What is unknown or null is left to the server.</summary>
internal static class GroupInputs
{
    /// <summary>Stands in the audit trail beside the token's name.</summary>
    private const string Reason = "terraform apply";

    /// <summary>A group to make.</summary>
    public static GroupInput New(Fields planned)
    {
        var spread = Spread(planned);
        return new()
        {
            Name = planned.Text("name"),
            Template = spread.Template,
            Placements = spread.Placements,
            Zones = spread.Zones,
            Distribution = spread.Distribution,
            OnDemandPercentAboveBase = spread.OnDemandPercentAboveBase,
            SpillAfterS = spread.SpillAfterS,
            ReturnAfterS = spread.ReturnAfterS,
            Surge = spread.Surge,
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
            Health = HealthFields.Input(planned),
            Repair = RepairFields.Input(planned),
            Drain = DrainFields.Input(planned),
            Pool = PoolFields.Input(planned),
            Hooks = HookFields.New(planned),
            Traffic = TrafficFields.New(planned),
            LifetimeMaxS = Lifetimes.Input(planned),
        };
    }

    /// <summary>How many people want, Terraform among them, wherever policies have moved the level since.</summary>
    public static int Set(CapacityView capacity) => capacity.Set ?? capacity.Desired;

    /// <summary>What of a capacity must change; null when nothing must.</summary>
    public static CapacityInput? Change(CapacityView now, Fields planned)
    {
        var (min, max) = (planned.Whole("min") ?? now.Min, planned.Whole("max") ?? now.Max);
        // Left to others, desired stays where they put it, as far as the new bounds allow. Where policies have moved the level is theirs:
        // a word said again would take it from them.
        var set = Set(now);
        var desired = planned.Whole("desired") ?? (min <= max ? Math.Clamp(set, min, max) : set);
        var input = new CapacityInput
        {
            Desired = desired == set ? null : desired,
            Min = min == now.Min ? null : min,
            Max = max == now.Max ? null : max,
        };
        return input == new CapacityInput() ? null : input with { Reason = Reason };
    }

    /// <summary>What of the rest must change; null when nothing must.</summary>
    public static GroupUpdate? Change(GroupView now, Fields planned)
    {
        var update = ChangedSpread(now, Spread(planned)) with
        {
            Name = Other(planned.Text("name"), now.Name),
            IntervalS = Other(Seconds(planned.Text("interval")), now.IntervalS),
            ScaleIn = Other(planned.Text("scale_in"), now.ScaleIn),
            Brakes = planned.Inner("brakes") is { } brakes ? Change(now.Brakes, Brakes(brakes)) : null,
            Health = HealthFields.Change(now, planned),
            Repair = RepairFields.Change(now, planned),
            Drain = DrainFields.Change(now, planned),
            Pool = PoolFields.Change(now, planned),
            Hooks = HookFields.Change(now, planned),
            Traffic = TrafficFields.Change(now, planned),
            LifetimeMaxS = Lifetimes.Change(now, planned),
        };
        return update == new GroupUpdate() ? null : update;
    }

    /// <summary>The zones of placements that say nothing but that, of one template; null where they say more.</summary>
    public static ImmutableArray<string>? Zones(ImmutableArray<PlacementView> placements)
    {
        if (placements.IsEmpty)
        {
            return null;
        }

        var plain = new PlacementInput { Template = placements[0].TemplateId.ToString(), Min = 0, Base = 0 };
        return placements.All(
            placement => placement.Zone is { } zone && PlacementFields.Input(placement) == plain with { Name = zone, Zone = zone })
            ? [.. placements.Select(placement => placement.Zone!)]
            : null;
    }

    /// <summary>The brakes that are given.</summary>
    public static BrakesEdit Brakes(Fields brakes) => new()
    {
        LaunchesInFlightMax = brakes.Whole("launches_in_flight_max"),
        LaunchesPerCheckMax = brakes.Whole("launches_per_check_max"),
        TerminationsPerCheckMax = brakes.Whole("terminations_per_check_max"),
        LaunchesPerHourMax = brakes.Whole("launches_per_hour_max"),
        TerminationsPerHourMax = brakes.Whole("terminations_per_hour_max"),
        SpendPerHourMax = brakes.Amount("spend_per_hour_max"),
    };

    /// <summary>Where a plan wants a group to live, whole.</summary>
    private static GroupUpdate Spread(Fields planned)
    {
        var form = SpreadForms.Of(planned);
        return new()
        {
            Template = form is SpreadForm.Placements ? null : planned.Text("template_id"),
            Placements = form is SpreadForm.Placements
                ? [.. PlacementFields.BlocksOf(planned).Select(placement => PlacementFields.Input(placement.Block))]
                : null,
            Zones = planned.Texts("zones"),
            Distribution = planned.Text("distribution"),
            OnDemandPercentAboveBase = planned.Whole("on_demand_percent_above_base"),
            SpillAfterS = Durations.SecondsOrOff(planned.Text("spill_after")),
            ReturnAfterS = Durations.SecondsOrOff(planned.Text("return_after")),
            Surge = planned.Text("surge"),
        };
    }

    /// <summary>What of it must change: all of it where it says other placements, since what is left out would be decided anew.</summary>
    private static GroupUpdate ChangedSpread(GroupView now, GroupUpdate wanted)
    {
        // Said only where it changes, in either case: a server that knows of no such part must not be told that there is none.
        var percent = Other(
            wanted.OnDemandPercentAboveBase ?? LayoutEdit.NoPercent, now.OnDemandPercentAboveBase ?? LayoutEdit.NoPercent);
        return IsSpread(now, wanted)
            ? new()
            {
                Distribution = Other(wanted.Distribution, now.Distribution),
                OnDemandPercentAboveBase = percent,
                SpillAfterS = Other(wanted.SpillAfterS, now.SpillAfterS),
                ReturnAfterS = Other(wanted.ReturnAfterS, now.ReturnAfterS),
                Surge = Other(wanted.Surge, now.Surge),
            }
            : wanted with { OnDemandPercentAboveBase = wanted is { Placements: null, Zones: null } ? null : percent };
    }

    /// <summary>Whether a group has the template and the placements that are wanted.</summary>
    private static bool IsSpread(GroupView now, GroupUpdate wanted)
    {
        var placements = PlacementFields.Of(now);
        return wanted.Placements is { } blocks ? placements?.Select(PlacementFields.Input).SequenceEqual(blocks) is true
            : now.TemplateId.ToString() == wanted.Template && (wanted.Zones is { } zones
                ? placements is { } there && Zones(there)?.SequenceEqual(zones) is true
                : placements is null);
    }

    private static BrakesInput Input(BrakesEdit edit) => new()
    {
        LaunchesInFlightMax = edit.LaunchesInFlightMax,
        LaunchesPerCheckMax = edit.LaunchesPerCheckMax,
        TerminationsPerCheckMax = edit.TerminationsPerCheckMax,
        LaunchesPerHourMax = edit.LaunchesPerHourMax,
        TerminationsPerHourMax = edit.TerminationsPerHourMax,
        SpendPerHourMax = edit.SpendPerHourMax,
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
            SpendPerHourMax = Other(wanted.SpendPerHourMax, now.SpendPerHourMax ?? PriceRules.NoLimit),
        };
        return input == new BrakesInput() ? null : input;
    }

    private static double? Seconds(string? text) =>
        text is not null && DurationText.TryParse(text, out var time) ? time.TotalSeconds : null;

    /// <summary>Times differ by a millisecond at least.</summary>
    private static double? Other(double? wanted, double? now) =>
        wanted is { } seconds && now is { } same && Math.Abs(seconds - same) < 0.0005 ? null : wanted;

    private static string? Other(string? wanted, string? now) => wanted == now ? null : wanted;

    private static int? Other(int? wanted, int now) => wanted == now ? null : wanted;

    private static decimal? Other(decimal? wanted, decimal now) => wanted == now ? null : wanted;
}
