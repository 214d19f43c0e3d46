using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Tokens;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Tokens;

/// <summary>Bearer tokens over HTTP.</summary>
internal sealed partial class TokenEndpoints(
    ITokenStore store, TimeProvider timeProvider, IRandomSource random, ILogger<TokenEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapPost("/", CreateAsync).Requires(Role.Admin)
            .Says("CreateToken", "Make a bearer token", "Its secret is in the answer, and nowhere else ever.")
            .Takes<TokenInput>().Fails(400, 403, 409, 413, 415);
        tokens.MapGet("/", ListAsync).Requires(Role.Admin)
            .Says("ListTokens", "List the account's tokens", "Newest first, the revoked included.").Fails(403);
        tokens.MapDelete("/{id}", RevokeAsync).Requires(Role.Admin)
            .Says(
                "RevokeToken",
                "Revoke a token",
                "By id, or a living one by name; it is refused from then on. A second time changes nothing.")
            .Fails(403, 404);
    }

    private async Task<Created<TokenCreated>> CreateAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.TokenInput, cancellationToken);
        var (token, secret) = TokenRules.Create(input, new(random.NextId()), caller.Account, caller.Scope, timeProvider.GetUtcNow());
        try
        {
            await store.AddTokenAsync(token, cancellationToken);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw ProblemException.DuplicateName("token", token.Name);
        }

        LogCreated(
            token.Name, token.Id.Value, RequiredRole.Word(token.Role), RequiredRole.Word(token.Scope), token.ExpiresAt, caller.Author);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/tokens/{token.Id}", new TokenCreated { Token = secret, Details = View(token) });
    }

    private async Task<Ok<PageView<TokenView>>> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var tokens = await store.ListTokensAsync(http.Caller().Account, cancellationToken);
        return TypedResults.Ok(new PageView<TokenView> { Items = [.. tokens.Select(View)] });
    }

    private async Task<Ok<TokenView>> RevokeAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var tokens = await store.ListTokensAsync(caller.Account, cancellationToken);
        var token = tokens.FirstOrDefault(token => token.Id.ToString() == id)
            ?? tokens.FirstOrDefault(token => token.Name == id && token.RevokedAt is null)
            ?? await IdStart.FindAsync(
                "token", id, _ => Task.FromResult(new Page<Token>(tokens, NextCursor: null)), token => token.Id.Value)
            ?? throw new ProblemException(ProblemKinds.TokenNotFound, $"there is no token '{id}'");
        var revoked = await store.RevokeTokenAsync(caller.Account, token.Id, timeProvider.GetUtcNow(), cancellationToken);
        LogRevoked(token.Name, token.Id.Value, caller.Author);
        return TypedResults.Ok(View(revoked));
    }

    private static TokenView View(Token token) => new()
    {
        Id = token.Id.Value,
        Name = token.Name,
        Role = RequiredRole.Word(token.Role),
        Scope = RequiredRole.Word(token.Scope),
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        RevokedAt = token.RevokedAt,
    };

    [LoggerMessage(
        1201,
        LogLevel.Information,
        "Token {Name} ({Token}) of role {Role} and scope {Scope}, good until {ExpiresAt:u}, created by {Author}")]
    private partial void LogCreated(string name, Guid token, string role, string scope, DateTimeOffset expiresAt, string author);

    [LoggerMessage(1202, LogLevel.Information, "Token {Name} ({Token}) revoked by {Author}")]
    private partial void LogRevoked(string name, Guid token, string author);
}
