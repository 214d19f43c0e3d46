using Muster.Core.Health;

namespace Muster.Core.Members;

/// <summary>One thing that is said of an instance. Said twice, it is as if it were said once.</summary>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Instance">Which instance.</param>
public sealed record NoteChange(string Cloud, InstanceId Instance)
{
    /// <summary>What a source finds, in place of what it found before; null for nothing new.</summary>
    public Finding? Finding { get; init; }

    /// <summary>
    /// When somebody listened to all that was said. Heartbeats that would have come within that time, and did not, have stopped; null where
    /// nobody says so.
    /// </summary>
    public Listening? Listened { get; init; }

    /// <summary>The source that says nothing any more; null for none.</summary>
    public string? Silenced { get; init; }

    /// <summary>Whether it is protected from now on; null where that stays as it is.</summary>
    public bool? IsProtected { get; init; }

    /// <summary>Whether it is on standby from now on; null where that stays as it is.</summary>
    public bool? IsStandby { get; init; }

    /// <summary>Why somebody wants it gone; null where that stays as it is.</summary>
    public string? UnwantedFor { get; init; }

    /// <summary>
    /// What is said to one of its gates; null for nothing. A store refuses what no gate waits for (<c>Life.Gatekeeping</c>).
    /// </summary>
    public GateWord? Gate { get; init; }

    /// <summary>
    /// Since when the instance is in the phase (<see cref="Member.Since"/>) that <see cref="Gate"/> is said of, as whoever says it has read
    /// it; null of one who has not: then it is said of the phase of the moment.
    /// </summary>
    public DateTimeOffset? GateOf { get; init; }

    /// <summary>Why it is let go; null where that stays as it is.</summary>
    public string? DetachedFor { get; init; }

    /// <summary>Why it is being taken in; null where that stays as it is.</summary>
    public string? AttachingFor { get; init; }

    /// <summary>Whether it is taken in now, so that it counts as any other.</summary>
    public bool IsAttached { get; init; }

    /// <summary>When somebody took back that it was to end; null where that stays as it is.</summary>
    public DateTimeOffset? KeptAt { get; init; }

    /// <summary>When somebody outside said this, who may wait for a check that has heard it; null of what Muster found itself.</summary>
    public DateTimeOffset? SaidAt { get; init; }

    /// <summary>Whether the instance is gone, so that all is forgotten that was said of it.</summary>
    public bool IsGone { get; init; }
}
