namespace Muster.EndToEnd.Nomad.Support;

/// <summary>A Nomad with one client on this machine.</summary>
internal interface INomadAgent : IAsyncDisposable
{
    /// <summary>Where it answers.</summary>
    Uri Url { get; }

    /// <summary>The ids of its jobs and of their children.</summary>
    Task<IReadOnlyList<string>> JobIdsAsync();
}
