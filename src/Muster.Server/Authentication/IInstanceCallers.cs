using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>Knows instances by the tokens that they alone have.</summary>
internal interface IInstanceCallers
{
    /// <summary>Whether a request comes with such a token, whatever it is worth.</summary>
    bool IsOne(HttpRequest request);

    /// <summary>Says whose instance a request is from, and keeps which with the request.</summary>
    /// <exception cref="ProblemException">Nobody known: nothing says why.</exception>
    ValueTask<Caller> IdentifyAsync(HttpContext http, CancellationToken cancellationToken);
}
