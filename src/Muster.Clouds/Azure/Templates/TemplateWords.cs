using System.Text.RegularExpressions;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Wire;

namespace Muster.Clouds.Azure.Templates;

/// <summary>How templates write what Azure has in several fields.</summary>
internal static partial class TemplateWords
{
    /// <summary>What an image may be, for refusals.</summary>
    public const string ImageAllowed =
        "publisher:offer:sku:version, as in canonical:ubuntu-24_04-lts:server:latest; the id of an image or of an image in a gallery; "
        + "or the name of an image in the resource group";

    private const string Shared = "/SharedGalleries/";

    /// <summary>Reads an image; null where it is none.</summary>
    public static ImageReference? ReadImage(string image, string groupScope)
    {
        if (Urn().Match(image) is { Success: true } urn)
        {
            return new()
            {
                Publisher = urn.Groups[1].Value, Offer = urn.Groups[2].Value, Sku = urn.Groups[3].Value, Version = urn.Groups[4].Value,
            };
        }

        if (OfGallery().IsMatch(image))
        {
            return image.StartsWith(Shared, StringComparison.OrdinalIgnoreCase)
                ? new() { SharedGalleryImageId = image }
                : new() { CommunityGalleryImageId = image };
        }

        return ResourceIds.TryRead(image, "Microsoft.Compute/images", groupScope, out var id)
            || ResourceIds.TryRead(image, "Microsoft.Compute/galleries/images", groupScope, out id)
            || ResourceIds.TryRead(image, "Microsoft.Compute/galleries/images/versions", groupScope, out id)
            ? new() { Id = id }
            : null;
    }

    /// <summary>An image as a template writes it; null where there is none.</summary>
    public static string? ImageOf(ImageReference? image) =>
        image is null ? null
        : image.Id ?? image.SharedGalleryImageId ?? image.CommunityGalleryImageId
            ?? (image.Publisher is null ? null : $"{image.Publisher}:{image.Offer}:{image.Sku}:{image.Version}");

    [GeneratedRegex(@"\A([\w.-]{1,128}):([\w.-]{1,128}):([\w.-]{1,128}):(latest|\d{1,9}\.\d{1,9}\.\d{1,12})\z")]
    private static partial Regex Urn();

    [GeneratedRegex(@"\A/(SharedGalleries|CommunityGalleries)/[\w.-]{1,128}/Images/[\w.-]{1,128}(/Versions/(latest|[\d.]{1,40}))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OfGallery();
}
