namespace Muster.Clouds.Local.Processes;

/// <summary>Tells when processes end.</summary>
internal interface IExitWatcher : IAsyncDisposable
{
    /// <summary>Watches a process.</summary>
    /// <returns>The watch; null when the process is gone already, or its number is another's.</returns>
    WatchedProcess? Watch(ProcessIdentity identity, bool isChild, Func<bool, bool> finish);

    /// <summary>
    /// How many processes are only looked at now and then because there are too few descriptors for all; zero when all is as it should be.
    /// </summary>
    int WantingCount { get; }

    /// <summary>Reports every end that has happened until now before it returns, so that a listing shows no dead one as running.</summary>
    void Drain();
}
