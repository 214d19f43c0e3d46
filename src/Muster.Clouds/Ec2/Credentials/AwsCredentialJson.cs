using System.Text.Json.Serialization;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>What a container's agent and the metadata service give out.</summary>
internal sealed record HostAnswer(
    [property: JsonPropertyName("AccessKeyId")] string? AccessKeyId,
    [property: JsonPropertyName("SecretAccessKey")] string? SecretAccessKey,
    [property: JsonPropertyName("Token")] string? Token,
    [property: JsonPropertyName("Expiration")] DateTimeOffset? Expiration);

/// <summary>A login as the <c>aws</c> program keeps it.</summary>
internal sealed record SsoToken
{
    public string? AccessToken { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public string? RefreshToken { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }
}

/// <summary>GetRoleCredentials.</summary>
internal sealed record SsoAnswer(SsoCredentials? RoleCredentials);

/// <summary>What it gives out; the end in milliseconds since 1970.</summary>
internal sealed record SsoCredentials(string? AccessKeyId, string? SecretAccessKey, string? SessionToken, long Expiration);

/// <summary>CreateToken, to renew a login.</summary>
internal sealed record RenewRequest(string ClientId, string ClientSecret, string GrantType, string RefreshToken);

/// <summary>Its answer; the time in seconds.</summary>
internal sealed record RenewAnswer(string? AccessToken, string? RefreshToken, long ExpiresIn);

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HostAnswer))]
[JsonSerializable(typeof(SsoToken))]
[JsonSerializable(typeof(SsoAnswer))]
[JsonSerializable(typeof(RenewRequest))]
[JsonSerializable(typeof(RenewAnswer))]
internal sealed partial class AwsCredentialJson : JsonSerializerContext;
