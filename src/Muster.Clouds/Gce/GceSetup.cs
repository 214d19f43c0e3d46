using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Wire;

namespace Muster.Clouds.Gce;

/// <summary>What a configuration comes to.</summary>
/// <param name="Options">How the connection is set up.</param>
/// <param name="File">The credential's file; null for the metadata server.</param>
/// <param name="Document">What it said.</param>
/// <param name="MetadataHost">The metadata server.</param>
internal sealed record GceSetup(GceCloudOptions Options, string? File, CredentialDocument? Document, string MetadataHost)
{
    /// <summary>A record prints its members, and a document holds a key.</summary>
    public override string ToString() => $"{Options.Project} in {Options.Region}";
}
