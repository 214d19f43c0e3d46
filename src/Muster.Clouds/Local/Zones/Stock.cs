using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

using Muster.Core;

namespace Muster.Clouds.Local.Zones;

/// <summary>How many living instances a local cloud pretends to have room for.</summary>
/// <param name="InAll">In all of it; null for any number.</param>
/// <param name="ByZone">In each zone; one that is not here has room for any number.</param>
internal sealed record Stock(int? InAll, ImmutableSortedDictionary<string, int> ByZone)
{
    /// <summary>What is allowed, for refusals.</summary>
    public const string Allowed = "a number of instances, or zone=number with blanks between";

    /// <summary>Room for any number everywhere.</summary>
    public static Stock Unlimited { get; } =
        new(InAll: null, ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal));

    /// <summary>Whether it ever runs out.</summary>
    public bool IsBounded => InAll is not null || !ByZone.IsEmpty;

    /// <summary>Reads <c>5</c>, or <c>a=2 b=0</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Stock? stock)
    {
        stock = null;
        if (TryNumber(text, out var inAll))
        {
            stock = Unlimited with { InAll = inAll };
            return true;
        }

        var byZone = Unlimited.ByZone.ToBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var split = word.IndexOf('=', StringComparison.Ordinal);
            if (split < 1 || !TryNumber(word[(split + 1)..], out var number) || !byZone.TryAdd(word[..split], number))
            {
                return false;
            }
        }

        stock = Unlimited with { ByZone = byZone.ToImmutable() };
        return stock.IsBounded;
    }

    /// <summary>Reads names of zones with blanks between: at least one, each once.</summary>
    public static bool TryZones(string text, out ImmutableArray<string> zones)
    {
        zones = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        return zones.Length > 0 && zones.All(EntityName.IsValid) && zones.Distinct(StringComparer.Ordinal).Count() == zones.Length;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
