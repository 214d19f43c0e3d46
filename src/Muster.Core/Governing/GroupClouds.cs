using System.Collections.Immutable;

namespace Muster.Core.Governing;

/// <summary>The connections to the clouds where one group's instances may be, in the line of its check.</summary>
/// <remarks>By name, and found when asked for: a group that is read again in the middle of a check may have other placements.</remarks>
public sealed class GroupClouds
{
    private readonly Func<string, GovernedCloud?> _find;

    private GroupClouds(Func<string, GovernedCloud?> find) => _find = find;

    /// <summary>The one cloud there is.</summary>
    public static GroupClouds Of(string name, GovernedCloud cloud)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        return new(asked => asked == name ? cloud : null);
    }

    /// <summary>Those that there are.</summary>
    /// <param name="clouds">Each once; null for one that is not there.</param>
    public static GroupClouds Of(ImmutableArray<(string Name, GovernedCloud? Cloud)> clouds) =>
        new(asked => clouds.FirstOrDefault(one => one.Name == asked).Cloud);

    /// <summary>Those of a directory, as an account uses them.</summary>
    public static GroupClouds Of(ICloudDirectory clouds, AccountId account)
    {
        ArgumentNullException.ThrowIfNull(clouds);
        return new(name => clouds.Find(account, name)?.Cloud);
    }

    /// <summary>The connection to a cloud; null when it is not configured here for the account.</summary>
    public GovernedCloud? Find(string cloud) => _find(cloud);

    /// <summary>The same connections in the line of one check, which shares its looks with others.</summary>
    internal GroupClouds For(ICallLine line, SharedLooks? looks) => new(name => _find(name)?.For(line, looks));
}
