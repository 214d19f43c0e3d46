using System.Globalization;

namespace Muster.Clouds.DigitalOcean;

/// <summary>How a template names its image.</summary>
/// <param name="Slug">The slug of a public image; null where it is named otherwise.</param>
/// <param name="Id">The id of an image; null where it is named otherwise.</param>
/// <param name="Snapshot">The name of the account's own images, of which the newest counts; null where it is named otherwise.</param>
internal sealed record ImageChoice(string? Slug, long? Id, string? Snapshot)
{
    /// <summary>How an image begins that is a snapshot's name.</summary>
    public const string SnapshotPrefix = "snapshot:";

    /// <summary>Reads a template's image; null where it is none.</summary>
    public static ImageChoice? Read(string image)
    {
        if (image.StartsWith(SnapshotPrefix, StringComparison.Ordinal))
        {
            return image.Length > SnapshotPrefix.Length ? new(null, null, image[SnapshotPrefix.Length..]) : null;
        }

        if (long.TryParse(image, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id > 0 ? new(null, id, null) : null;
        }

        return image.Length > 0 && image.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? new(image, null, null) : null;
    }
}
