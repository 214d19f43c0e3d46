using System.Collections.Immutable;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Local.Templates;

/// <summary>A template in this cloud's terms.</summary>
/// <param name="Command">The absolute path of the executable, then its arguments.</param>
/// <param name="Limits">Null for none.</param>
/// <param name="StopGrace">From SIGTERM to SIGKILL.</param>
/// <param name="Metadata">Environment variables made of the template's metadata.</param>
internal sealed record InstanceSpec(
    ImmutableArray<string> Command,
    SizeLimits? Limits,
    TimeSpan StopGrace,
    ImmutableSortedDictionary<string, string> Metadata);
