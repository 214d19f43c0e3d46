using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Templates;

namespace Muster.Clouds.Libvirt;

/// <summary>How a cloud of hosts is set up.</summary>
internal sealed record LibvirtCloudOptions
{
    /// <summary>What templates call it.</summary>
    public required string Cloud { get; init; }

    /// <summary>Its hosts; one without a zone, or several of which each is one.</summary>
    public required ImmutableArray<LibvirtAddress> Hosts { get; init; }

    /// <summary>What holds where a template does not say otherwise.</summary>
    public required LibvirtDefaults Defaults { get; init; }

    /// <summary>How long an instance may take to shut down before its plug is pulled.</summary>
    public required TimeSpan StopGrace { get; init; }

    /// <summary>How long a look may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
