using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Steering;

namespace Muster.Core.Storage;

/// <summary>The part of what Muster remembers that a steering round needs.</summary>
public interface ISteeringStore
{
    /// <summary>
    /// All active groups that have a policy other than one that is off or a schedule (<see cref="Policy.IsSteering"/>), by id.
    /// </summary>
    Task<ImmutableArray<SteeredGroup>> ListSteeredAsync(CancellationToken cancellationToken);

    /// <summary>What the last round concluded for a group; <see cref="SteeringState.None"/> before the first.</summary>
    Task<SteeringState> FindSteeringAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what an outside system told a receiver, in place of what it told before; nothing where the group, or the policy, lives no
    /// more.
    /// </summary>
    Task TellAsync(GroupId group, string policy, ReceivedWord word, CancellationToken cancellationToken);

    /// <summary>Keeps readings until the rounds have them; nothing where the group lives no more. See <see cref="Pushes"/>.</summary>
    Task PushReadingsAsync(GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Readings of a group that were pushed in the last hour, by metric, instance and time, whether any policy reads them or not; empty
    /// where the group lives no more.
    /// </summary>
    Task<ImmutableArray<PushedReading>> FindPushedAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what a round concluded, in few statements for many groups: the claim in place of what steering claimed before, the state in
    /// place of the state, but for words that receivers were told since it was read, and the activity. Groups that do not live any more
    /// are passed over.
    /// </summary>
    /// <remarks>
    /// Records of one account that claim or tell something are kept as a whole or not at all, and so are all the others together; a call
    /// that failed may have kept some of these parts. Without activities it may be made again without harm. Reasons are cut at <see
    /// cref="SteeringState.ReasonMax"/> characters. A record whose <see cref="SteeringRecord.Basis"/> is not what is there is passed over.
    /// </remarks>
    /// <param name="records">Of each group, one.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">A record speaks for another source or group, or a group has two: a caller's bug.</exception>
    /// <exception cref="InputException">A claim may not be kept; nothing was written.</exception>
    /// <returns>The activities as kept, with positions and counts.</returns>
    Task<ImmutableArray<Activity>> SteerAsync(ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken);
}

/// <summary>A group as a steering round reads it.</summary>
/// <param name="Record">The group, with policies and claims.</param>
/// <param name="State">What the last round concluded.</param>
/// <param name="Pushed">Readings that were pushed in the last hour, by metric, instance and time.</param>
public sealed record SteeredGroup(GroupRecord Record, SteeringState State, ImmutableArray<PushedReading> Pushed);

/// <summary>What a round leaves behind for one group.</summary>
/// <param name="Group">Which.</param>
/// <param name="State">The state after it.</param>
/// <param name="Claim">What steering claims from now on; null to leave what it claims.</param>
/// <param name="Activity">What the audit trail learns; null for nothing.</param>
public sealed record SteeringRecord(GroupId Group, SteeringState State, Claim? Claim = null, Activity? Activity = null)
{
    /// <summary>
    /// What the round went by. Where another has concluded something since, this one has been overtaken: it would take back a move that it
    /// does not know of, and make the policy forget its cool-down. Null for a record that is written over whatever is there.
    /// </summary>
    public SteeringBasis? Basis { get; init; }

    /// <summary>For stores: refuses records of which one would speak for another source or group, or which are two of one group.</summary>
    /// <exception cref="ArgumentException">There is one: a bug in the caller.</exception>
    public static void EnsureOfSteering(ImmutableArray<SteeringRecord> records)
    {
        var groups = new HashSet<GroupId>(records.Length);
        foreach (var record in records)
        {
            if (!groups.Add(record.Group))
            {
                throw new ArgumentException($"group {record.Group} has two records of one round", nameof(records));
            }

            if (record.Activity is { } activity && activity.Group != record.Group)
            {
                throw new ArgumentException($"a record of group {record.Group} tells of group {activity.Group}", nameof(records));
            }

            if (record.Claim is { Source: not Claim.Steering })
            {
                throw new ArgumentException($"a record of group {record.Group} claims for {record.Claim.Source}", nameof(records));
            }
        }
    }
}

/// <summary>Which conclusion of a group a round has read.</summary>
/// <param name="EvaluatedAt">When that was made; null for none.</param>
public sealed record SteeringBasis(DateTimeOffset? EvaluatedAt);
