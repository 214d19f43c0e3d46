using System.Collections.Immutable;

using Muster.Core.Members;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// How a check may change what is remembered of instances: what a look shows. What people and sources say of them, no check writes.
/// </summary>
/// <remarks>
/// A member may be forgotten: its instance is gone when a whole listing must show it and does not
/// (<see cref="MemberReader"/>). What the listing was, the store cannot see, and it takes the check's word for it.
/// </remarks>
internal static class MemberEdge
{
    private const string Path = "record.state.members";
    private const int FailuresMax = 1_000_000;

    /// <summary>Longer than any wait, with what a cloud asks for and its listing's lag.</summary>
    private static readonly TimeSpan RetryMax = TimeSpan.FromHours(25);

    /// <summary>What every member is held to; a test compares the names.</summary>
    public static readonly IReadOnlySet<string> Decided = new HashSet<string>
    {
        nameof(Member.Instance), nameof(Member.Phase), nameof(Member.Since), nameof(Member.Cloud), nameof(Member.Failures),
        nameof(Member.RetryAt),
    };

    /// <summary>
    /// Drains that begin, and instances that are put to rest: each is decided under a lease, and the former are spent, as is who goes to
    /// rest from service. One that was to start and did not is in the pool again by what a look shows.
    /// </summary>
    public static int Begun(CheckEdge edge)
    {
        if (edge.Told.State.Members.IsDefault)
        {
            return 0;
        }

        var known = Roster.Of(edge.Known.State.Members);
        return edge.Told.State.Members.Count(member => member.Phase is MemberPhase.Draining or MemberPhase.Warm
            && known.Find(member.Instance)?.Phase is var before && before != member.Phase
            && (edge.IsLeased || before is not MemberPhase.Starting));
    }

    /// <summary>
    /// Drains that are over, and rests that are: of those that were cancelled, or never told, nothing is spent.
    /// </summary>
    public static int Undone(CheckEdge edge) => edge.Told.State.Members.IsDefault
        ? 0
        : Leaving(edge.Known.State.Members).Except(Leaving(edge.Told.State.Members)).Count();

    private static IEnumerable<InstanceId> Leaving(ImmutableArray<Member> members) => members
        .Where(member => member.Phase is MemberPhase.Draining or MemberPhase.Warm or MemberPhase.Starting)
        .Select(member => member.Instance);

    /// <remarks>
    /// An instance is on its way up since it was first seen so, or since its launch was answered, and that moment stays: it would else come
    /// up for ever, or be given up at once. Which launch made it, its tags say, and the store has never seen them.
    /// </remarks>
    public static void Check(CheckEdge edge)
    {
        var told = edge.Told.State.Members;
        var isWhole = !told.IsDefault && told.Length <= CheckBounds.CountMax
            && told.All(one => one.Instance.Value is { Length: > 0 and <= CheckBounds.NameMax })
            && told.DistinctBy(one => one.Instance).Count() == told.Length;
        edge.Require(isWhole, Path, null, $"instances of 1 to {CheckBounds.NameMax} characters, each once");
        if (!isWhole)
        {
            return;
        }

        var known = Roster.Of(edge.Known.State.Members);
        var answered = edge.Known.OpenLaunches.Where(launch => launch.Instance is not null).Select(launch => launch.UpdatedAt).ToHashSet();
        edge.Require(told.All(one => Enum.IsDefined(one.Phase)), Path, null, "one of the phases");
        var begun = Begun(edge);
        edge.RequireFrom(
            begun <= (edge.IsLeased ? CheckBounds.PerCheckMax : 0),
            Path,
            begun,
            edge.IsLeased
                ? $"{CheckBounds.PerCheckMax} more at most that drain or rest"
                : "none more that drains or rests without a lease");
        edge.Require(
            told.All(one => one.Failures is >= 0 and <= FailuresMax && !(one.RetryAt > edge.Now + RetryMax)),
            Path,
            null,
            $"0 to {FailuresMax} failures, and the next try within {DurationText.Format(RetryMax)}");
        edge.Require(told.All(one => one.Since <= edge.Now + CheckBounds.ClockSlack), Path, null, "no moments to come");
        edge.RequireFrom(
            told.All(one => known.Find(one.Instance) is { } before && before.Phase == one.Phase
                ? before.Since == one.Since
                : CheckBounds.IsRecent(one.Since, edge.Now) || answered.Contains(one.Since)

                    // Written down to start and never told: it rests since it did before.
                    || (edge.IsLeased && one.Phase is MemberPhase.Warm
                        && known.Find(one.Instance) is { Phase: MemberPhase.Starting })),
            Path, null, "since when it was first seen so, or its launch was answered");
    }
}
