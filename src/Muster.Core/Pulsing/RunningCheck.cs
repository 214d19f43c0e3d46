namespace Muster.Core.Pulsing;

/// <summary>One check of one group while it runs: what it waits for, and what came up meanwhile.</summary>
/// <remarks>Not safe to share: whoever changes it holds the gate.</remarks>
/// <param name="beganAt">When it began.</param>
/// <param name="dueAt">When the group's interval asked for it; null when a user did, or when it is the first.</param>
/// <param name="isWish">Whether a user waits for it.</param>
internal sealed class RunningCheck(TimeSpan beganAt, TimeSpan? dueAt, bool isWish)
{
    // Made for the first who waits: hardly any check of many has one.
    private TaskCompletionSource? _ended;

    public TimeSpan BeganAt => beganAt;

    public TimeSpan? DueAt => dueAt;

    public bool IsWish => isWish;

    /// <summary>Since when it should have begun, or waits for the right to call; null while it does not wait.</summary>
    public TimeSpan? AwaitedSince { get; set; }

    /// <summary>Whether it was counted as late.</summary>
    public bool IsLate { get; set; }

    /// <summary>
    /// The sweep that began it and only looks so far: until the look is over a user's wake takes it back. Null otherwise.
    /// </summary>
    public HeldSweep? LookedAtBy { get; set; }

    /// <summary>Whether somebody woke the group since it began: it may have looked before the change.</summary>
    public bool WakeAgain { get; set; }

    /// <summary>What a wake ends while the check only waits; null while it does more than that.</summary>
    public WakeWait? Wait { get; set; }

    /// <summary>Ends when the check does.</summary>
    public Task Ended => (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>It is over.</summary>
    public void End() => _ended?.SetResult();

    /// <summary>Takes the wait, which the caller ends outside the gate.</summary>
    public WakeWait? TakeWait()
    {
        var wait = Wait;
        Wait = null;
        return wait;
    }
}
