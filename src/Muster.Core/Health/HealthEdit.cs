using System.Collections.Immutable;

namespace Muster.Core.Health;

/// <summary>What somebody asks of a group's health check; what is null stays as it is.</summary>
public sealed record HealthEdit
{
    /// <summary>One of <see cref="HealthRules.KindWords"/>.</summary>
    public string? Kind { get; init; }

    /// <inheritdoc cref="HealthCheck.Port"/>
    public int? Port { get; init; }

    /// <inheritdoc cref="HealthCheck.Attribute"/>
    public string? Attribute { get; init; }

    /// <inheritdoc cref="HealthCheck.Path"/>
    public string? Path { get; init; }

    /// <inheritdoc cref="HealthCheck.Method"/>
    public string? Method { get; init; }

    /// <inheritdoc cref="HealthCheck.Headers"/>
    public ImmutableSortedDictionary<string, string>? Headers { get; init; }

    /// <inheritdoc cref="HealthCheck.Expect"/>
    public string? Expect { get; init; }

    /// <summary>Nothing at all for no such rule. See <see cref="HealthCheck.BodyContains"/>.</summary>
    public string? BodyContains { get; init; }

    /// <summary>Nothing at all for none. See <see cref="HealthCheck.BusyHeader"/>.</summary>
    public string? BusyHeader { get; init; }

    /// <inheritdoc cref="HealthCheck.VerifyTls"/>
    public bool? VerifyTls { get; init; }

    /// <summary>Nothing at all for the server as a whole. See <see cref="HealthCheck.Service"/>.</summary>
    public string? Service { get; init; }

    /// <summary>Nothing at all for any. See <see cref="HealthCheck.Network"/>.</summary>
    public string? Network { get; init; }

    /// <summary>Seconds. See <see cref="HealthCheck.Interval"/>.</summary>
    public double? IntervalSeconds { get; init; }

    /// <summary>Seconds. See <see cref="HealthCheck.Timeout"/>.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <inheritdoc cref="HealthCheck.HealthyAfter"/>
    public int? HealthyAfter { get; init; }

    /// <inheritdoc cref="HealthCheck.UnhealthyAfter"/>
    public int? UnhealthyAfter { get; init; }

    /// <summary>Seconds. See <see cref="HealthCheck.Grace"/>.</summary>
    public double? GraceSeconds { get; init; }

    /// <summary>Seconds. See <see cref="HealthCheck.BootTimeout"/>.</summary>
    public double? BootTimeoutSeconds { get; init; }
}
