using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>What becomes of the answers of sources and of pushed readings: a group's readings.</summary>
public static class GroupMeasuring
{
    /// <summary>How many there were to be, kept beside what was read, for plots and backtests. No metric can be called that.</summary>
    public const string Desired = "@desired";

    /// <summary>How many were up.</summary>
    public const string Running = "@running";
}
