namespace Muster.Traffic.Keeping;

/// <summary>Where one member, or one entry that is nobody's, stands at a source. Guarded by the gate of its use.</summary>
internal sealed class Place
{
    /// <summary>Whether a call for it is under way.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Calls in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Why the last one did; null where it did not.</summary>
    public string? Problem { get; set; }

    /// <summary>Whether that is sure: the source says so, or nobody can be told to it. Not of one that gave no answer.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Nothing is asked before that.</summary>
    public DateTimeOffset NextAt { get; set; }

    /// <summary>It is not asked before that to forget what it was asked to forget.</summary>
    public DateTimeOffset LeaveAt { get; set; }

    /// <summary>The beginning of the drain of which it was found empty; null where it was not.</summary>
    public DateTimeOffset? EmptyOf { get; set; }

    /// <summary>When it was first seen to be nobody's.</summary>
    public DateTimeOffset SeenAt { get; init; }
}
