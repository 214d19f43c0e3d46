using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>What a container's agent and the metadata service give out.</summary>
internal sealed record HostAnswer(string? AccessKeyId, string? SecretAccessKey, string? Token, DateTimeOffset? Expiration)
{
    public static HostAnswer Of(JsonFields of) => new(
        of.Text("AccessKeyId"), of.Text("SecretAccessKey"), of.Text("Token"), of.Time("Expiration"));
}

/// <summary>A login as the <c>aws</c> program keeps it.</summary>
internal sealed record SsoToken
{
    public string? AccessToken { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public string? RefreshToken { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public static SsoToken Of(JsonFields of) => new()
    {
        AccessToken = of.Text("accessToken"),
        ExpiresAt = of.Time("expiresAt") ?? default,
        RefreshToken = of.Text("refreshToken"),
        ClientId = of.Text("clientId"),
        ClientSecret = of.Text("clientSecret"),
    };
}

/// <summary>GetRoleCredentials.</summary>
internal sealed record SsoAnswer(SsoCredentials? RoleCredentials)
{
    public static SsoAnswer Of(JsonFields of) => new(of.Object("roleCredentials", SsoCredentials.Of));
}

/// <summary>What it gives out; the end in milliseconds since 1970.</summary>
internal sealed record SsoCredentials(string? AccessKeyId, string? SecretAccessKey, string? SessionToken, long Expiration)
{
    public static SsoCredentials Of(JsonFields of) => new(
        of.Text("accessKeyId"), of.Text("secretAccessKey"), of.Text("sessionToken"), of.Number("expiration") ?? default);
}

/// <summary>CreateToken, to renew a login.</summary>
internal sealed record RenewRequest(string ClientId, string ClientSecret, string GrantType, string RefreshToken)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("clientId", ClientId)
        .Add("clientSecret", ClientSecret)
        .Add("grantType", GrantType)
        .Add("refreshToken", RefreshToken)
        .Object;
}

/// <summary>Its answer; the time in seconds.</summary>
internal sealed record RenewAnswer(string? AccessToken, string? RefreshToken, long ExpiresIn)
{
    public static RenewAnswer Of(JsonFields of) => new(
        of.Text("accessToken"), of.Text("refreshToken"), of.Number("expiresIn") ?? default);
}
