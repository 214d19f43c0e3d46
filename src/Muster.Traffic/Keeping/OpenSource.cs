using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Keeping;

/// <summary>A configured source that is open.</summary>
/// <param name="Name">What groups call it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The source; disposed with whoever holds it.</param>
public sealed record OpenSource(string Name, ITrafficKind Kind, ITrafficSource Source)
{
    /// <summary>How many calls to one source are under way at once: a load balancer has better things to do.</summary>
    private const int CallsMax = 16;

    internal SemaphoreSlim Places { get; } = new(CallsMax);
}
