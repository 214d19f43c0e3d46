using System.Collections.Immutable;

namespace Muster.Core.Governing;

/// <summary>The connections to every cloud where one group's instances may be, in the line of its check.</summary>
public sealed class GroupClouds
{
    private readonly GovernedCloud? _only;
    private readonly ImmutableArray<(string Name, GovernedCloud? Cloud)> _several = [];

    private GroupClouds(GovernedCloud only) => _only = only;

    private GroupClouds(ImmutableArray<(string Name, GovernedCloud? Cloud)> several) => _several = several;

    /// <summary>Of a group that lives on one cloud.</summary>
    public static implicit operator GroupClouds(GovernedCloud only) => Of(only);

    /// <summary>Of a group that lives on one cloud.</summary>
    public static GroupClouds Of(GovernedCloud only)
    {
        ArgumentNullException.ThrowIfNull(only);
        return new(only);
    }

    /// <summary>Of a group that lives on several.</summary>
    /// <param name="several">Each cloud once; null for one that is not configured here for the account.</param>
    public static GroupClouds Of(ImmutableArray<(string Name, GovernedCloud? Cloud)> several) => new(several);

    /// <summary>Whoever of them is there: whose turns the group's check takes. Null when none is.</summary>
    public GovernedCloud? Any => _only ?? _several.Select(one => one.Cloud).FirstOrDefault(cloud => cloud is not null);

    /// <summary>The same connections in the line of one check, which shares its looks with others.</summary>
    internal GroupClouds For(ICallLine line, SharedLooks? looks) => _only is not null
        ? new(_only.For(line, looks))
        : new([.. _several.Select(one => (one.Name, one.Cloud?.For(line, looks)))]);

    /// <summary>The connection to a cloud; null when it is not configured here for the account.</summary>
    public GovernedCloud? Find(string cloud)
    {
        if (_only is not null)
        {
            return _only;
        }

        foreach (var (name, found) in _several)
        {
            if (name == cloud)
            {
                return found;
            }
        }

        return null;
    }
}
