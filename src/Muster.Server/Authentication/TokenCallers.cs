using System.Security.Cryptography;

using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Authentication;

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
