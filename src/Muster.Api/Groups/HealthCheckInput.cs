using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>How it is found out whether a group's instances work; what is left out keeps its default, or stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HealthCheckInput
{
    /// <summary>
    /// <c>http</c>, <c>https</c>, <c>tcp</c>, <c>grpc</c> (grpc.health.v1), <c>report</c> (nobody asks, somebody reports), or <c>none</c>,
    /// which removes the health check. Required for a group that has none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kind { get; init; }

    /// <summary>The port, 1 to 65535. Not beside attribute; one of the two is required unless the kind is <c>report</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Port { get; init; }

    /// <summary>The attribute of each instance that holds its port, such as <c>port</c> of the cloud <c>local</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Attribute { get; init; }

    /// <summary>What is asked for, with a slash in front; <c>/</c> when left out. Of HTTP and HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary><c>GET</c> (when left out), <c>HEAD</c>, <c>POST</c> or <c>OPTIONS</c>. Of HTTP and HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>Headers to send, at most 20, all of them in place of those there are. Of HTTP and HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Status codes that mean healthy: <c>200-299</c> (when left out), <c>200,204</c>. Of HTTP and HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expect { get; init; }

    /// <summary>What the beginning of the answer's body must contain; an empty text for nothing. Of HTTP and HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyContains { get; init; }

    /// <summary>
    /// The header of the answer that says how busy the instance is, as a number, for the scale-in order <c>least-busy</c>; an empty text
    /// for none. Of HTTP and HTTPS.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BusyHeader { get; init; }

    /// <summary>Whether the certificate must be one that the server trusts; true when left out. Of HTTPS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? VerifyTls { get; init; }

    /// <summary>The service asked about; an empty text for the server as a whole. Of gRPC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Service { get; init; }

    /// <summary>
    /// Which of an instance's addresses: the first within this network, as <c>10.0.0.0/8</c>; an empty text for the first of all.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Network { get; init; }

    /// <summary>Seconds from one probe of an instance to the next, 1 to 3600; 10 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? IntervalS { get; init; }

    /// <summary>Seconds that one probe may take, from 0.1 to the interval; 2 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TimeoutS { get; init; }

    /// <summary>Probes in a row that must succeed, 1 to 100; 2 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HealthyAfter { get; init; }

    /// <summary>Probes in a row that must fail, 1 to 100; 3 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? UnhealthyAfter { get; init; }

    /// <summary>Seconds after a launch in which nothing that is found counts, 0 to 86400; 0 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GraceS { get; init; }

    /// <summary>Seconds after its launch by which an instance must have been healthy once, 10 to 86400; 900 when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BootTimeoutS { get; init; }

    /// <summary>By content: record equality would compare the headers by reference.</summary>
    public bool Equals(HealthCheckInput? other) =>
        other is not null && Kind == other.Kind && Port == other.Port && Attribute == other.Attribute && Path == other.Path
        && Method == other.Method && Same(Headers, other.Headers) && Expect == other.Expect && BodyContains == other.BodyContains
        && BusyHeader == other.BusyHeader
        && VerifyTls == other.VerifyTls && Service == other.Service && Network == other.Network && IntervalS == other.IntervalS
        && TimeoutS == other.TimeoutS && HealthyAfter == other.HealthyAfter && UnhealthyAfter == other.UnhealthyAfter
        && GraceS == other.GraceS && BootTimeoutS == other.BootTimeoutS;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Port, Attribute, Path, IntervalS, TimeoutS);

    private static bool Same(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
