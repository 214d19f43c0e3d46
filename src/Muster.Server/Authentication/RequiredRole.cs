using Muster.Core.Accounts;

namespace Muster.Server.Authentication;

/// <summary>Which role an endpoint needs; an endpoint without it is open to all. The last one added counts.</summary>
/// <param name="Role">The least.</param>
/// <param name="Scope">How far that must reach.</param>
/// <param name="Within">How long the store may take to say whose token it is; null for as long as the store itself tries.</param>
public sealed record RequiredRole(Role Role, TokenScope Scope = TokenScope.Account, TimeSpan? Within = null)
{
    /// <summary>Whether instances come in by the tokens of their own, too.</summary>
    public bool TakesInstances { get; init; }

    /// <summary>The role as it is written.</summary>
    public static string Word(Role role) => role switch
    {
        Role.Task => "task",
        Role.Read => "read",
        Role.Operate => "operate",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>The scope as it is written.</summary>
    public static string Word(TokenScope scope) => scope switch
    {
        TokenScope.Account => "account",
        TokenScope.Installation => "installation",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, null),
    };
}

internal static class RequiredRoleOfEndpoint
{
    public static TBuilder Requires<TBuilder>(
        this TBuilder builder, Role role, TokenScope scope = TokenScope.Account, TimeSpan? within = null)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRole(role, scope, within));

    /// <summary>Takes instances that bear a token of their own as well as callers of that role.</summary>
    public static TBuilder RequiresOrInstance<TBuilder>(this TBuilder builder, Role role)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRole(role) { TakesInstances = true });
}
