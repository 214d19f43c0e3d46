namespace Muster.Core.Prices;

/// <summary>What a price is for: no two are for the same.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Zone">The zone; null for every one.</param>
/// <param name="Size">The size; null for every one.</param>
/// <param name="IsInterruptible">Interruptible instances, or the others; null for both.</param>
public readonly record struct PriceScope(string Cloud, string? Zone, string? Size, bool? IsInterruptible)
{
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
