using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Reconciling;

/// <summary>What a check saw of a group: a whole look at each of its clouds, or why there is none.</summary>
public sealed class Sight
{
    private readonly Observation? _only;
    private readonly ImmutableArray<CloudSight> _several = [];

    private Sight(Observation only) => _only = only;

    private Sight(ImmutableArray<CloudSight> several) => _several = several;

    /// <summary>What a group shows that lives on one cloud.</summary>
    public static implicit operator Sight(Observation only) => Of(only);

    /// <summary>What a group shows that lives on one cloud.</summary>
    public static Sight Of(Observation only)
    {
        ArgumentNullException.ThrowIfNull(only);
        return new(only);
    }

    /// <summary>What a group shows that lives on several: at least one of them was looked at.</summary>
    /// <param name="several">Each cloud once.</param>
    public static Sight Of(ImmutableArray<CloudSight> several) => new(several);

    /// <summary>Whether each of the clouds was looked at.</summary>
    internal bool IsWhole => _only is not null || _several.All(one => one.Look is not null);

    /// <summary>How long the longest look took.</summary>
    internal TimeSpan Duration => _only?.Duration ?? _several.Max(one => one.Look?.Duration ?? TimeSpan.Zero);

    /// <summary>How long ago the oldest look ended.</summary>
    internal TimeSpan AgeBy(TimeProvider timeProvider) =>
        _only?.AgeBy(timeProvider) ?? _several.Max(one => one.Look?.AgeBy(timeProvider) ?? TimeSpan.Zero);

    /// <summary>What was seen of a cloud.</summary>
    public CloudSight Of(string cloud) => _only is not null
        ? new(cloud, _only, Failure: null)
        : _several.First(one => one.Cloud == cloud);
}

/// <summary>What a check saw of one cloud.</summary>
/// <param name="Cloud">Which.</param>
/// <param name="Look">A whole look; null when there is none.</param>
/// <param name="Failure">
/// Why there is none; null when there is one, and when the cloud is not there for whoever looks, of which nothing follows.
/// </param>
public sealed record CloudSight(string Cloud, Observation? Look, CloudException? Failure)
{
    /// <summary>Looks at a cloud that others beside it need not wait for, nor fail with.</summary>
    /// <param name="cloud">Which.</param>
    /// <param name="connection">The connection; null when it is not there.</param>
    /// <param name="look">Looks.</param>
    public static async Task<CloudSight> OfAsync(string cloud, GovernedCloud? connection, Func<GovernedCloud, Task<Observation>> look)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (connection is null)
        {
            return new(cloud, Look: null, Failure: null);
        }

        try
        {
            return new(cloud, await look(connection), Failure: null);
        }
        catch (CloudException error)
        {
            return new(cloud, Look: null, error);
        }
    }

    /// <summary>What is said of a cloud that is not configured here for the account.</summary>
    public static CloudException NotThere(string cloud) =>
        new(CloudErrorKind.Unavailable, $"no cloud '{cloud}' is configured here for this account");
}
