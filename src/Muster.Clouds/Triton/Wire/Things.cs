namespace Muster.Clouds.Triton.Wire;

/// <summary>An image, as far as a check reads it.</summary>
internal sealed record Image(string Id, string? Name, string? Version, string? State);

/// <summary>A package: how big a machine is.</summary>
internal sealed record Package(string Id, string? Name, double? Memory, bool? Active);

/// <summary>A network or a pool of them.</summary>
internal sealed record Network(string Id, string? Name);

/// <summary>One of an account's provisioning limits.</summary>
/// <param name="By">What is counted: <c>machines</c>, <c>ram</c> or <c>quota</c>.</param>
/// <param name="Value">The limit.</param>
/// <param name="Used">How much of it is taken.</param>
/// <param name="Check">Whether it only counts some images; null when it counts all.</param>
internal sealed record ProvisioningLimit(string? By, double? Value, double? Used, string? Check);

/// <summary>What CloudAPI says went wrong.</summary>
internal sealed record ApiError(string? Code, string? Message, ApiFieldError[]? Errors);

/// <summary>What is wrong with one field.</summary>
internal sealed record ApiFieldError(string? Field, string? Code, string? Message);

/// <summary>One message of the change feed.</summary>
internal sealed record Change
{
    [System.Text.Json.Serialization.JsonPropertyName("changedResourceId")]
    public string? Id { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("resourceObject")]
    public Machine? Machine { get; init; }
}
