using System.Collections.Concurrent;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Finds the newest of the account's own images that have a name.</summary>
/// <remarks>
/// DigitalOcean does not filter images by name, so all of the account's are read. A group that grows by a hundred asks once: what was found
/// counts for a minute.
/// </remarks>
internal sealed class SnapshotFinder(DigitalOceanApi api, Action<string> say, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Names that are remembered; more than anybody's templates have. Then all are forgotten.</summary>
    private const int NamesMax = 1000;

    private readonly ConcurrentDictionary<(string Name, string? Region), (Image Image, long At)> _found = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The newest one that can be launched.</summary>
    /// <param name="name">Its name, to the letter.</param>
    /// <param name="region">Where it must be, or how the names of regions begin of which one must have it; null for anywhere.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where there is none.</returns>
    public async Task<Image?> FindAsync(string name, string? region, CancellationToken cancellationToken)
    {
        // One look for all who want it at once.
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_found.TryGetValue((name, region), out var known) && timeProvider.GetElapsedTime(known.At) < Fresh)
            {
                return known.Image;
            }

            var newest = await LookAsync(name, region, cancellationToken);
            if (newest is not null)
            {
                Remember((name, region), newest);
            }

            return newest;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Image?> LookAsync(string name, string? region, CancellationToken cancellationToken)
    {
        Image? newest = null;
        var lists = api.ListAsync(
            "look for the snapshot", "/v2/images?private=true", "image:read", ImageList.Of, cancellationToken);
        await foreach (var list in lists)
        {
            newest = (list.Images ?? []).OfType<Image>().Append(newest).OfType<Image>()
                .Where(image => image.Name == name && image.Id > 0 && IsIn(image, region) && image.Status is null or "available")
                .OrderByDescending(image => image.CreatedAt ?? DateTimeOffset.UnixEpoch).ThenByDescending(image => image.Id)
                .FirstOrDefault();
        }

        return newest;
    }

    private static bool IsIn(Image image, string? region) =>
        region is null || image.Regions is null
        || image.Regions.OfType<string>().Any(one => one.StartsWith(region, StringComparison.Ordinal));

    private void Remember((string Name, string? Region) key, Image image)
    {
        if (!_found.TryGetValue(key, out var before) || before.Image.Id != image.Id)
        {
            say(string.Create(
                CultureInfo.InvariantCulture,
                $"image {ImageChoice.SnapshotPrefix}{key.Name} is {image.Id} now, made at {image.CreatedAt:O}"));
        }

        if (_found.Count >= NamesMax)
        {
            _found.Clear();
        }

        _found[key] = (image, timeProvider.GetTimestamp());
    }
}
