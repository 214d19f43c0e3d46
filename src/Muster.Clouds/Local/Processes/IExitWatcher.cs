namespace Muster.Clouds.Local.Processes;

/// <summary>Tells when processes end.</summary>
internal interface IExitWatcher : IAsyncDisposable
{
    /// <summary>Watches a process.</summary>
    /// <returns>The watch; null when the process is gone already, or its number is another's.</returns>
    WatchedProcess? Watch(ProcessIdentity identity, bool isChild, Func<bool, bool> finish);

    /// <summary>Reports every end that has happened until now before it returns, so that a listing shows no dead one as running.</summary>
    void Drain();
}
