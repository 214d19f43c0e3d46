namespace Muster.Core.Reconciling;

/// <summary>The look that all groups of a sweep share, made anew by whoever first finds it too old to act on. Safe to share.</summary>
/// <param name="first">The look there is.</param>
/// <param name="lookAgain">Makes another one.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepLook(Observation first, Func<Task<Observation>> lookAgain, TimeProvider time)
{
    /// <summary>A look that is older is not acted on, unless it took long to make.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();

    // Guarded by the gate.
    private Task<Observation> newest = Task.FromResult(first);

    /// <summary>A look that is young enough to act on.</summary>
    /// <exception cref="Clouds.CloudException">It could not be made.</exception>
    public Task<Observation> YoungAsync()
    {
        lock (gate)
        {
            return newest = newest.IsFaulted || newest.IsCanceled || (newest.IsCompletedSuccessfully && IsTooOld(newest.Result)) ? lookAgain() : newest;
        }
    }

    private bool IsTooOld(Observation look)
    {
        var age = look.AgeBy(time);
        return age > AgeMax && age > 4 * look.Duration;
    }
}
