using System.Net;

using Muster.Core.Traffic;

namespace Muster.Traffic.Haproxy;

/// <summary>One server of a backend, as <c>show stat</c> tells of it.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Address">Where it is; null of one without an address.</param>
/// <param name="Status">HAProxy's word: <c>UP</c>, <c>DOWN 1/2</c>, <c>DRAIN</c>, <c>MAINT</c>, <c>no check</c>.</param>
/// <param name="Sessions">Sessions that it serves now, or that wait for it.</param>
/// <param name="CheckStatus">The outcome of the last check: <c>L7OK</c>; empty before the first.</param>
/// <param name="CheckDetail">What the last check said; may be empty.</param>
internal sealed record HaproxyServer(
    string Backend, string Name, IPEndPoint? Address, string Status, long Sessions, string CheckStatus, string CheckDetail)
{
    /// <summary>The number of the backend, while the process lives.</summary>
    public long BackendId { get; init; }

    /// <summary>Whether it is the backend itself, which is told as a server of this name.</summary>
    public bool IsBackend => Name == "BACKEND";

    /// <summary>Whether HAProxy tells addresses at all: to those who may only look it does not.</summary>
    public bool TellsAddress { get; init; } = true;

    /// <summary>Whether it gets nothing at all: a free slot, where the name says so.</summary>
    public bool IsOut => Status.StartsWith("MAINT", StringComparison.Ordinal);

    /// <summary>What it does.</summary>
    public TrafficState State => IsOut ? TrafficState.Out
        : Status.StartsWith("DRAIN", StringComparison.Ordinal) ? TrafficState.Draining
        : TrafficState.Joined;

    /// <summary>As commands name it.</summary>
    public string Path => $"{Backend}/{Name}";
}
