using Muster.Core;
using Muster.Core.Launching;

namespace Muster.Clouds.Local.Files;

/// <summary>One reading of the directory of instances.</summary>
/// <param name="Present">Launches with a directory.</param>
/// <param name="Terminating">Launches with an order to end.</param>
/// <param name="Stopped">Launches with an order to rest.</param>
internal sealed record InstanceNames(
    IReadOnlySet<LaunchId> Present, IReadOnlySet<LaunchId> Terminating, IReadOnlySet<LaunchId> Stopped);
