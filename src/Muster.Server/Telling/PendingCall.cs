namespace Muster.Server.Telling;

/// <summary>One call and how far it is. Guarded by the keeper's gate.</summary>
/// <param name="call">What is to be told.</param>
internal sealed class PendingCall(HookCall call)
{
    /// <summary>What is to be told, as it was seen last.</summary>
    public HookCall Call { get; set; } = call;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether it failed, and nobody has asked since whether it still waits.</summary>
    public bool IsDoubted { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsOver { get; set; }
}
