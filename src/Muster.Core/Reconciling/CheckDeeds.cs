using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Launches;

namespace Muster.Core.Reconciling;

/// <summary>What a check that acted has done.</summary>
internal sealed record CheckDeeds
{
    /// <summary>The state with what was done in it, and without what was written down and never tried.</summary>
    public required GroupState State { get; init; }

    /// <summary>The ledger's open entries, as they are now.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>How many calls the cloud took.</summary>
    public required int Done { get; init; }

    /// <summary>Whether an instance did not end, for a reason of its own or for want of an answer.</summary>
    public required bool AnyEndFailed { get; init; }
}
