using System.Security.Cryptography;

using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>Lets a request through to its endpoint only for a caller whose role and scope suffice.</summary>
internal sealed class CallerGate(RequestDelegate next, ICallers callers, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is { } required)
        {
            var caller = await (required.Within is { } within ? IdentifyAsync(http, within) : callers.IdentifyAsync(http.Request, http.RequestAborted));
            // Before it is refused: the log of the refusal names whom.
            http.SetCaller(caller);
            if (caller.Role < required.Role)
            {
                throw new ProblemException(ProblemKinds.Forbidden,
                    $"token '{caller.Author}' has role {RequiredRole.Word(caller.Role)}, and this needs {RequiredRole.Word(required.Role)}");
            }

            if (caller.Scope < required.Scope)
            {
                throw new ProblemException(ProblemKinds.Forbidden,
                    $"token '{caller.Author}' is for its account alone, and this needs the scope {RequiredRole.Word(required.Scope)}: it concerns every account");
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
                ProblemKinds.StoreUnavailable, $"the store has not said within {within.TotalSeconds:0} s whose token this is", retryAfter: within);
        }
    }
}

/// <summary>Says who sent a request.</summary>
internal interface ICallers
{
    /// <exception cref="ProblemException">Nobody known, or no longer welcome.</exception>
    ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken);
}

/// <summary>Everybody is <c>dev</c>, with every right over the default account.</summary>
internal sealed class DevCallers(DefaultAccount account) : ICallers
{
    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        new(await account.GetAsync(cancellationToken), Caller.DevAuthor, Role.Admin, TokenScope.Installation, Token: null);
}

/// <summary>Callers are those who bear a token of this installation.</summary>
internal sealed class TokenCallers(ITokenStore store, TimeProvider timeProvider) : ICallers
{
    private const string Scheme = "Bearer ";

    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemKinds.Unauthenticated, "this needs a bearer token: Authorization: Bearer mst_...");
        }

        // The index lookup sees hashes only, so its timing tells nothing about a secret; the comparison is constant all the same.
        if (TokenSecret.HashOf(value[Scheme.Length..].Trim()) is not { } hash
            || await store.FindTokenAsync(hash, cancellationToken) is not { } token
            || !CryptographicOperations.FixedTimeEquals(token.SecretHash.AsSpan(), hash.AsSpan()))
        {
            throw new ProblemException(ProblemKinds.Unauthenticated, "this installation does not know the token");
        }

        return token.RevokedAt is not null
            ? throw new ProblemException(ProblemKinds.TokenRevoked, $"token '{token.Name}' was revoked")
            : token.ExpiresAt <= timeProvider.GetUtcNow()
            ? throw new ProblemException(ProblemKinds.TokenExpired, $"token '{token.Name}' expired at {token.ExpiresAt:u}")
            : new(token.Account, token.Name, token.Role, token.Scope, token);
    }
}
