using System.Collections.Immutable;

using Muster.Clouds.Ec2.Signing;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Credentials of a profile of the shared files: a key, a role on top of another credential, or single sign-on.</summary>
internal sealed class ProfileKeys(CredentialOptions options, Sts sts, SsoKeys sso, HostKeys host)
{
    private const string Id = "aws_access_key_id", Secret = "aws_secret_access_key", Role = "role_arn";

    /// <summary>Profiles that stand on each other.</summary>
    private const int ChainMax = 5;

    /// <summary>The key of a profile that is one; null of any other.</summary>
    public AwsKeys? FindLasting(string name) => Lasting(Profiles().Find(name), isSource: false);

    /// <summary>The credential of a profile; null where there is no such profile, or none in it.</summary>
    /// <exception cref="CloudException">It cannot be had.</exception>
    public Task<AwsKeys?> FindAsync(string name, CancellationToken cancellationToken) => FindAsync(Profiles(), name, [], cancellationToken);

    private async Task<AwsKeys?> FindAsync(
        SharedProfiles profiles, string name, ImmutableArray<string> above, CancellationToken cancellationToken)
    {
        var profile = profiles.Find(name);
        var isSource = above.Contains(name);
        if (Lasting(profile, isSource) is { } lasting)
        {
            return lasting;
        }

        if (isSource || above.Length >= ChainMax)
        {
            throw Wrong(name, "its source_profile leads back to it, or through too many others");
        }

        if (profile.GetValueOrDefault(Role) is { } role)
        {
            var session = profile.GetValueOrDefault("role_session_name", "muster");
            if (profile.GetValueOrDefault("web_identity_token_file") is { } file)
            {
                return await sts.AssumeByTokenAsync(role, session, file, cancellationToken);
            }

            var source = await SourceAsync(profiles, profile, name, above, cancellationToken);
            return await sts.AssumeAsync(source, role, session, profile.GetValueOrDefault("external_id"), cancellationToken);
        }

        return profile.ContainsKey("sso_account_id") ? await sso.GetAsync(profiles, profile, name, cancellationToken)
            : profile.ContainsKey("credential_process")
                ? throw Wrong(name, "it has a credential_process, which Muster does not run: write what it gives into a credentials file")
            : null;
    }

    private async Task<AwsKeys> SourceAsync(
        SharedProfiles profiles, ImmutableSortedDictionary<string, string> profile, string name, ImmutableArray<string> above,
        CancellationToken cancellationToken)
    {
        var source = profile.GetValueOrDefault("source_profile");
        return source is not null
            ? await FindAsync(profiles, source, above.Add(name), cancellationToken)
                ?? throw Wrong(name, $"its source_profile '{source}' has no key")
            : profile.GetValueOrDefault("credential_source") switch
            {
                "Environment" => EnvironmentKeys.Find(options) ?? throw Wrong(name, "there is no key in the environment"),
                "EcsContainer" or "Ec2InstanceMetadata" =>
                    await host.FindAsync(cancellationToken) ?? throw Wrong(name, "neither a container nor an instance gives a key here"),
                _ => throw Wrong(name, "it has a role_arn, and neither source_profile nor credential_source says with which credential"),
            };
    }

    // A profile with a role may hold a key, too: for itself, where it is its own source.
    private static AwsKeys? Lasting(ImmutableSortedDictionary<string, string> profile, bool isSource) =>
        (isSource || !profile.ContainsKey(Role))
        && profile.GetValueOrDefault(Id) is { Length: > 0 } id && profile.GetValueOrDefault(Secret) is { Length: > 0 } secret
            ? new(id, secret, profile.GetValueOrDefault("aws_session_token"))
            : null;

    private SharedProfiles Profiles()
    {
        try
        {
            return SharedProfiles.Read(options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized, $"the shared files of cloud '{options.Cloud}' cannot be read: {error.Message}",
                innerException: error);
        }
    }

    private static CloudException Wrong(string profile, string why) =>
        new(CloudErrorKind.Unauthorized, $"profile '{profile}' gives no credential: {why}");
}
