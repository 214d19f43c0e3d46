using Muster.Core.Accounts;
using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>Lets a request through to its endpoint only for a caller whose role and scope suffice.</summary>
internal sealed class CallerGate(RequestDelegate next, ICallers callers, IInstanceCallers instances, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is { } required)
        {
            var caller = await (
                required.TakesInstances && instances.IsOne(http.Request) ? instances.IdentifyAsync(http, http.RequestAborted)
                : required.Within is { } within ? IdentifyAsync(http, within)
                : callers.IdentifyAsync(http.Request, http.RequestAborted));
            // Before it is refused: the log of the refusal names whom.
            http.SetCaller(caller);
            if (caller.Role < required.Role)
            {
                throw new ProblemException(ProblemKinds.Forbidden,
                    $"token '{caller.Author}' has role {RequiredRole.Word(caller.Role)}, "
                    + $"and this needs {RequiredRole.Word(required.Role)}");
            }

            if (caller.Scope < required.Scope)
            {
                throw new ProblemException(ProblemKinds.Forbidden,
                    $"token '{caller.Author}' is for its account alone, and this needs the scope {RequiredRole.Word(required.Scope)}: "
                    + "it concerns every account");
            }
        }

        await next(http);
    }

    /// <summary>Asks for so long: who waits has less patience than the store, and the next answer may be a good one.</summary>
    private async ValueTask<Caller> IdentifyAsync(HttpContext http, TimeSpan within)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var asking = callers.IdentifyAsync(http.Request, stop.Token).AsTask();
        try
        {
            return await asking.WaitAsync(within, timeProvider, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            throw new ProblemException(
                ProblemKinds.StoreUnavailable,
                $"the store has not said within {within.TotalSeconds:0} s whose token this is",
                retryAfter: within);
        }
    }
}
