namespace Muster.Core.Placements;

/// <summary>What a price is missing for, in words.</summary>
internal static class PriceWords
{
    /// <summary><c>placement a (cloud ec2, zone z, size m5.large, interruptible)</c></summary>
    public static string Of(Placement placement)
    {
        var zone = placement.Zone is null ? "" : $", zone {placement.Zone}";
        var size = placement.Template.Size is null ? "" : $", size {placement.Template.Size}";
        var kind = placement.Spec.IsInterruptible ? ", interruptible" : "";
        var what = placement.Name == Placement.Only ? $"template {placement.Template.Name}" : $"placement {placement.Name}";
        return $"{what} (cloud {placement.Cloud}{zone}{size}{kind})";
    }
}
