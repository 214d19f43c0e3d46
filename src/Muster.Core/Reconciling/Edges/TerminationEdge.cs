using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// How a check may change what is remembered of instances that were told to end; see <see cref="RecentTermination"/> for the story.
/// </summary>
internal static class TerminationEdge
{
    private const string Path = "record.state.recent_terminations";

    /// <summary>Longest wait of an instance that refuses to end.</summary>
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(15);

    /// <summary>What every member is held to; a test compares the names.</summary>
    public static readonly IReadOnlySet<string> Decided = new HashSet<string>
    {
        nameof(RecentTermination.Instance), nameof(RecentTermination.Cloud), nameof(RecentTermination.At), nameof(RecentTermination.Reason),
        nameof(RecentTermination.IsTold), nameof(RecentTermination.FirstAt), nameof(RecentTermination.Failures),
        nameof(RecentTermination.Failure), nameof(RecentTermination.RetryAt),
    };

    /// <summary>Orders that are written down: new ones, and those that are given anew.</summary>
    public static int Begun(CheckEdge edge)
    {
        var known = Known(edge);
        return edge.Told.State.RecentTerminations.Count(one => IsPending(one) && known[one.Instance].All(was => was.At != one.At));
    }

    /// <summary>Orders that were written down, and are told not to have been given or to have been refused.</summary>
    public static int Undone(CheckEdge edge)
    {
        var told = edge.Told.State.RecentTerminations.ToLookup(one => one.Instance);
        return edge.Known.State.RecentTerminations.Count(
            was => IsPending(was) && told[was.Instance].All(one => one.RetryAt is not null || one.At != was.At));
    }

    public static void Check(CheckEdge edge)
    {
        var (known, told) = (Known(edge), edge.Told.State.RecentTerminations);
        edge.Require(
            told.All(one => one is { Instance.Value: { Length: > 0 and <= CheckBounds.NameMax }, Reason: not null, Failures: >= 0
                and <= CheckBounds.FailuresMax }
                && CheckBounds.IsText(one.Reason) && CheckBounds.IsText(one.Failure)),
            Path, null, $"instances of 1 to {CheckBounds.NameMax} characters, and reasons of at most {CheckBounds.TextMax}");
        edge.Require(
            told.DistinctBy(one => one.Instance).Count() == told.Length || told.Length <= edge.Known.State.RecentTerminations.Length,
            Path,
            null,
            "each instance once");
        edge.Require(
            told.All(one => (one.At <= edge.Now + CheckBounds.ClockSlack && !(one.FirstAt > edge.Now + CheckBounds.ClockSlack)
                && !(one.RetryAt > edge.Now + RetryMax + CheckBounds.ClockSlack)) || known[one.Instance].Contains(one)),
            Path, null, $"no moments to come, and the next order within {RetryMax.TotalMinutes} minutes");
        var added = told.Count(one => !known.Contains(one.Instance));
        edge.RequireFrom(
            added <= (edge.IsLeased ? CheckBounds.PerCheckMax : 0),
            Path,
            added,
            edge.IsLeased ? $"{CheckBounds.PerCheckMax} more at most" : "none more without a lease");
        edge.RequireFrom(
            told.All(one => known[one.Instance].All(was => MayFollow(edge, was, one))),
            Path,
            null,
            "what may follow from what was remembered");
    }

    private static bool MayFollow(CheckEdge edge, RecentTermination was, RecentTermination one) =>
        (was.At == one.At || CheckBounds.IsRecent(one.At, edge.Now))

        // What was told stays told, unless it was ordered anew.
        && (one.IsTold || !was.IsTold || (edge.IsLeased && one.At > was.At))
        && one.Failures <= was.Failures + 1

        // Since when it should be ending is kept; an order that was never given leaves what was there before it.
        && (one.Since <= was.Since || edge.IsLeased || one.FirstAt is null);

    private static bool IsPending(RecentTermination one) => one is { IsTold: false, IsUnderWay: true };

    private static ILookup<InstanceId, RecentTermination> Known(CheckEdge edge) =>
        edge.Known.State.RecentTerminations.ToLookup(one => one.Instance);
}
