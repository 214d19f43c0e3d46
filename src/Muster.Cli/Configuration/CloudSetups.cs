using System.Collections.Immutable;

using Muster.Cli.Executables;
using Muster.Clouds.Kit;
using Muster.Core;

namespace Muster.Cli.Configuration;

/// <summary>What configured clouds are opened with.</summary>
internal static class CloudSetups
{
    /// <summary>Returns what a configured cloud is opened with.</summary>
    /// <param name="config">Which cloud.</param>
    /// <param name="data">The data directory of this Muster.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where ids come from.</param>
    /// <param name="say">Gets what the cloud's own tools say.</param>
    public static CloudSetup Of(
        CloudConfig config, string data, TimeProvider timeProvider, IRandomSource random, Action<string> say) => new()
        {
            Name = config.Name,
            DataDirectory = data,
            SelfPath = SelfPath.Current,
            Options = config.Options.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = say,
            Time = timeProvider,
            Random = random,
        };
}
