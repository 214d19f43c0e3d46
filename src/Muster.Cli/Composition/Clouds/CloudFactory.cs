using Muster.Cli.Configuration;
using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Cli.Composition.Clouds;

/// <summary>Opens configured clouds.</summary>
internal static class CloudFactory
{
    /// <summary>Opens a cloud behind the governor of its credential.</summary>
    /// <param name="config">Which.</param>
    /// <param name="data">The data directory of this Muster.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where ids come from.</param>
    /// <param name="say">Gets what the cloud's own tools say.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="privateKey">The key it signs with, where that is in no file; never to be shown.</param>
    /// <exception cref="InputException">An option is wrong.</exception>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    public static async Task<CloudEntry> OpenAsync(
        CloudConfig config,
        string data,
        TimeProvider timeProvider,
        IRandomSource random,
        Action<string> say,
        CancellationToken cancellationToken,
        string? privateKey = null)
    {
        var setup = CloudSetups.Of(config, data, timeProvider, random, say) with { PrivateKey = privateKey };
        return Entry(config, await CloudKinds.OpenAsync(config.Kind, setup, cancellationToken), timeProvider);
    }

    /// <summary>Opens a cloud that is spoken to as each account; null when it has one credential for all.</summary>
    /// <exception cref="InputException">An option is wrong.</exception>
    public static ICloudByAccount? OpenByAccount(
        CloudConfig config, string data, TimeProvider timeProvider, IRandomSource random, Action<string> say) =>
        CloudKinds.OpenByAccount(config.Kind, CloudSetups.Of(config, data, timeProvider, random, say));

    /// <summary>A connection behind a governor of its own.</summary>
    /// <param name="config">The cloud.</param>
    /// <param name="cloud">The connection.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="account">Whose credential it is; null for one that serves every account.</param>
    public static CloudEntry Entry(CloudConfig config, ICloud cloud, TimeProvider timeProvider, AccountId? account = null) =>
        new(config.Name, config.Kind, Govern(cloud, config, timeProvider, account), account);

    private static GovernedCloud Govern(ICloud cloud, CloudConfig config, TimeProvider timeProvider, AccountId? account)
    {
        var traits = cloud.Traits;
        var burst = config.Burst ?? traits.Burst;
        return new(cloud, new CallGovernor(
            account is null ? config.Name : $"{config.Name}/{account}",
            new CallBudget(config.ReadsPerSecond ?? traits.ReadsPerSecond, burst) { Windows = traits.ReadWindows },
            new CallBudget(config.WritesPerSecond ?? traits.WritesPerSecond, burst) { Windows = traits.WriteWindows },
            timeProvider));
    }
}
