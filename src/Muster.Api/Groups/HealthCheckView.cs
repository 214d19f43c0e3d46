using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How it is found out whether a group's instances work. What is left out is not a thing of its kind.</summary>
public sealed record HealthCheckView
{
    /// <summary><c>http</c>, <c>https</c>, <c>tcp</c>, <c>grpc</c> or <c>report</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The port; left out where an attribute names it, and for reports.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Port { get; init; }

    /// <summary>The attribute of each instance that holds its port.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Attribute { get; init; }

    /// <summary>What is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>By which method.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>Headers that are sent; left out where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Status codes that mean healthy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expect { get; init; }

    /// <summary>What the beginning of the answer's body must contain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyContains { get; init; }

    /// <summary>
    /// The header of the answer that says how busy the instance is, as a number, for the scale-in order <c>least-busy</c>. Of
    /// HTTP and HTTPS.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BusyHeader { get; init; }

    /// <summary>Whether the certificate must be one that the server trusts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? VerifyTls { get; init; }

    /// <summary>The service asked about; left out for the server as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Service { get; init; }

    /// <summary>The network of the address that is asked; left out for an instance's first address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Network { get; init; }

    /// <summary>Seconds from one probe of an instance to the next.</summary>
    public required double IntervalS { get; init; }

    /// <summary>Seconds that one probe may take.</summary>
    public required double TimeoutS { get; init; }

    /// <summary>Probes in a row that must succeed.</summary>
    public required int HealthyAfter { get; init; }

    /// <summary>Probes in a row that must fail.</summary>
    public required int UnhealthyAfter { get; init; }

    /// <summary>Seconds after a launch in which nothing that is found counts.</summary>
    public required double GraceS { get; init; }

    /// <summary>Seconds after its launch by which an instance must have been healthy once.</summary>
    public required double BootTimeoutS { get; init; }
}
