using Muster.Core.Claims;
using Muster.Core.Groups;

namespace Muster.Simulation.Worlds;

/// <summary>The level that people want a group to be kept at.</summary>
internal static class Levels
{
    /// <summary>What their word alone comes to, at whatever instant.</summary>
    public static int Of(Group group) => Settlement.Of(group, [], DateTimeOffset.UnixEpoch).Desired;
}
