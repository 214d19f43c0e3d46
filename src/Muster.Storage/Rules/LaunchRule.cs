using System.Collections.Immutable;

using Muster.Core.Launches;

namespace Muster.Storage.Rules;

/// <summary>The ledger's open entries.</summary>
internal static class LaunchRule
{
    /// <summary>By creation, then id.</summary>
    public static ImmutableArray<Launch> InOrder(IEnumerable<Launch> launches) =>
        [.. launches.OrderBy(launch => launch.CreatedAt).ThenBy(launch => launch.Id.Value)];
}
