using System.Net;

using Muster.Core.Instances;

namespace Muster.Core.Traffic;

/// <summary>An instance, as a source is told of it.</summary>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Instance">As the cloud lists it.</param>
/// <param name="Address">Where it takes traffic; null of a source that needs no port.</param>
public sealed record TrafficMember(string Cloud, Instance Instance, IPEndPoint? Address)
{
    /// <summary>Whether nobody is to rely on it yet: the source is to find out first whether it works.</summary>
    public bool IsUnproven { get; init; }

    /// <summary>How long a drain of it may take from its beginning, for sources that bound it themselves; null for no bound.</summary>
    public TimeSpan? Deadline { get; init; }
}
