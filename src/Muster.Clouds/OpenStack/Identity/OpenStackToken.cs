using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>A token of the identity service, with what it said of it. Never to be shown.</summary>
internal sealed record OpenStackToken
{
    /// <summary>What calls show.</summary>
    public required string Value { get; init; }

    /// <summary>How long it is good from its receipt on.</summary>
    public required TimeSpan Life { get; init; }

    /// <summary>When it came, by the clock of elapsed times.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>Every endpoint.</summary>
    public required ImmutableArray<ServiceEndpoint> Catalogue { get; init; }

    /// <summary>The user's name.</summary>
    public string? User { get; init; }

    /// <summary>The project's name; null where it is for none.</summary>
    public string? Project { get; init; }

    /// <summary>The names of the roles that it has there.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>A record prints its members, and this one must not.</summary>
    public override string ToString() => $"a token of {User} in {Project}";

    /// <summary>Reads what the identity service answered.</summary>
    /// <param name="value">The token itself, which is in a header.</param>
    /// <param name="answer">The body.</param>
    /// <param name="receivedAt">When it came.</param>
    /// <returns>The token; null where something is missing.</returns>
    public static OpenStackToken? Read(string? value, JsonElement answer, long receivedAt)
    {
        if (string.IsNullOrEmpty(value) || answer.Find("token") is not { } token || token.Time("expires_at") is not { } expires
            || token.Time("issued_at") is not { } issued || expires <= issued)
        {
            return null;
        }

        return new()
        {
            Value = value,
            // By the service's own two times: our clock may be another.
            Life = expires - issued,
            ReceivedAt = receivedAt,
            User = token.Find("user")?.Text("name"),
            Project = token.Find("project")?.Text("name"),
            Roles = [.. token.List("roles").Select(role => role.Text("name")).OfType<string>()],
            Catalogue =
            [
                .. token.List("catalog").SelectMany(service => service.List("endpoints").Select(endpoint => new ServiceEndpoint(
                    service.Text("type") ?? "",
                    endpoint.Text("interface") ?? "",
                    endpoint.Text("region_id") ?? endpoint.Text("region") ?? "",
                    endpoint.Text("url") ?? ""))),
            ],
        };
    }
}
