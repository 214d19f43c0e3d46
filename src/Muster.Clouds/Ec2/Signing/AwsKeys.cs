namespace Muster.Clouds.Ec2.Signing;

/// <summary>What signs calls of AWS. Secret.</summary>
/// <param name="AccessKeyId">Which key; no secret.</param>
/// <param name="SecretAccessKey">The key.</param>
/// <param name="SessionToken">Goes along with temporary ones; null for those that last.</param>
/// <param name="ExpiresAt">When they end; null for those that last, or of which it is not known.</param>
internal sealed record AwsKeys(string AccessKeyId, string SecretAccessKey, string? SessionToken = null, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Which key, and no more: never to be shown by accident.</summary>
    public override string ToString() => AccessKeyId;
}
