using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>The look that all groups of a sweep share, made anew by whoever first finds it too old to act on. Safe to share.</summary>
/// <param name="first">The look there is.</param>
/// <param name="lookAgain">Makes another one.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SweepLook(Observation first, Func<Task<Observation>> lookAgain, TimeProvider timeProvider)
{
    /// <summary>A look that is older is not acted on, unless it took long to make.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private Task<Observation> _newest = Task.FromResult(first);

    /// <summary>A look that is young enough to act on.</summary>
    /// <exception cref="Clouds.CloudException">It could not be made.</exception>
    public Task<Observation> YoungAsync()
    {
        lock (_gate)
        {
            return _newest = _newest.IsFaulted || _newest.IsCanceled || (_newest.IsCompletedSuccessfully && IsTooOld(_newest.Result))
                ? lookAgain()
                : _newest;
        }
    }

    private bool IsTooOld(Observation look)
    {
        var age = look.AgeBy(timeProvider);
        return age > AgeMax && age > 4 * look.Duration;
    }
}
