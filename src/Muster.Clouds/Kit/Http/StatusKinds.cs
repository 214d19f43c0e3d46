using System.Net;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>What a refusal means by its status alone.</summary>
internal static class StatusKinds
{
    /// <summary>The kind of a status that is no success.</summary>
    /// <param name="status">The status.</param>
    /// <param name="doubt">
    /// The kind of an answer that says nothing of whether the call happened: <see cref="CallDoubt.Of(HttpMethod)"/>.
    /// </param>
    /// <param name="other">The kind of 500 and of what has none of its own; null for a doubt from 500 on, and a bad request below.</param>
    public static CloudErrorKind Of(HttpStatusCode status, CloudErrorKind doubt, CloudErrorKind? other = null) => (int)status switch
    {
        401 or 403 => CloudErrorKind.Unauthorized,
        404 or 410 => CloudErrorKind.NotFound,
        429 => CloudErrorKind.Throttled,
        400 => CloudErrorKind.InvalidRequest,
        408 or 502 or 503 or 504 => doubt,
        >= 400 and < 500 => other ?? CloudErrorKind.InvalidRequest,
        _ => other ?? doubt,
    };
}
