namespace Muster.Clouds.Proxmox.Wire;

/// <summary>How a task ended.</summary>
/// <param name="Upid">Which.</param>
/// <param name="Exit">What it ended with; <c>OK</c>, or warnings, where it worked.</param>
internal sealed record TaskState(string Upid, string Exit)
{
    /// <summary>Whether it worked; with warnings it did.</summary>
    public bool IsGood => Exit == "OK" || Exit.StartsWith("WARNINGS", StringComparison.Ordinal);
}
