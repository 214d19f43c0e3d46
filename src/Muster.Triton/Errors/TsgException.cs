
namespace Muster.Triton.Errors;

/// <summary>Ends a request to the facade with a status and a line of plain text, as the original's clients know it.</summary>
/// <param name="status">The status.</param>
/// <param name="text">The line, without its end; empty for an answer without a body.</param>
/// <param name="retryAfter">When to try again, where that is known.</param>
internal sealed class TsgException(int status, string text, TimeSpan? retryAfter = null) : Exception(text)
{
    /// <summary>What the original answers for every path, template and group that is not there.</summary>
    public const string NotFoundText = "404 page not found";

    public int Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static TsgException NotFound() => new(StatusCodes.Status404NotFound, NotFoundText);

    public static TsgException Invalid(string text) => new(StatusCodes.Status422UnprocessableEntity, text);

    public static TsgException Conflict(string text) => new(StatusCodes.Status409Conflict, text);
}
