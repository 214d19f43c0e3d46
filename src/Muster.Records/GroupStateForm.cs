using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>The form of a <see cref="GroupState"/>: a row of <c>group_states</c>.</summary>
public sealed record GroupStateForm(
    GroupId GroupId,
    long Fence,
    GroupCondition Condition,
    string Reason,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? CheckedAt,
    int Running,
    int Provisioning,
    int Pending,
    int Dead,
    int Terminating,
    int Unknown,
    int EstablishedLevel,
    BreakerForm? Breaker,
    bool MassFailure,
    BucketForm[]? Launched,
    BucketForm[]? Terminated,
    TerminationForm[]? RecentTerminations,
    int FailuresInRow,
    MemberForm[]? Members,
    PlacementForm[]? Placements,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MovesForm? Moves = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] decimal SpendPerHour = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unhealthy = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Draining = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Warm = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Warming = 0) : IForm<GroupStateForm, GroupState>
{
    /// <inheritdoc/>
    public static GroupStateForm Of(GroupState value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var only = value.Of(Placement.Only);
        return new(
            value.Group,
            value.Fence,
            value.Condition,
            value.Reason,
            value.NextAttemptAt,
            value.CheckedAt,
            value.Counts.Running,
            value.Counts.Provisioning,
            value.Counts.Pending,
            value.Counts.Dead,
            value.Counts.Terminating,
            value.Counts.Unknown,
            only.EstablishedLevel,
            BreakerForm.Of(only.Breaker),
            only.MassFailure,
            BucketForm.Of(value.Launched),
            BucketForm.Of(value.Terminated),
            TerminationForm.Of(value.RecentTerminations),
            only.FailuresInRow,
            MemberForm.Of(value.Members),
            PlacementForm.OfOthers(value.Placements),
            MovesForm.Of(value),
            value.SpendPerHour,
            value.Counts.Unhealthy,
            value.Counts.Draining,
            value.Counts.Warm,
            value.Counts.Warming);
    }

    /// <inheritdoc/>
    public GroupState ToValue() => MovesForm.Apply(ToStateWithoutMoves(), Moves);

    private GroupState ToStateWithoutMoves() => new()
    {
        Group = GroupId,
        Fence = Fence,
        Condition = Condition,
        Reason = Reason,
        NextAttemptAt = NextAttemptAt,
        CheckedAt = CheckedAt,
        Counts = new()
        {
            Running = Running,
            Provisioning = Provisioning,
            Pending = Pending,
            Dead = Dead,
            Terminating = Terminating,
            Unknown = Unknown,
            Unhealthy = Unhealthy,
            Draining = Draining,
            Warm = Warm,
            Warming = Warming,
        },
        Placements = PlacementForm.ToValue(
            new()
            {
                EstablishedLevel = EstablishedLevel,
                Breaker = BreakerForm.ToValue(Breaker),
                MassFailure = MassFailure,
                FailuresInRow = FailuresInRow,
            },
            Placements),
        Launched = BucketForm.ToValue(Launched),
        Terminated = BucketForm.ToValue(Terminated),
        RecentTerminations = TerminationForm.ToValue(RecentTerminations),
        Members = MemberForm.ToValue(Members),
        SpendPerHour = SpendPerHour,
    };
}
