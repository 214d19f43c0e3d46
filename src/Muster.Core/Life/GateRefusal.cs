namespace Muster.Core.Life;

/// <summary>Why what is said to a gate is refused.</summary>
public enum GateRefusal
{
    /// <summary>The group has no such gate.</summary>
    Unknown,

    /// <summary>The instance does not wait at it.</summary>
    NotWaiting,

    /// <summary>It was said after the gate's deadline: what silence means has happened.</summary>
    TooLate,

    /// <summary>Something else was said before, and that stands.</summary>
    Answered,
}
