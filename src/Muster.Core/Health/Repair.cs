using Muster.Core.Placements;

namespace Muster.Core.Health;

/// <summary>What is done about an instance that runs and does not work.</summary>
public enum RepairMode
{
    /// <summary>Another takes its place.</summary>
    Replace,

    /// <summary>It is told, and the group is Degraded; nothing is done.</summary>
    Tell,

    /// <summary>Nothing: it is shown, and counts as any other.</summary>
    Off,
}

/// <summary>Which comes first.</summary>
public enum ReplaceOrder
{
    /// <summary>The other one, beyond the level, and the end of the sick one when it is in service.</summary>
    LaunchFirst,

    /// <summary>The end of the sick one, and the other one after it.</summary>
    TerminateFirst,
}

/// <summary>What most of a group being unhealthy at once means.</summary>
public enum MassVerdict
{
    /// <summary>That whoever says so is wrong, or that what all depend on is broken: nobody is replaced, and somebody is told.</summary>
    Hold,

    /// <summary>What it says: they are replaced, as fast as the budget allows.</summary>
    Replace,
}

/// <summary>How unhealthy instances are replaced. Valid when made by <see cref="RepairRules"/>.</summary>
/// <remarks>Those that do not run at all are replaced whatever it says; see <c>docs/health.md</c>.</remarks>
public sealed record Repair
{
    /// <summary>What is done.</summary>
    public RepairMode Mode { get; init; }

    /// <summary>Which comes first.</summary>
    public ReplaceOrder Order { get; init; }

    /// <summary>How many running instances there may be too few of, by Muster's own doing; 0 for none.</summary>
    public Portion UnavailableMax { get; init; } = new(1, IsPercent: false);

    /// <summary>How many there may be beyond the level, for as long as it takes; 0 for none.</summary>
    public Portion Surge { get; init; } = new(1, IsPercent: false);

    /// <summary>What most of them being unhealthy at once means.</summary>
    public MassVerdict WhenMost { get; init; }
}
