using Muster.Clouds.Kit.Streams;
using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>
/// A stream of lines that a service writes, such as its events. Open from its making on: what happens from then on is in it.
/// </summary>
/// <param name="stream">The stream, which it owns.</param>
/// <param name="call">What was asked, for errors.</param>
/// <param name="broken">The exception that a connection which broke off means.</param>
internal sealed class LineStream(Stream stream, string call, Func<Exception, CloudException> broken) : IDisposable
{
    private readonly BoundedLines _lines = new(stream, BoundedLines.UsualBytesMax);

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="CloudException">The stream broke off, or the line is longer than any event.</exception>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _lines.ReadAsync(cancellationToken) switch
            {
                null => null,
                { IsCut: true } => throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"{call} was answered with a line of more than {BoundedLines.UsualBytesMax} bytes, which is no event"),
                { Text: var line } => line,
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw broken(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
