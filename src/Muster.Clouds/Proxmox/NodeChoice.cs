namespace Muster.Clouds.Proxmox;

/// <summary>How the node of a new machine is chosen.</summary>
internal enum NodeChoice
{
    /// <summary>One that has the template.</summary>
    Template,

    /// <summary>The one with the most free memory.</summary>
    Memory,

    /// <summary>Each in turn.</summary>
    RoundRobin,
}
