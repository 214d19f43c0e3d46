using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>The first two stages of a check: looks at a group, and says what the look means. Does nothing.</summary>
/// <param name="installation">Whose instances count.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For activity ids and jitter.</param>
/// <param name="identities">For launch ids.</param>
/// <param name="options">Limits.</param>
internal sealed class Assessor(
    InstallationId installation,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    ReconcilerOptions options)
{
    /// <summary>Looks at one group's own instances.</summary>
    /// <exception cref="CloudException">It could not; nothing may be concluded.</exception>
    public Task<Observation> ObserveAsync(GroupRecord record, GovernedCloud cloud, CancellationToken cancellationToken) =>
        cloud.LookAsync(new(installation, record.Group.Account, record.Group.Id), timeProvider, cancellationToken);

    /// <summary>What a look means and what is to be done.</summary>
    /// <param name="record">Read from the store before the look.</param>
    /// <param name="cloud">The cloud looked at.</param>
    /// <param name="observation">The look.</param>
    /// <param name="lookedAgain">Whether it is the second look of this check.</param>
    /// <param name="mayEnd">The only instances that may be terminated, since the first look said so too; null for no such limit.</param>
    public Assessment Assess(
        GroupRecord record,
        GovernedCloud cloud,
        Observation observation,
        bool lookedAgain = false,
        ImmutableHashSet<InstanceId>? mayEnd = null) =>
        Assessment.Make(record, cloud.Traits, observation, lookedAgain, timeProvider.GetUtcNow(), options, random, identities, mayEnd);
}
