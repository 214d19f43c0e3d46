using Muster.Server.Authentication;
using Muster.Server.Problems;
using Muster.Triton.Errors;

namespace Muster.Triton.Authentication;

/// <summary>The facade's callers where they show a token of this installation: the original's texts instead of problem details.</summary>
internal sealed class TsgCallers(ICallers callers) : ICallers
{
    /// <summary>What the original answers when date or signature are missing or cannot be read.</summary>
    public const string SessionText = "failed session authentication";

    /// <exception cref="TsgException">Nobody known, or no longer welcome.</exception>
    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await callers.IdentifyAsync(request, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Kind.Status == StatusCodes.Status401Unauthorized)
        {
            throw new TsgException(StatusCodes.Status401Unauthorized, SessionText);
        }
    }
}
