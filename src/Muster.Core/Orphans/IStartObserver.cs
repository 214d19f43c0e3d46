using Muster.Core.Storage;

namespace Muster.Core.Orphans;

/// <summary>Hears what the look at the clouds at a start came to.</summary>
public interface IStartObserver
{
    /// <summary>The installation is paused: nothing is done until somebody resumes it.</summary>
    void OnPaused(InstallationPause pause);

    /// <summary>Nothing is done with one account's groups at one cloud, because of what that account's own credential shows.</summary>
    void OnHeld(string cloud, AccountId account, string reason);

    /// <summary>One of the instances that the store does not know.</summary>
    void OnStranger(Orphan stranger);

    /// <summary>A cloud could not be looked at; nothing is done there until it was.</summary>
    void OnCouldNotLook(string cloud, Exception error, TimeSpan retryIn);
}
