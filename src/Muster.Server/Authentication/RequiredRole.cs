using Muster.Core.Accounts;

namespace Muster.Server.Authentication;

/// <summary>Which role an endpoint needs; an endpoint without it is open to all. The last one added counts.</summary>
/// <param name="Role">The least.</param>
internal sealed record RequiredRole(Role Role)
{
    /// <summary>The role as it is written.</summary>
    public static string Word(Role role) => role switch
    {
        Role.Read => "read",
        Role.Operate => "operate",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}

internal static class RequiredRoleOfEndpoint
{
    public static TBuilder Requires<TBuilder>(this TBuilder builder, Role role) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRole(role));
}
