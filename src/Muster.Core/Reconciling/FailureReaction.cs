using System.Diagnostics;

using Muster.Core.Clouds;

namespace Muster.Core.Reconciling;

/// <summary>What a failure of one kind means for a group: the page to read when asking "what does Muster do when ...".</summary>
/// <param name="Words">What it is, to a user.</param>
/// <param name="IsAboutCloud">
/// Whether it is about the cloud or the credential: nothing more is started in that check. Else it is about what was asked for: a launch
/// that fails stops launches, a termination that fails stops that instance's.
/// </param>
/// <param name="CountsForBreaker">Whether it is the launch's own fault: enough of them in a row stop launching.</param>
/// <param name="IsHopeless">Whether repeating the same launch is useless: stops launching at once.</param>
/// <param name="RetryMin">First wait before the group acts again.</param>
/// <param name="RetryMax">Longest wait.</param>
public sealed record FailureReaction(
    string Words, bool IsAboutCloud, bool CountsForBreaker, bool IsHopeless, TimeSpan RetryMin, TimeSpan RetryMax)
{
    /// <summary>Whether the cloud has nothing left to give there, for anybody or for this account: another placement may have.</summary>
    public bool IsWantOfRoom { get; private init; }

    /// <summary>The reaction to a failure of that kind.</summary>
    public static FailureReaction To(CloudErrorKind kind) => kind switch
    {
        // The governor keeps the cloud's own silence for the whole credential; this is only the group's share.
        CloudErrorKind.Throttled => new("throttled by the cloud", true, false, false, Seconds(1), Seconds(60)),
        CloudErrorKind.Unavailable => new("cloud unavailable", true, false, false, Seconds(1), Minutes(5)),
        CloudErrorKind.Unauthorized => new("unauthorized: the cloud refuses the credential", true, false, false, Seconds(30), Minutes(15)),
        CloudErrorKind.QuotaExceeded => new("quota exceeded", false, true, false, Seconds(30), Minutes(15)) { IsWantOfRoom = true },
        CloudErrorKind.OutOfStock => new("out of stock", false, true, false, Seconds(15), Minutes(5)) { IsWantOfRoom = true },
        CloudErrorKind.InvalidRequest => new("bad template", false, true, true, Seconds(30), Minutes(15)),
        CloudErrorKind.NotFound => new("not found", false, true, false, Seconds(15), Minutes(5)),
        CloudErrorKind.Ambiguous => new("outcome unknown", false, false, false, Seconds(1), Seconds(60)),
        _ => throw new UnreachableException($"cloud error {kind}"),
    };

    /// <summary>What a failure of that kind is when it is an instance that was told to end, to a user.</summary>
    public static string WordsOfTermination(CloudErrorKind kind) => kind is CloudErrorKind.InvalidRequest ? "refused" : To(kind).Words;

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
