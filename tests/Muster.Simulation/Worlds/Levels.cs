using Muster.Core.Groups;

namespace Muster.Simulation.Worlds;

/// <summary>The level that a group is to be kept at. Counted here by hand: the engine's own sum is what is judged by it.</summary>
internal static class Levels
{
    /// <summary>What a person's word alone comes to, at whatever instant.</summary>
    public static int Of(Group group)
    {
        if (group.Phase is not GroupPhase.Active)
        {
            return 0;
        }

        var level = group.Capacity.Desired;
        level = level < group.Capacity.Min ? group.Capacity.Min : level;
        return level > group.Capacity.Max ? group.Capacity.Max : level;
    }
}
