using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Gce.Wire;

/// <summary>Where traffic goes to: an address and a port of one instance.</summary>
internal sealed record NetworkEndpoint
{
    /// <summary>The instance's name, or its link.</summary>
    public string? Instance { get; init; }

    public string? IpAddress { get; init; }

    public int? Port { get; init; }

    /// <summary>What its maker has written on it.</summary>
    public Dictionary<string, string>? Annotations { get; init; }

    public static NetworkEndpoint Of(JsonFields of) => new()
    {
        Instance = of.Text("instance"),
        IpAddress = of.Text("ipAddress"),
        Port = of.Small("port"),
        Annotations = of.TextMap("annotations"),
    };

    public JsonObject ToJson() => new JsonBody()
        .Add("instance", Instance)
        .Add("ipAddress", IpAddress)
        .Add("port", Port)
        .Add("annotations", Annotations)
        .Object;
}

/// <summary>An endpoint, and what the health checks of each backend service say of it.</summary>
internal sealed record ListedEndpoint(NetworkEndpoint? NetworkEndpoint, EndpointHealth[]? Healths)
{
    public static ListedEndpoint Of(JsonFields of) => new(
        of.Object("networkEndpoint", NetworkEndpoint.Of), of.Array("healths", EndpointHealth.Of));
}

/// <summary>What one backend service says: HEALTHY, UNHEALTHY, DRAINING or UNKNOWN.</summary>
internal sealed record EndpointHealth(string? HealthState)
{
    public static EndpointHealth Of(JsonFields of) => new(of.Text("healthState"));
}

/// <summary>A page of the endpoints of a network endpoint group.</summary>
internal sealed record EndpointPage(ListedEndpoint[]? Items, string? NextPageToken, ScopeWarning? Warning)
{
    public static EndpointPage Of(JsonFields of) => new(
        of.Array("items", ListedEndpoint.Of), of.Text("nextPageToken"), of.Object("warning", ScopeWarning.Of));
}

/// <summary>Asks for the endpoints with what the health checks say.</summary>
internal sealed record EndpointsRequest(string HealthStatus)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("healthStatus", HealthStatus)
        .Object;
}

/// <summary>Endpoints that are to be attached or detached.</summary>
internal sealed record EndpointsChange(NetworkEndpoint[] NetworkEndpoints)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("networkEndpoints", NetworkEndpoints.Select(one => one.ToJson()))
        .Object;
}

/// <summary>A network endpoint group: what a backend service has in one zone.</summary>
internal sealed record EndpointGroup(string? NetworkEndpointType)
{
    public static EndpointGroup Of(JsonFields of) => new(of.Text("networkEndpointType"));
}
