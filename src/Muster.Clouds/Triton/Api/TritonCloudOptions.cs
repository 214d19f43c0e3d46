using System.Security.Cryptography;

using Muster.Clouds.Triton.Signing;

namespace Muster.Clouds.Triton.Api;

/// <summary>How a connection to CloudAPI is set up.</summary>
internal sealed class TritonCloudOptions
{
    /// <summary>Where CloudAPI is. HTTPS, or HTTP on this machine only.</summary>
    public Uri? Url { get; set; }

    /// <summary>Whether each account is spoken for with a service key of its own, and not all with one key.</summary>
    public bool ByAccount { get; set; }

    /// <summary>The first part of the service keys' name.</summary>
    /// <value><c>TSG_Management</c> unless set.</value>
    public string KeyPrefix { get; set; } = "TSG_Management";

    /// <summary>The second part of the service keys' name.</summary>
    /// <value><c>us-east-1</c> unless set.</value>
    public string DataCenter { get; set; } = "us-east-1";

    /// <summary>What service keys are called in the accounts.</summary>
    public string KeyName => $"{KeyPrefix}_{DataCenter}";

    /// <summary>What kind of service keys are made.</summary>
    /// <value>RSA unless set: CloudAPI before 9.18 knows no Ed25519.</value>
    public KeyType KeyType { get; set; } = KeyType.Rsa;

    /// <summary>The CloudAPI that says who a caller is.</summary>
    /// <value>Null, for <see cref="Url"/>, unless set.</value>
    public Uri? AuthorityUrl { get; set; }

    /// <summary>How long a caller waits for CloudAPI's word.</summary>
    /// <value>10 seconds unless set; 1 second to 100 seconds.</value>
    public TimeSpan AuthorityTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The login of the account whose machines these are.</summary>
    public string Account { get; set; } = "";

    /// <summary>The account's sub-user that signs; null for the account itself.</summary>
    public string? User { get; set; }

    /// <summary>The private key's file; null to use an ssh-agent.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Which key of the agent; MD5 or SHA256 fingerprint.</summary>
    public string? KeyId { get; set; }

    /// <summary>The agent's socket.</summary>
    /// <value>The server's <c>SSH_AUTH_SOCK</c> unless set.</value>
    public string? AgentSocket { get; set; } = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");

    /// <summary>What an RSA key hashes with.</summary>
    /// <value>SHA-256 unless set; or SHA-512.</value>
    public HashAlgorithmName RsaHash { get; set; } = HashAlgorithmName.SHA256;

    /// <summary>Certificates to trust instead of the system's, as PEM; null for the system's.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Which versions of CloudAPI are spoken.</summary>
    /// <value><c>~8</c> unless set: 9 refuses images that others share with the account unless each launch asks for them.</value>
    public string AcceptVersion { get; set; } = "~8";

    /// <summary>Machines on one page of a listing.</summary>
    /// <value>1000 unless set, the most that CloudAPI gives; at least 2.</value>
    public int PageSize { get; set; } = 1000;

    /// <summary>Whether changes are listened to where CloudAPI offers it.</summary>
    public bool ChangeFeed { get; set; } = true;

    /// <summary>How long a call may take.</summary>
    /// <value>60 seconds unless set; 1 second to 100 seconds, so that it is over before a launch's outcome is called ambiguous.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for one account of many.</summary>
    public TritonCloudOptions For(string account)
    {
        var options = (TritonCloudOptions)MemberwiseClone();
        options.Account = account;
        return options;
    }
}
