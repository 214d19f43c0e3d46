namespace Muster.Clouds.OpenStack;

/// <summary>A service of an OpenStack.</summary>
/// <param name="Type">Its type in the catalogue.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Version">What its address ends in, which not every catalogue says.</param>
/// <param name="VersionStart">How the version begins where a catalogue says it.</param>
internal sealed record OpenStackService(string Type, string Name, string Version, string VersionStart)
{
    /// <summary>Servers, flavors, limits.</summary>
    public static OpenStackService Compute { get; } = new("compute", "compute service", "v2.1", "v2");

    /// <summary>Images.</summary>
    public static OpenStackService Image { get; } = new("image", "image service", "v2", "v2");

    /// <summary>Networks and security groups.</summary>
    public static OpenStackService Network { get; } = new("network", "network service", "v2.0", "v2");

    /// <summary>Load balancers: pools and their members.</summary>
    public static OpenStackService LoadBalancer { get; } = new("load-balancer", "load balancer service", "v2", "v2");

    /// <summary>Its address with its version: <c>http://cloud.example:9696</c> becomes <c>http://cloud.example:9696/v2.0</c>.</summary>
    public Uri Versioned(Uri url)
    {
        var hasVersion = url.Segments.Any(part => part.StartsWith(VersionStart, StringComparison.Ordinal));
        return hasVersion ? url : new($"{url.AbsoluteUri.TrimEnd('/')}/{Version}");
    }
}
