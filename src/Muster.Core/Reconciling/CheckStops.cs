namespace Muster.Core.Reconciling;

/// <summary>
/// What stops a check that acts, or a part of it: nothing new is started, and the next check goes on from the truth. Safe to share.
/// </summary>
/// <param name="keeper">Holds the lease.</param>
/// <param name="version">The group's version that the plan was made for.</param>
/// <param name="stopping">Start nothing new.</param>
internal sealed class CheckStops(LeaseKeeper keeper, long version, CancellationToken stopping)
{
    private readonly Lock _gate = new();

    // Guarded by the gate: the first failure of each kind.
    private CheckFailure? _ofAll;
    private CheckFailure? _ofLaunches;

    /// <summary>Whether a user has changed the group since this was planned: launches that nobody wants any more cost money.</summary>
    public bool IsOutdated => keeper.GroupVersion > version;

    /// <summary>The failure that stopped something; null when none did.</summary>
    public CheckFailure? Failure
    {
        get
        {
            lock (_gate)
            {
                return _ofAll ?? _ofLaunches;
            }
        }
    }

    /// <summary>Whether an instance may be told to end.</summary>
    public bool MayTerminate()
    {
        lock (_gate)
        {
            return _ofAll is null && !stopping.IsCancellationRequested && keeper.IsHeld && !IsOutdated;
        }
    }

    /// <summary>Whether a launch may start.</summary>
    public bool MayLaunch()
    {
        lock (_gate)
        {
            return _ofLaunches is null && MayTerminate();
        }
    }

    /// <summary>A launch failed: no other starts, and where it is about the cloud, nothing at all.</summary>
    public void OnLaunchFailed(CheckFailure failure)
    {
        lock (_gate)
        {
            _ofLaunches ??= failure;
        }

        StopIfAboutCloud(failure);
    }

    /// <summary>A termination failed: that is the instance's own matter, unless it is about the cloud.</summary>
    public void OnTerminationFailed(CheckFailure failure) => StopIfAboutCloud(failure);

    private void StopIfAboutCloud(CheckFailure failure)
    {
        if (FailureReaction.To(failure.Error.Kind).IsAboutCloud)
        {
            lock (_gate)
            {
                _ofAll ??= failure;
            }
        }
    }
}
