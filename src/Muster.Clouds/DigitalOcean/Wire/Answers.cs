using System.Text.Json;

namespace Muster.Clouds.DigitalOcean.Wire;

/// <summary>Where a listing's other pages are.</summary>
internal sealed record Links(Pages? Pages);

/// <summary>The pages.</summary>
/// <param name="Next">The address of the next one; null on the last.</param>
internal sealed record Pages(string? Next);

/// <summary>What is true of a listing as a whole.</summary>
/// <param name="Total">Rows on all pages.</param>
internal sealed record Meta(long? Total);

/// <summary>What every listing says beside its rows.</summary>
internal sealed record ListFrame(Links? Links, Meta? Meta);

/// <summary>A page of droplets.</summary>
internal sealed record DropletList(Droplet?[]? Droplets);

/// <summary>One droplet, still unread.</summary>
internal sealed record DropletAnswer(JsonElement? Droplet);

/// <summary>A page of images.</summary>
internal sealed record ImageList(Image?[]? Images);

/// <summary>One image.</summary>
internal sealed record ImageAnswer(Image? Image);

/// <summary>A page of sizes.</summary>
internal sealed record SizeList(Size?[]? Sizes);

/// <summary>A page of regions.</summary>
internal sealed record RegionList(Region?[]? Regions);

/// <summary>One private network.</summary>
internal sealed record VpcAnswer(Vpc? Vpc);

/// <summary>One public key.</summary>
internal sealed record SshKeyAnswer(SshKey? SshKey);

/// <summary>The account.</summary>
internal sealed record AccountAnswer(Account? Account);

/// <summary>What DigitalOcean says went wrong.</summary>
/// <param name="Id">A word for the status: <c>unprocessable_entity</c>.</param>
/// <param name="Message">The sentence.</param>
internal sealed record ApiError(string? Id, string? Message);
