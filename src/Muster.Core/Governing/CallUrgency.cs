using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Who comes first where calls wait for their turn.</summary>
public enum CallUrgency
{
    /// <summary>The engine's own work: sweeps, follow-ups, and whatever a user's change still needs after its first calls.</summary>
    Routine,

    /// <summary>The first calls of a check that a user waits for.</summary>
    Urgent,
}
