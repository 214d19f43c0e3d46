using Muster.Core.Options;

namespace Muster.Clouds.Ec2.Prices;

/// <summary>The options by which a cloud of EC2 knows what instances cost.</summary>
internal static class Ec2PriceOptions
{
    /// <summary>The price list. Its name does not end in <c>_file</c>: it is too large to travel to checks that run elsewhere.</summary>
    public static ConfigOption<string?> PriceList { get; } = Option.Text(
        "price_list", "Amazon's price list of EC2 in the region, or a cut of it, as JSON: what instances cost on demand", "no prices");

    /// <summary>Whose prices count.</summary>
    public static ConfigOption<string> OperatingSystem { get; } = Option.Choice(
        "price_system", "with `price_list`: the operating system whose prices count: `Linux`, `RHEL`, `SUSE` or `Windows`",
        ("Linux", "Linux"), ("RHEL", "RHEL"), ("SUSE", "SUSE"), ("Windows", "Windows"));
}
