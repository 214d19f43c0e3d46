using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2.Prices;

/// <summary>
/// What instances cost on demand, by the price list of a region that Amazon publishes and an operator has downloaded, or a cut of it.
/// </summary>
/// <remarks>
/// The list of a region has hundreds of megabytes, so it is read through a small window and never held; and again only when it has changed.
/// docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="region">The region whose prices count, where the list names one.</param>
/// <param name="system">The operating system whose prices count, in Amazon's word: <c>Linux</c>.</param>
internal sealed class PriceList(string path, string region, string system)
{
    /// <summary>Several times the largest list that there is.</summary>
    private const long BytesMax = 8L << 30;

    private const int WindowMin = 64 * 1024;

    /// <summary>Longer than any name or text of a list.</summary>
    private const int WindowMax = 1024 * 1024;

    /// <summary>Deeper than any list.</summary>
    private const int DepthMax = 16;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private (DateTime WrittenAt, long Length, ImmutableArray<CloudPrice> Prices)? _read;

    /// <summary>The prices; each type once.</summary>
    /// <exception cref="CloudException">The file cannot be read, or holds none.</exception>
    public Task<ImmutableArray<CloudPrice>> ReadAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Read(cancellationToken), cancellationToken);

    private ImmutableArray<CloudPrice> Read(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            try
            {
                var file = new FileInfo(path);
                var (writtenAt, length) = (file.LastWriteTimeUtc, file.Length);
                if (_read is { } read && read.WrittenAt == writtenAt && read.Length == length)
                {
                    return read.Prices;
                }

                if (length > BytesMax)
                {
                    throw Wrong($"it has more than {BytesMax >> 30} GiB");
                }

                using var stream = file.OpenRead();
                var prices = Read(stream, cancellationToken);
                _read = (writtenAt, length, prices);
                return prices;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Wrong(error.Message, error);
            }
            catch (JsonException error)
            {
                throw Wrong($"it is no list of prices: {ForeignText.Shown(error.Message)}", error);
            }
        }
    }

    private ImmutableArray<CloudPrice> Read(Stream stream, CancellationToken cancellationToken)
    {
        var walk = new PriceWalk(region, system);
        var window = new byte[WindowMin];
        var state = new JsonReaderState(new() { MaxDepth = DepthMax });
        var filled = 0;
        for (var isLast = false; !isLast;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = stream.Read(window, filled, window.Length - filled);
            isLast = count == 0;
            filled += count;
            var reader = new Utf8JsonReader(window.AsSpan(0, filled), isLast, state);
            while (reader.Read())
            {
                walk.Take(ref reader);
            }

            state = reader.CurrentState;
            var used = (int)reader.BytesConsumed;
            window.AsSpan(used, filled - used).CopyTo(window);
            filled -= used;
            if (filled == window.Length)
            {
                if (window.Length >= WindowMax)
                {
                    throw new JsonException($"a name or text in it is longer than {WindowMax} bytes");
                }

                Array.Resize(ref window, 2 * window.Length);
            }
        }

        var prices = walk.Prices;
        return prices.IsEmpty
            ? throw Wrong(string.Create(
                CultureInfo.InvariantCulture,
                $"it has no prices on demand of {system} instances with shared tenancy in {region}, among {walk.Products} products"))
            : prices;
    }

    private CloudException Wrong(string why, Exception? cause = null) =>
        new(CloudErrorKind.InvalidRequest, $"{Ec2PriceOptions.PriceList.Name} is '{path}': {why}", innerException: cause);
}
