using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>One whole look at a cloud. There is no half a look: a listing that failed or was cut short is an exception.</summary>
public sealed class Observation
{
    private readonly FrozenDictionary<GroupId, ImmutableArray<Instance>> _byGroup;

    private readonly long _endedAt;

    private Observation(
        DateTimeOffset startedAt, int pages, FrozenDictionary<GroupId, ImmutableArray<Instance>> byGroup, TimeSpan duration, long endedAt)
    {
        StartedAt = startedAt;
        Pages = pages;
        Duration = duration;
        _endedAt = endedAt;
        _byGroup = byGroup;
    }

    /// <summary>When it began: it says nothing of what happened after.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Calls it took.</summary>
    public int Pages { get; }

    /// <summary>How long it took, its waits for the right to call included.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Instances seen, of every group.</summary>
    public int InstanceCount => _byGroup.Values.Sum(instances => instances.Length);

    /// <summary>Looks.</summary>
    /// <exception cref="CloudException">
    /// The listing failed, was cut short or does not end (<see cref="CloudErrorKind.Unavailable"/>).
    /// </exception>
    public static async Task<Observation> MakeAsync(
        ICloud cloud, InstanceFilter filter, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetUtcNow();
        var beganAt = timeProvider.GetTimestamp();
        var owned = new OwnedInstances(filter.Installation);
        var (pages, isWhole) = (0, false);
        await foreach (var page in cloud.ListBoundedAsync(filter, timeProvider, cancellationToken))
        {
            pages++;
            isWhole = page.IsLast;
            foreach (var instance in page.Instances)
            {
                owned.Add(instance);
            }
        }

        var endedAt = timeProvider.GetTimestamp();
        return isWhole
            ? new(startedAt, pages, owned.ByGroup(), timeProvider.GetElapsedTime(beganAt, endedAt), endedAt)
            : throw new CloudException(CloudErrorKind.Unavailable, $"the listing was cut short after {pages} pages");
    }

    /// <summary>A look made of a whole listing by something else than Muster's tags: of it, what carries them.</summary>
    /// <param name="listed">What was listed, whoever's.</param>
    /// <param name="installation">Whose instances count.</param>
    /// <param name="startedAt">When the listing began, by the wall clock.</param>
    /// <param name="beganAt">The same as a timestamp.</param>
    /// <param name="timeProvider">The clock.</param>
    public static Observation Of(
        IEnumerable<Instance> listed, InstallationId installation, DateTimeOffset startedAt, long beganAt, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var owned = new OwnedInstances(installation);
        foreach (var instance in listed)
        {
            owned.Add(instance);
        }

        var endedAt = timeProvider.GetTimestamp();
        return new(startedAt, pages: 0, owned.ByGroup(), timeProvider.GetElapsedTime(beganAt, endedAt), endedAt);
    }

    /// <summary>How long ago it ended.</summary>
    internal TimeSpan AgeBy(TimeProvider timeProvider) => timeProvider.GetElapsedTime(_endedAt);

    /// <summary>The group's own instances, by id.</summary>
    public ImmutableArray<Instance> Of(GroupId group) =>
        _byGroup.TryGetValue(group, out var instances) ? instances : [];

    /// <summary>What of a listing is an installation's own, by group.</summary>
    private sealed class OwnedInstances(InstallationId installation)
    {
        private readonly Dictionary<GroupId, SortedDictionary<InstanceId, Instance>> _groups = [];

        public void Add(Instance instance)
        {
            // The filter is the cloud's work, ownership is ours: a cloud that shows too much must not cost a foreign instance.
            if (instance.Read<GroupId>(MusterTags.Group) is { } group && instance.IsOwnedBy(installation, group))
            {
                // Each once, although a moving listing may show it on two pages: the later page is the newer truth.
                (_groups.TryGetValue(group, out var latest) ? latest : _groups[group] = [])[instance.Id] = instance;
            }
        }

        public FrozenDictionary<GroupId, ImmutableArray<Instance>> ByGroup() =>
            _groups.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Values.ToImmutableArray());
    }
}
