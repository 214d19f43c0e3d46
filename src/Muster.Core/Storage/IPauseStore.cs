using System.Collections.Immutable;

namespace Muster.Core.Storage;

/// <summary>
/// The part of what Muster remembers that stops everything: while a pause is kept, the store gives no group's lease away, and renews none.
/// </summary>
public interface IPauseStore
{
    /// <summary>Whether the installation is paused.</summary>
    Task<PauseState> ReadPauseAsync(CancellationToken cancellationToken);

    /// <summary>Changes it in one step: two who change it at once both find what the other did.</summary>
    /// <param name="change">From what is kept to what is kept then; pure, since it may be asked more than once.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task<PauseState> ChangePauseAsync(Func<PauseState, PauseState> change, CancellationToken cancellationToken);

    /// <summary>Those of these launches that the store knows, whatever became of them.</summary>
    Task<ImmutableHashSet<LaunchId>> FindLaunchesAsync(ImmutableArray<LaunchId> launches, CancellationToken cancellationToken);
}
