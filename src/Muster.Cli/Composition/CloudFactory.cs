using System.Diagnostics;

using Muster.Cli.Configuration;
using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Cli.Composition;

/// <summary>Opens configured clouds: one line a kind.</summary>
internal static class CloudFactory
{
    /// <summary>Opens a cloud behind the governor of its credential.</summary>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    public static CloudEntry Open(CloudConfig config, TimeProvider time, IRandomSource random)
    {
        ICloud cloud = config.Kind switch
        {
            "local" => LocalCloud.Open(new() { Directory = config.Data, SelfPath = SelfPath }, time, random),
            var kind => throw new UnreachableException($"cloud kind {kind}"),
        };
        return new(config.Name, config.Kind, Govern(cloud, config, time));
    }

    private static GovernedCloud Govern(ICloud cloud, CloudConfig config, TimeProvider time)
    {
        var traits = cloud.Traits;
        var burst = config.Burst ?? traits.Burst;
        return new(cloud, new CallGovernor(
            config.Name,
            new CallBudget(config.ReadsPerSecond ?? traits.ReadsPerSecond, burst),
            new CallBudget(config.WritesPerSecond ?? traits.WritesPerSecond, burst),
            time));
    }

    // Under "dotnet muster.dll" the process is the runtime, which is no image to run.
    private static string? SelfPath =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "muster" ? path : null;
}
