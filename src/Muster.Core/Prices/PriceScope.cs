namespace Muster.Core.Prices;

/// <summary>What a price is for: no two are for the same.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Zone">The zone; null for every one.</param>
/// <param name="Size">The size; null for every one.</param>
/// <param name="IsInterruptible">Interruptible instances, or the others; null for both.</param>
public readonly record struct PriceScope(string Cloud, string? Zone, string? Size, bool? IsInterruptible)
{
    /// <summary>Every row by which a price is found for an instance that this names: this, and all that leave some of it out.</summary>
    public IEnumerable<PriceScope> Rows()
    {
        yield return this;
        yield return this with { Zone = null };
        yield return this with { Size = null };
        yield return this with { IsInterruptible = null };
        yield return this with { Zone = null, Size = null };
        yield return this with { Zone = null, IsInterruptible = null };
        yield return this with { Size = null, IsInterruptible = null };
        yield return this with { Zone = null, Size = null, IsInterruptible = null };
    }

    /// <summary>In words: <c>cloud ec2, zone a, size m5.large</c>.</summary>
    public override string ToString()
    {
        var zone = Zone is null ? "" : $", zone {Zone}";
        var size = Size is null ? "" : $", size {Size}";
        var kind = IsInterruptible switch
        {
            true => ", interruptible",
            false => ", not interruptible",
            null => "",
        };
        return $"cloud {Cloud}{zone}{size}{kind}";
    }
}
