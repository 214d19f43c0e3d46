using Muster.Server.Authentication;

namespace Muster.Triton.Authentication;

/// <summary>The facade's callers: those who sign, and those who show a token of this installation.</summary>
internal sealed class FacadeCallers(ICallers signed, ICallers bearers) : ICallers
{
    public ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        (SignedRequest.IsSigned(request) ? signed : bearers).IdentifyAsync(request, cancellationToken);
}
