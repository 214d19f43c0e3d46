using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Groups;

namespace Muster.Simulation.Worlds;

/// <summary>The level that a group is to be kept at. Counted here by hand: the engine's own sum is what is judged by it.</summary>
internal static class Levels
{
    /// <summary>What a person's word alone comes to, at whatever instant.</summary>
    public static int Of(Group group) => Of(group, [], DateTimeOffset.UnixEpoch);

    /// <summary>What a person's word and the claims of others come to.</summary>
    public static int Of(Group group, ImmutableArray<Claim> claims, DateTimeOffset now)
    {
        if (group.Phase is not GroupPhase.Active)
        {
            return 0;
        }

        var (low, high) = (group.Capacity.Min, group.Capacity.Max);
        int? highest = null;
        foreach (var claim in claims)
        {
            if (claim.Until <= now)
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

        var level = highest ?? group.Capacity.Desired;
        level = level < low ? low : level;
        return level > high ? high : level;
    }
}
