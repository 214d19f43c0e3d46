namespace Muster.Core.Clouds;

/// <summary>How an instance is brought to rest.</summary>
public enum StopManner
{
    /// <summary>
    /// What runs in it is asked to end. Where the cloud waits for that without a bound, an instance that does not listen goes on running.
    /// </summary>
    Orderly,

    /// <summary>As when its power goes, where the cloud can; otherwise as <see cref="Orderly"/> where that always ends.</summary>
    AtOnce,

    /// <summary>
    /// Its memory is kept, and what runs in it goes on after the start. Only with <see cref="IStoppingCloud.CanSuspend"/>.
    /// </summary>
    KeepingMemory,
}
