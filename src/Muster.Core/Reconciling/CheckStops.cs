using System.Collections.Immutable;

using Muster.Core.Placements;

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

    // Guarded by the gate.
    private readonly HashSet<string> _clouds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CheckFailure> _placements = new(StringComparer.Ordinal);
    private CheckFailure? _ofCloud;
    private CheckFailure? _ofLaunches;

    /// <summary>Whether a user has changed the group since this was planned: launches that nobody wants any more cost money.</summary>
    public bool IsOutdated => keeper.GroupVersion > version;

    /// <summary>Whether nothing at all is started any more.</summary>
    public bool IsOver => stopping.IsCancellationRequested || !keeper.IsHeld || IsOutdated;

    /// <summary>The first failure that stopped something, one about a cloud before others; null when none did.</summary>
    public CheckFailure? Failure
    {
        get
        {
            lock (_gate)
            {
                return _ofCloud ?? _ofLaunches;
            }
        }
    }

    /// <summary>The first failure of launches in each placement that had one.</summary>
    public ImmutableArray<(string Placement, CheckFailure Failure)> Refused
    {
        get
        {
            lock (_gate)
            {
                return [.. _placements.Select(pair => (pair.Key, pair.Value))];
            }
        }
    }

    /// <summary>Whether an instance of that cloud may be told to end.</summary>
    public bool MayTerminate(string cloud)
    {
        lock (_gate)
        {
            return !_clouds.Contains(cloud) && !IsOver;
        }
    }

    /// <summary>Whether a launch may start there.</summary>
    public bool MayLaunch(Placement placement)
    {
        lock (_gate)
        {
            return !_placements.ContainsKey(placement.Name) && MayTerminate(placement.Cloud);
        }
    }

    /// <summary>A launch failed: no other starts in its placement, and where it is about the cloud, nothing at all there.</summary>
    public void OnLaunchFailed(Placement placement, CheckFailure failure)
    {
        lock (_gate)
        {
            _ofLaunches ??= failure;
            _placements.TryAdd(placement.Name, failure);
        }

        StopIfAboutCloud(placement.Cloud, failure);
    }

    /// <summary>A termination failed: that is the instance's own matter, unless it is about the cloud.</summary>
    public void OnTerminationFailed(string cloud, CheckFailure failure) => StopIfAboutCloud(cloud, failure);

    private void StopIfAboutCloud(string cloud, CheckFailure failure)
    {
        if (FailureReaction.To(failure.Error.Kind).IsAboutCloud)
        {
            lock (_gate)
            {
                _ofCloud ??= failure;
                _clouds.Add(cloud);
            }
        }
    }
}
