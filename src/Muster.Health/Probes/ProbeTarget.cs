using System.Globalization;
using System.Net;

using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Health.Probes;

/// <summary>One instance as probes reach it, and the connection that is kept to it from one probe to the next.</summary>
/// <remarks>
/// It reaches the addresses that the cloud lists for the instance, and nothing else: a name among them is not resolved, since who answers
/// for it is not the cloud. Not safe to share: one probe at a time.
/// </remarks>
public sealed class ProbeTarget : IDisposable
{
    /// <param name="plan">How its group is probed.</param>
    /// <param name="instance">As the cloud lists it.</param>
    public ProbeTarget(ProbePlan plan, Instance instance)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(instance);
        Plan = plan;
        (Address, Obstacle) = Find(plan, instance);
    }

    /// <summary>How its group is probed.</summary>
    public ProbePlan Plan { get; }

    /// <summary>Where it is asked; null where that cannot be told.</summary>
    public IPEndPoint? Address { get; }

    /// <summary>Why it cannot be told, in words; null where it can.</summary>
    public string? Obstacle { get; }

    /// <summary>The connection that is kept; null for none. Of HTTP and HTTPS.</summary>
    internal HttpConnection? Http { get; set; }

    /// <summary>The connection that is kept; null for none. Of gRPC.</summary>
    internal GrpcConnection? Grpc { get; set; }

    /// <summary>Whether the same address is asked.</summary>
    public bool ReachesSame(ProbeTarget other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Equals(Address, other.Address) && Obstacle == other.Obstacle;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Http?.Dispose();
        Http = null;
        Grpc?.Dispose();
        Grpc = null;
    }

    private static (IPEndPoint? Address, string? Obstacle) Find(ProbePlan plan, Instance instance)
    {
        var (port, obstacle) = PortOf(plan, instance);
        if (obstacle is not null)
        {
            return (null, obstacle);
        }

        foreach (var text in instance.Addresses.IsDefault ? [] : instance.Addresses)
        {
            if (InstanceAddress.Parse(text) is { } address && plan.Takes(address))
            {
                return (new(address, port), null);
            }
        }

        return (null, plan.Check.Network is { } network ? $"it has no address in {network}" : "it has no address");
    }

    private static (int Port, string? Obstacle) PortOf(ProbePlan plan, Instance instance)
    {
        if (plan.Check.Attribute is not { } name)
        {
            return (plan.Check.Port ?? 0, plan.Check.Port is null ? "its health check names no port" : null);
        }

        if (!instance.Attributes.TryGetValue(name, out var text))
        {
            return (0, $"it has no attribute {name}");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= IPEndPoint.MinPort + 1 and <= IPEndPoint.MaxPort
                ? (port, null)
                : (0, $"its attribute {name} is '{ForeignText.Shown(text, 20)}': no port");
    }
}
