using System.Text.Json;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.DigitalOcean.Wire;

/// <summary>Where a listing's other pages are.</summary>
internal sealed record Links(Pages? Pages)
{
    public static Links Of(JsonFields of) => new(of.Object("pages", Pages.Of));
}

/// <summary>The pages.</summary>
/// <param name="Next">The address of the next one; null on the last.</param>
internal sealed record Pages(string? Next)
{
    public static Pages Of(JsonFields of) => new(of.Text("next"));
}

/// <summary>What is true of a listing as a whole.</summary>
/// <param name="Total">Rows on all pages.</param>
internal sealed record Meta(long? Total)
{
    public static Meta Of(JsonFields of) => new(of.Number("total"));
}

/// <summary>What every listing says beside its rows.</summary>
internal sealed record ListFrame(Links? Links, Meta? Meta)
{
    public static ListFrame Of(JsonFields of) => new(of.Object("links", Links.Of), of.Object("meta", Meta.Of));
}

/// <summary>A page of droplets.</summary>
internal sealed record DropletList(Droplet?[]? Droplets)
{
    public static DropletList Of(JsonFields of) => new(of.Array("droplets", Droplet.Of));
}

/// <summary>One droplet, still unread.</summary>
internal sealed record DropletAnswer(JsonElement? Droplet)
{
    public static DropletAnswer Of(JsonFields of) => new(of.Any("droplet"));
}

/// <summary>A page of images.</summary>
internal sealed record ImageList(Image?[]? Images)
{
    public static ImageList Of(JsonFields of) => new(of.Array("images", Image.Of));
}

/// <summary>One image.</summary>
internal sealed record ImageAnswer(Image? Image)
{
    public static ImageAnswer Of(JsonFields of) => new(of.Object("image", Image.Of));
}

/// <summary>A page of sizes.</summary>
internal sealed record SizeList(Size?[]? Sizes)
{
    public static SizeList Of(JsonFields of) => new(of.Array("sizes", Size.Of));
}

/// <summary>A page of regions.</summary>
internal sealed record RegionList(Region?[]? Regions)
{
    public static RegionList Of(JsonFields of) => new(of.Array("regions", Region.Of));
}

/// <summary>One private network.</summary>
internal sealed record VpcAnswer(Vpc? Vpc)
{
    public static VpcAnswer Of(JsonFields of) => new(of.Object("vpc", Vpc.Of));
}

/// <summary>One public key.</summary>
internal sealed record SshKeyAnswer(SshKey? SshKey)
{
    public static SshKeyAnswer Of(JsonFields of) => new(of.Object("ssh_key", SshKey.Of));
}

/// <summary>The account.</summary>
internal sealed record AccountAnswer(Account? Account)
{
    public static AccountAnswer Of(JsonFields of) => new(of.Object("account", Account.Of));
}

/// <summary>What DigitalOcean says went wrong.</summary>
/// <param name="Id">A word for the status: <c>unprocessable_entity</c>.</param>
/// <param name="Message">The sentence.</param>
internal sealed record ApiError(string? Id, string? Message)
{
    public static ApiError Of(JsonFields of) => new(of.Text("id"), of.Text("message"));
}
