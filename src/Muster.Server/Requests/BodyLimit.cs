using Microsoft.AspNetCore.Http.Metadata;

namespace Muster.Server.Requests;

/// <summary>The largest body that an endpoint takes, where that is less than the server's.</summary>
/// <param name="Bytes">In bytes.</param>
internal sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    /// <inheritdoc/>
    public long? MaxRequestBodySize => Bytes;
}
