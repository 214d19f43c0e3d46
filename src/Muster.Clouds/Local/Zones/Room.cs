using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Zones;

/// <summary>Where a local cloud pretends to make its next instance, for trials of groups with placements.</summary>
/// <param name="zones">The zones that it pretends to have; empty for none.</param>
/// <param name="stock">How many instances it pretends to have room for.</param>
internal sealed class Room(ImmutableArray<string> zones, Stock stock)
{
    /// <summary>Whether it ever runs out.</summary>
    public bool IsBounded => stock.IsBounded;

    /// <summary>Whether it matters how many live where, so that one launch must not choose while another does.</summary>
    public bool Counts(string? asked) => IsBounded || (asked is null && !zones.IsEmpty);

    /// <summary>Sees to it that there is room for one more where it is already at home.</summary>
    /// <param name="zone">Its zone; null for none.</param>
    /// <param name="living">The zone of each instance that lives.</param>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.OutOfStock"/>: no room is left.</exception>
    public void ThrowIfFull(string? zone, Func<IEnumerable<string?>> living)
    {
        string?[] taken = [.. living()];
        ThrowIfFull(taken);
        if (zone is not null && stock.ByZone.TryGetValue(zone, out var max) && taken.Count(one => one == zone) >= max)
        {
            throw Full(zone);
        }
    }

    /// <summary>Where an instance goes: to the zone that was asked for, or to the one with room where the fewest live.</summary>
    /// <param name="asked">The zone that was asked for; null for any.</param>
    /// <param name="living">The zone of each instance that lives, null for one that is in none; read only where it matters.</param>
    /// <returns>The zone; null where there are none.</returns>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: no such zone. <see cref="CloudErrorKind.OutOfStock"/>: no room is left.
    /// </exception>
    public string? Choose(string? asked, Func<IEnumerable<string?>> living)
    {
        if (asked is not null && !zones.Contains(asked))
        {
            throw ZoneRefusal.Of(asked, zones);
        }

        if (!Counts(asked))
        {
            return asked;
        }

        string?[] taken = [.. living()];
        ThrowIfFull(taken);
        if (zones.IsEmpty)
        {
            return null;
        }

        int Living(string zone) => taken.Count(one => one == zone);
        var open = (asked is null ? zones : [asked]).Where(zone => !(stock.ByZone.TryGetValue(zone, out var max) && Living(zone) >= max));
        return open.MinBy(Living) ?? throw (asked is null
            ? new CloudException(CloudErrorKind.OutOfStock, "every zone is out of stock (option stock)")
            : Full(asked));
    }

    private void ThrowIfFull(string?[] taken)
    {
        if (stock.InAll <= taken.Length)
        {
            throw new CloudException(
                CloudErrorKind.OutOfStock, $"the cloud is out of stock: it has {stock.InAll} instances (option stock)");
        }
    }

    private CloudException Full(string zone) => new(
        CloudErrorKind.OutOfStock, $"zone {zone} is out of stock: it has {stock.ByZone[zone]} instances (option stock)");
}
