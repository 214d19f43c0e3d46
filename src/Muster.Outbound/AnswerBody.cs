using System.Text;

namespace Muster.Outbound;

/// <summary>
/// Reads the bodies of answers no further than anybody could mean them: who answers may be somebody else, and a few
/// bytes may unpack to many.
/// </summary>
public static class AnswerBody
{
    /// <summary>What is read of a refusal: many times the longest sentence.</summary>
    public const int RefusalBytesMax = 64 * 1024;

    /// <summary>The longest good answer that is taken: many times the listing of a large installation.</summary>
    public const int BytesMax = 256 * 1024 * 1024;

    /// <summary>The beginning of a refusal; what follows is not read.</summary>
    /// <param name="content">The body of an answer of which only the headers were read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">It broke off.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadRefusalAsync(HttpContent content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var start = new byte[RefusalBytesMax];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return start.AsMemory(0, length);
    }

    /// <summary>The beginning of a refusal as text.</summary>
    /// <inheritdoc cref="ReadRefusalAsync"/>
    public static async Task<string> ReadRefusalTextAsync(HttpContent content, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await ReadRefusalAsync(content, cancellationToken)).Span);

    /// <summary>A good answer, whole.</summary>
    /// <param name="content">The body of an answer of which only the headers were read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">It is longer than <see cref="BytesMax"/>, or broke off.</exception>
    public static async Task<Stream> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await content.LoadIntoBufferAsync(BytesMax, cancellationToken);
        return await content.ReadAsStreamAsync(cancellationToken);
    }
}
