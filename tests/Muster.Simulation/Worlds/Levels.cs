using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Steering;

namespace Muster.Simulation.Worlds;

/// <summary>The level that a group is to be kept at. Counted here by hand: the engine's own sum is what is judged by it.</summary>
internal static class Levels
{
    /// <summary>What a person's word alone comes to, at whatever instant.</summary>
    public static int Of(Group group) => Of(group, [], [], DateTimeOffset.UnixEpoch);

    /// <summary>What a person's word, the claims of others and schedules come to.</summary>
    public static int Of(Group group, ImmutableArray<Claim> claims, ImmutableArray<Policy> policies, DateTimeOffset now) =>
        Within(group, claims, policies, now).Level;

    /// <summary>The same, with the bounds in force.</summary>
    public static (int Level, int Low, int High) Within(
        Group group, ImmutableArray<Claim> claims, ImmutableArray<Policy> policies, DateTimeOffset now)
    {
        if (group.Phase is not GroupPhase.Active)
        {
            return (0, 0, 0);
        }

        var (low, high, floor) = (group.Capacity.Min, group.Capacity.Max, 0);
        var isHeld = now < group.HeldUntil;
        int? highest = null;
        foreach (var claim in claims)
        {
            if (claim.Until <= now || (isHeld && claim.Source == Claim.Steering))
            {
                continue;
            }

            // No bound leaves the person's own; the person's word stands until somebody speaks after it.
            high = claim.Max is { } max && max < high ? Math.Max(max, group.Capacity.Min) : high;
            low = claim.Min is { } min && min > low ? min : low;
            if (claim.Desired is { } wanted && claim.Since >= (group.ScaledAt ?? group.UpdatedAt) && !(wanted <= highest))
            {
                highest = wanted;
            }
        }

        foreach (var policy in isHeld ? [] : policies)
        {
            if (policy is { Mode: PolicyMode.On or PolicyMode.GrowOnly, Rule: PolicyRule.Calendar(var schedule) })
            {
                var frame = Timetables.FrameAt(schedule, now);
                high = policy.Mode is PolicyMode.On && frame.Max is { } max && max < high ? Math.Max(max, group.Capacity.Min) : high;
                low = frame.Min is { } min && min > low ? min : low;
                floor = frame.Floor is { } least && least > floor ? least : floor;
            }
        }

        low = low > high ? high : low;
        var level = highest ?? group.Capacity.Desired;
        level = level < floor ? floor : level;
        level = level < low ? low : level;
        return (level > high ? high : level, low, high);
    }
}
