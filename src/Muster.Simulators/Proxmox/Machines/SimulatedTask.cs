namespace Muster.Simulators.Proxmox.Machines;

/// <summary>A task of the simulated cluster.</summary>
/// <param name="Upid">Its id.</param>
/// <param name="Node">The node that does it.</param>
/// <param name="Type">What is done: <c>qmclone</c>.</param>
/// <param name="About">The number of the machine; of a clone, that of its template.</param>
/// <param name="User">Who began it.</param>
/// <param name="StartedAt">When, in seconds of Unix time.</param>
internal sealed record SimulatedTask(string Upid, string Node, string Type, string About, string User, long StartedAt)
{
    /// <summary>How it ended; null while it is under way.</summary>
    public string? Exit { get; set; }
}
