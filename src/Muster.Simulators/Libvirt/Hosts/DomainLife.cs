namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>States, their reasons, and events, by libvirt's numbers.</summary>
internal static class DomainLife
{
    public const int Running = 1, Paused = 3, ShutOff = 5;

    /// <summary>Reasons.</summary>
    public const int Booted = 1, Restored = 3, PausedByUser = 1, Unpaused = 5, ByShutdown = 1, Destroyed = 2, Saved = 5, Failed = 6;

    /// <summary>Events.</summary>
    public const int EventDefined = 0, EventUndefined = 1, EventStarted = 2, EventSuspended = 3, EventResumed = 4, EventStopped = 5;

    /// <summary>Details of the event that one stopped.</summary>
    public const int StoppedShutdown = 0, StoppedDestroyed = 1, StoppedSaved = 4, StoppedFailed = 5;
}
