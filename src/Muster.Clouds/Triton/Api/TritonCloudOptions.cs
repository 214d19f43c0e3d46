using System.Security.Cryptography;

using Muster.Clouds.Triton.Signing;

namespace Muster.Clouds.Triton.Api;

/// <summary>How a connection to CloudAPI is set up. <c>TritonDescription</c> has what holds unless set.</summary>
internal sealed record TritonCloudOptions
{
    /// <summary>Where CloudAPI is. HTTPS, or HTTP on this machine only.</summary>
    public required Uri? Url { get; init; }

    /// <summary>Whether each account is spoken for with a service key of its own, and not all with one key.</summary>
    public required bool ByAccount { get; init; }

    /// <summary>The first part of the service keys' name.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>The second part of the service keys' name.</summary>
    public required string DataCenter { get; init; }

    /// <summary>What service keys are called in the accounts.</summary>
    public string KeyName => $"{KeyPrefix}_{DataCenter}";

    /// <summary>What kind of service keys are made.</summary>
    public required KeyType KeyType { get; init; }

    /// <summary>The CloudAPI that says who a caller is; null for <see cref="Url"/>.</summary>
    public required Uri? AuthorityUrl { get; init; }

    /// <summary>How long a caller waits for CloudAPI's word.</summary>
    public required TimeSpan AuthorityTimeout { get; init; }

    /// <summary>The login of the account whose machines these are; empty where each account is spoken for.</summary>
    public required string Account { get; init; }

    /// <summary>The account's sub-user that signs; null for the account itself.</summary>
    public required string? User { get; init; }

    /// <summary>The private key's file; null to use an ssh-agent.</summary>
    public required string? KeyFile { get; init; }

    /// <summary>Which key of the agent; MD5 or SHA256 fingerprint.</summary>
    public required string? KeyId { get; init; }

    /// <summary>The agent's socket; null when none is known.</summary>
    public required string? AgentSocket { get; init; }

    /// <summary>What an RSA key hashes with: SHA-256 or SHA-512.</summary>
    public required HashAlgorithmName RsaHash { get; init; }

    /// <summary>Certificates to trust instead of the system's, as PEM; null for the system's.</summary>
    public required string? AuthorityFile { get; init; }

    /// <summary>Which versions of CloudAPI are spoken.</summary>
    public required string AcceptVersion { get; init; }

    /// <summary>Machines on one page of a listing.</summary>
    public required int PageSize { get; init; }

    /// <summary>Whether changes are listened to where CloudAPI offers it.</summary>
    public required bool ListensToChanges { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
