namespace Muster.Simulators.OpenStack;

/// <summary>A member of a simulated pool: a record, and nobody who sends it anything.</summary>
public sealed record SimulatedMember
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its pool's id.</summary>
    public required Guid Pool { get; init; }

    /// <summary>Its name; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its address.</summary>
    public required string Address { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>The id of its subnet; null where it was told none.</summary>
    public string? Subnet { get; init; }

    /// <summary>Its weight.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether it is switched on.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>What is being done to it: <c>ACTIVE</c>.</summary>
    public string Provisioning { get; init; } = "ACTIVE";

    /// <summary>What the health monitor found: <c>ONLINE</c>; null for what follows from the rest.</summary>
    public string? Found { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed; null for never.</summary>
    public DateTimeOffset? Updated { get; init; }
}
