using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Storage;

namespace Muster.Server.Problems;

/// <summary>The one place that says which error becomes which problem.</summary>
public static class ProblemTranslation
{
    /// <summary>How long to leave a busy store alone: longer than its own retries, shorter than a person's patience.</summary>
    private static readonly TimeSpan StoreRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long to leave a cloud alone that throttles and does not say how long.</summary>
    private static readonly TimeSpan CloudRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>What a caller is told of an error.</summary>
    /// <returns>The problem; null for what nobody expected.</returns>
    public static ProblemException? From(Exception error) => error switch
    {
        ProblemException problem => problem,
        InputException input => new(ProblemKinds.InvalidInput, input.Message, input.Errors),
        StoreException store => From(store),
        CloudException cloud => From(cloud),

        // The caller's own hanging-up never comes here, so it is the server that wants to end.
        OperationCanceledException => new(ProblemKinds.Stopping, "the server stopped while it worked on this", retryAfter: StoreRetryAfter),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } bad => new(ProblemKinds.BodyTooLarge, bad.Message),
        BadHttpRequestException bad => new(ProblemKinds.MalformedRequest, bad.Message),
        _ => null,
    };

    private static ProblemException? From(StoreException error) => error.Kind switch
    {
        StoreErrorKind.Duplicate => new(ProblemKinds.DuplicateName, error.Message),
        StoreErrorKind.InUse => new(ProblemKinds.TemplateInUse, error.Message),
        StoreErrorKind.Paused => new(ProblemKinds.Paused, error.Message),
        StoreErrorKind.Stale => new(ProblemKinds.Conflict, error.Message),
        StoreErrorKind.Unavailable => new(ProblemKinds.StoreUnavailable, error.Message, retryAfter: StoreRetryAfter),
        StoreErrorKind.Ambiguous => new(ProblemKinds.StoreAmbiguous, error.Message, retryAfter: StoreRetryAfter),
        StoreErrorKind.Full => new(ProblemKinds.StoreFull, error.Message),
        StoreErrorKind.Unusable => new(ProblemKinds.StoreUnusable, error.Message),

        // What was not found only the caller knows, and leases are none of the API's: here both are bugs.
        StoreErrorKind.NotFound or StoreErrorKind.Fenced => null,
        _ => null,
    };

    private static ProblemException From(CloudException error) => error.Kind switch
    {
        CloudErrorKind.Throttled =>
            new(ProblemKinds.CloudThrottled, error.Message, retryAfter: error.RetryAfter ?? CloudRetryAfter),
        CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous => new(ProblemKinds.CloudUnavailable, error.Message),
        CloudErrorKind.Unauthorized => new(ProblemKinds.CloudUnauthorized, error.Message),
        _ => new(ProblemKinds.CloudRefused, error.Message),
    };
}
