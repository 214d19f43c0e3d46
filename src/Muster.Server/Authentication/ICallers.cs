using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>Says who sent a request.</summary>
public interface ICallers
{
    /// <summary>Says whom a request is from.</summary>
    /// <exception cref="ProblemException">Nobody known, or no longer welcome.</exception>
    ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken);
}
