using System.Collections.Immutable;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Nomad.Settings;

namespace Muster.Simulators.Nomad.Requests;

/// <summary>What a request's token may do.</summary>
internal static class Access
{
    private const int TokenLength = 36;

    /// <summary>The capabilities of the request's token; null when nobody is asked for one.</summary>
    /// <exception cref="RefusedException">The token is none, or unknown.</exception>
    public static ImmutableHashSet<string>? Of(HttpRequest request, NomadSimulatorOptions options)
    {
        if (options.Tokens is not { } tokens)
        {
            return null;
        }

        // Its rights are in the namespace "default"; in another one it has none.
        if (request.Query["namespace"].ToString() is { Length: > 0 } space and not ("default" or "*"))
        {
            return [];
        }

        var token = request.Headers["X-Nomad-Token"].ToString();
        return token.Length == 0 ? []
            : token.Length != TokenLength
                ? throw RefusedException.Broken("acl token lookup failed: index error: UUID must be 36 characters")
            : tokens.GetValueOrDefault(token) ?? throw new RefusedException(403, "ACL token not found");
    }

    /// <exception cref="RefusedException">It may not.</exception>
    public static void Require(ImmutableHashSet<string>? held, string needed, int status = 403)
    {
        if (held is not null && !held.Contains("management") && !held.Contains(needed))
        {
            throw new RefusedException(status, "Permission denied") { IsPlain = status == 500 };
        }
    }
}
