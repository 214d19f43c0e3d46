using Muster.Clouds.Kit;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Where credentials come from.</summary>
internal sealed record CredentialOptions
{
    private const string DefaultProfile = "default";

    /// <summary>What templates call the cloud, for messages.</summary>
    public required string Cloud { get; init; }

    /// <summary>The region whose STS is asked.</summary>
    public required string Region { get; init; }

    /// <summary>Where STS answers.</summary>
    public required Uri StsUrl { get; init; }

    /// <summary>The profile that the configuration names; null where it names none.</summary>
    public string? Profile { get; init; }

    /// <summary>The credentials file that it names.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>The configuration file that it names.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>A role to take on with what is found.</summary>
    public string? RoleArn { get; init; }

    /// <summary>What goes along with that.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Where the files are that the configuration names.</summary>
    public required CloudFiles Files { get; init; }

    /// <summary>A variable of the environment; null where it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Whether the configuration says which files or profile: then nothing else is looked at.</summary>
    public bool IsByFiles => Profile is not null || CredentialsFile is not null || ConfigFile is not null;

    /// <summary>The profile that is looked for.</summary>
    public string ProfileName => Profile ?? Variable("AWS_PROFILE") ?? DefaultProfile;

    /// <summary>The directory with the <c>aws</c> program's own files.</summary>
    public string AwsDirectory => Path.Combine(Variable("HOME") ?? "/", ".aws");

    /// <summary>A variable; an empty one is none.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;
}
