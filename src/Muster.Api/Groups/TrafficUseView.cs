using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A source of traffic that a group uses, and what it says of itself there.</summary>
public sealed record TrafficUseView
{
    /// <summary>The source, as the server's configuration calls it.</summary>
    public required string Source { get; init; }

    /// <summary>The backend in which the instances get traffic; of HAProxy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Backend { get; init; }

    /// <summary>The service as which the instances are registered; of Consul.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Service { get; init; }

    /// <summary>The port on which they take traffic, 1 to 65535. Not beside attribute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Port { get; init; }

    /// <summary>The attribute of each instance that holds its port, such as <c>port</c> of the cloud <c>local</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Attribute { get; init; }

    /// <summary>Which of its addresses: the first within this network, such as <c>10.0.0.0/8</c>; the first of all when left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Network { get; init; }

    /// <summary>What is asked for at each instance, with a slash in front; of HTTP.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>Whether what the source's own checks say is a finding on the instances' health.</summary>
    public required bool Health { get; init; }
}
