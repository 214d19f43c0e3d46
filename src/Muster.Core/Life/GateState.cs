namespace Muster.Core.Life;

/// <summary>How a gate stands.</summary>
public enum GateState
{
    /// <summary>It holds the instance.</summary>
    Waiting,

    /// <summary>The instance may go on, since somebody said so, or nobody said anything and that means so.</summary>
    Passed,

    /// <summary>What waits is given up, since somebody said so, or nobody said anything and that means so.</summary>
    Abandoned,
}
