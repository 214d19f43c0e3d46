using Muster.Clouds.Ec2.Signing;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Credentials of the environment.</summary>
internal static class EnvironmentKeys
{
    /// <summary>A key; null where there is none.</summary>
    public static AwsKeys? Find(CredentialOptions options) =>
        options.Variable("AWS_ACCESS_KEY_ID") is { } id && options.Variable("AWS_SECRET_ACCESS_KEY") is { } secret
            ? new(id, secret, options.Variable("AWS_SESSION_TOKEN"))
            : null;

    /// <summary>A role for a token in a file, as Kubernetes gives one; null where there is none.</summary>
    public static async Task<AwsKeys?> FindByWebIdentityAsync(CredentialOptions options, Sts sts, CancellationToken cancellationToken) =>
        options.Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && options.Variable("AWS_ROLE_ARN") is { } role
            ? await sts.AssumeByTokenAsync(role, options.Variable("AWS_ROLE_SESSION_NAME") ?? "muster", file, cancellationToken)
            : null;
}
