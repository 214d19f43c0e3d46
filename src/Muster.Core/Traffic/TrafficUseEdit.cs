namespace Muster.Core.Traffic;

/// <summary>One source as somebody asks for it in a group's list; what is null was left out.</summary>
public sealed record TrafficUseEdit
{
    /// <summary>Required.</summary>
    public string? Source { get; init; }

    /// <inheritdoc cref="TrafficUse.Backend"/>
    public string? Backend { get; init; }

    /// <inheritdoc cref="TrafficUse.Service"/>
    public string? Service { get; init; }

    /// <inheritdoc cref="TrafficUse.Port"/>
    public int? Port { get; init; }

    /// <inheritdoc cref="TrafficUse.Attribute"/>
    public string? Attribute { get; init; }

    /// <inheritdoc cref="TrafficUse.Network"/>
    public string? Network { get; init; }

    /// <inheritdoc cref="TrafficUse.Path"/>
    public string? Path { get; init; }

    /// <inheritdoc cref="TrafficUse.Health"/>
    public bool? Health { get; init; }
}
