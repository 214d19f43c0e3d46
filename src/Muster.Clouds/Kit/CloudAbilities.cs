using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Traffic;

namespace Muster.Clouds.Kit;

/// <summary>Abilities as words, and as an open cloud shows them.</summary>
public static class CloudAbilities
{
    private static readonly ImmutableArray<(CloudAbility Ability, string Word, Func<ICloud, bool> Has)> All =
    [
        (CloudAbility.LaunchTokens, "launch_tokens", cloud => cloud.Traits.LaunchTokens),
        (CloudAbility.Zones, "zones", cloud => cloud is IZonedCloud { MayHaveZones: true }),
        (CloudAbility.Prices, "prices", cloud => cloud is IPricedCloud { MayHavePrices: true }),
        (CloudAbility.Interruptible, "interruptible", cloud => cloud.Traits.Interruptible),
        (CloudAbility.Watch, "watch", cloud => cloud.Traits.Watches),
        (CloudAbility.Usage, "usage", cloud => cloud is IMeteredCloud { MayHaveUsage: true }),
        (CloudAbility.Stop, "stop", cloud => cloud is IStoppingCloud),
        (CloudAbility.Suspend, "suspend", cloud => cloud is IStoppingCloud { CanSuspend: true }),
        (CloudAbility.Retag, "retag", cloud => cloud is IRetaggingCloud),
        (CloudAbility.Balancers, "balancers", cloud => cloud is IBalancingCloud),
        (CloudAbility.Leftovers, "leftovers", cloud => cloud is ICloudWithLeftovers),
        (CloudAbility.Like, "like", cloud => cloud is ITemplateReadingCloud),
        (CloudAbility.SelfDescription, "self_description", cloud => cloud is ISelfDescribingCloud),
    ];

    /// <summary>The word of one, which scripts rely on.</summary>
    public static string Word(CloudAbility ability) => All.First(one => one.Ability == ability).Word;

    /// <summary>What an open cloud can do.</summary>
    public static ImmutableArray<CloudAbility> Of(ICloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        return [.. All.Where(one => one.Has(cloud)).Select(one => one.Ability)];
    }
}
