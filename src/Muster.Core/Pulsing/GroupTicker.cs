using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>When one group is next checked, and whether it is being checked. Guarded by the pulse's gate.</summary>
internal sealed class GroupTicker(GroupId group)
{
    public GroupId Group { get; } = group;

    /// <summary>Where it lives; null until it was read once.</summary>
    public SweepKey? Sweep { get; set; }

    /// <summary>The group's own interval, as it was read last.</summary>
    public TimeSpan Interval { get; set; } = Groups.Group.IntervalDefault;

    /// <summary>When its interval is over.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether the last check could not look at the cloud.</summary>
    public bool IsBlind { get; set; }

    /// <summary>When it is checked by itself, apart from its sweep; null when nothing hurries.</summary>
    public TimeSpan? AloneAt { get; set; }

    /// <summary>
    /// Whether a user changed it, or asked for a check, through this server and it is not settled since: it is followed here whoever
    /// holds its sweep.
    /// </summary>
    public bool IsFollowed { get; set; }

    /// <summary>Whether a user waits for its next check.</summary>
    public bool IsWished { get; set; }

    /// <summary>Whether a user waits for the running check.</summary>
    public bool RunsForWish { get; set; }

    /// <summary>What a wake ends while the running check only waits; null while it does more than that.</summary>
    public WakeWait? Wait { get; set; }

    /// <summary>The sweep that claimed it and only looks so far: a wake takes it back from there. Null otherwise.</summary>
    public SweepTicker? LookedAtBy { get; set; }

    /// <summary>Since when the running check should have begun, or waits for the right to call; null while it does not wait.</summary>
    public TimeSpan? AwaitedSince { get; set; }

    /// <summary>Whether the running check was counted as late.</summary>
    public bool IsLate { get; set; }

    /// <summary>When the last check ended.</summary>
    public TimeSpan EndedAt { get; set; } = TimeSpan.MinValue;

    /// <summary>Until when a listing may not show what the newest hint was about; null when every check began after that.</summary>
    public TimeSpan? HintShownAt { get; set; }

    /// <summary>When the running check began, or the last one.</summary>
    public TimeSpan BeganAt { get; set; } = TimeSpan.MinValue;

    /// <summary>When the running check was due by the group's interval; null when it came at somebody's wish, or was the first.</summary>
    public TimeSpan? ClaimedFor { get; set; }

    /// <summary>Whether fewer instances ran at the end of the last check that looked than there must be.</summary>
    public bool IsBelow { get; set; }

    /// <summary>Follow-ups in a row; the exponent of their back-off.</summary>
    public int FollowUps { get; set; }

    /// <summary>Ends when the running check does; null while none runs.</summary>
    public TaskCompletionSource? Running { get; set; }

    /// <summary>Whether somebody asked for a check while one was running: it may have looked before the change.</summary>
    public bool WakeAgain { get; set; }
}
