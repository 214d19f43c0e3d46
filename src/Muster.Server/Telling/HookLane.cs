namespace Muster.Server.Telling;

/// <summary>Those that one address is told about, in the order in which they are due. Guarded by the keeper's gate.</summary>
internal sealed class HookLane
{
    /// <summary>What is to be told. Those that wait no more stay in it until their turn.</summary>
    public PriorityQueue<PendingCall, TimeSpan> Due { get; } = new();

    /// <summary>Being told.</summary>
    public int Telling { get; set; }
}
