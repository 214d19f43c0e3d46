using Muster.Core;

namespace Muster.Terraform.Plugin;

/// <summary>What the provider has around it.</summary>
public sealed class TerraformPluginContext
{
    /// <summary>Where the one line of the handshake goes, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where the log goes.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>An environment variable's value; null when unset.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where keys and names come from.</summary>
    public required IRandomSource Random { get; init; }
}
