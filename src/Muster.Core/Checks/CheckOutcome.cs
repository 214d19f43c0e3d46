namespace Muster.Core.Checks;

/// <summary>How a level check ended.</summary>
public enum CheckOutcome
{
    /// <summary>The level holds; nothing was done.</summary>
    Idle,

    /// <summary>Everything the plan wanted was done.</summary>
    Acted,

    /// <summary>Something the plan wanted is held back by a brake, a suspension or a wait.</summary>
    Held,

    /// <summary>Something failed; the activities say what.</summary>
    Failed,

    /// <summary>Somebody else is at this group: nothing was done here.</summary>
    Yielded,
}
