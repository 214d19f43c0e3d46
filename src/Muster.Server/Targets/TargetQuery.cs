using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Health;

namespace Muster.Server.Targets;

/// <summary>What somebody asks of a group's targets.</summary>
/// <param name="Format">For whom.</param>
/// <param name="Port">The port; null where an attribute has it, or none is shown.</param>
/// <param name="Attribute">The attribute that has each instance's port; null for none.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Wait">For how long another answer is waited for.</param>
internal sealed record TargetQuery(TargetFormat Format, int? Port, string? Attribute, string Scheme, TimeSpan Wait)
{
    private const string AttributePrefix = "attribute:";

    private const int WaitMax = 60;

    /// <summary>Reads it; what says no port goes by the group's health check.</summary>
    /// <exception cref="InputException">Something is wrong: all of it.</exception>
    public static TargetQuery Read(string? format, string? port, string? scheme, string? wait, HealthCheck? health)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        TargetFormat? asked = format switch
        {
            null or "prometheus" => TargetFormat.Prometheus,
            "traefik" => TargetFormat.Traefik,
            "lines" => TargetFormat.Lines,
            _ => null,
        };
        if (asked is null)
        {
            errors.Add(new("format", format, "prometheus, traefik or lines"));
        }

        var (number, attribute) = port is null ? (health?.Port, health?.Attribute) : Port(port, errors);
        if (port is null && number is null && attribute is null && asked is not TargetFormat.Lines)
        {
            errors.Add(new("port", null, "1 to 65535, or attribute:NAME, since the group has no health check that says it"));
        }

        if (scheme is not (null or "http" or "https"))
        {
            errors.Add(new("scheme", scheme, "http or https"));
        }

        var seconds = 0;
        if (wait is not null
            && !(int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds <= WaitMax))
        {
            errors.Add(new("wait_s", wait, $"0 to {WaitMax} seconds"));
        }

        InputException.ThrowIfAny(errors);
        return new(
            asked!.Value, number, attribute, scheme ?? (health?.Kind is ProbeKind.Https ? "https" : "http"), TimeSpan.FromSeconds(seconds));
    }

    private static (int? Port, string? Attribute) Port(string text, ImmutableArray<InputError>.Builder errors)
    {
        if (text.StartsWith(AttributePrefix, StringComparison.Ordinal) && text.Length > AttributePrefix.Length)
        {
            return (null, text[AttributePrefix.Length..]);
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
        {
            return (port, null);
        }

        errors.Add(new("port", text, "1 to 65535, or attribute:NAME"));
        return (null, null);
    }
}
