namespace Muster.Server.Requests;

/// <summary>Reads a request's body whole.</summary>
public static class RequestBytes
{
    /// <summary>The body; empty where there is none.</summary>
    /// <exception cref="BadHttpRequestException">
    /// The body is not what its headers and chunks say, is too large, or broke off: never the server's fault.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        // The web server bounds the body's size; the buffer grows with what really comes, not with what a header promises.
        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, cancellationToken);
        }
        catch (IOException error) when (error is not BadHttpRequestException)
        {
            // Such as a chunk that says it is larger than any number: what the web server makes of its own overflow.
            throw new BadHttpRequestException($"the body cannot be read: {error.Message}", error);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
