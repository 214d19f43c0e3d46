using System.Collections.Immutable;

using Muster.Clouds.Vsphere.Wire;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>A virtual machine that carries a launch's marks.</summary>
internal sealed record Vm
{
    /// <summary>Which.</summary>
    public required MoRef Ref { get; init; }

    /// <summary>Its instance UUID, which is its launch's id.</summary>
    public required string Uuid { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its tags.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>Whether it is on: <c>poweredOn</c>, <c>poweredOff</c>, <c>suspended</c>.</summary>
    public required string Power { get; init; }

    /// <summary>
    /// Whether vCenter reaches it: <c>connected</c>, <c>disconnected</c>, <c>inaccessible</c>, <c>invalid</c>, <c>orphaned</c>.
    /// </summary>
    public required string Connection { get; init; }

    /// <summary>Its host; null where vCenter does not tell.</summary>
    public MoRef? Host { get; init; }

    /// <summary>The address that the tools in it tell; null where they do not.</summary>
    public string? Address { get; init; }
}
