using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Signing;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Options;

namespace Muster.Clouds.Triton;

/// <summary>The kind <c>triton</c>: one account over CloudAPI, or each account with a key of its own.</summary>
internal sealed class TritonKind : ICloudKind, IKindByAccount
{
    private static readonly ConfigOption[] OfOneKey =
    [
        TritonDescription.Account, TritonDescription.User, TritonDescription.KeyFile, TritonDescription.KeyId,
        TritonDescription.AgentSocket,
    ];

    private static readonly ConfigOption[] OfAccounts =
    [
        TritonDescription.KeyPrefix, TritonDescription.DataCenter, TritonDescription.TypeOfKey, TritonDescription.AuthorityUrl,
        TritonDescription.AuthorityTimeout,
    ];

    /// <inheritdoc/>
    public string Name => "triton";

    /// <inheritdoc/>
    public KindDescription Description => TritonDescription.Kind;

    /// <inheritdoc/>
    public async Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        var options = Read(setup);
        if (options.ByAccount)
        {
            throw new InputException(
                setup.FieldOf(TritonDescription.Credential.Name),
                TritonDescription.ByAccount,
                "key: here nobody is an account with a service key");
        }

        var authorities = ReadAuthorities(setup, options);
        var signer = await ReadKeyAsync(setup, options, cancellationToken);
        return new TritonCloud(options, signer, authorities, setup.Time, setup.Say);
    }

    /// <inheritdoc/>
    public ICloudByAccount? OpenByAccount(CloudSetup setup)
    {
        if (setup.Options.GetValueOrDefault(TritonDescription.Credential.Name) is not TritonDescription.ByAccount)
        {
            return null;
        }

        var options = Read(setup);
        return new TritonByAccount(options, ReadAuthorities(setup, options), setup.Time, setup.Say);
    }

    /// <summary>Reads all that opening it would read, keys and certificates too.</summary>
    /// <exception cref="InputException">An option is unknown or wrong, or what it names; names every one.</exception>
    public void Check(CloudSetup setup)
    {
        var options = Read(setup);
        var files = new SetupReader(setup, TritonDescription.Kind.Options);
        files.Try(() => ReadAuthorities(setup, options));
        if (!options.ByAccount)
        {
            // A configuration is read before anything else goes on, so that nothing is held up while an agent answers.
            files.Try(() => ReadKeyAsync(setup, options, CancellationToken.None).GetAwaiter().GetResult())?.Dispose();
        }

        files.ThrowIfWrong();
    }

    internal static TritonCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, TritonDescription.Kind.Options);
        var options = new TritonCloudOptions
        {
            Url = reader.Read(TritonDescription.Url),
            ByAccount = reader.Read(TritonDescription.Credential),
            Account = reader.Read(TritonDescription.Account) ?? "",
            User = reader.Read(TritonDescription.User),
            KeyFile = reader.Read(TritonDescription.KeyFile),
            KeyId = reader.Read(TritonDescription.KeyId),
            AgentSocket = reader.Read(TritonDescription.AgentSocket) ?? Environment.GetEnvironmentVariable("SSH_AUTH_SOCK"),
            KeyPrefix = reader.Read(TritonDescription.KeyPrefix),
            DataCenter = reader.Read(TritonDescription.DataCenter),
            KeyType = reader.Read(TritonDescription.TypeOfKey),
            AuthorityUrl = reader.Read(TritonDescription.AuthorityUrl),
            AuthorityTimeout = reader.Read(TritonDescription.AuthorityTimeout),
            RsaHash = reader.Read(TritonDescription.RsaHash),
            AuthorityFile = reader.Read(TritonDescription.AuthorityFile),
            AcceptVersion = reader.Read(TritonDescription.AcceptVersion),
            PageSize = reader.Read(TritonDescription.PageSize),
            ListensToChanges = reader.Read(TritonDescription.ChangeFeed),
            Timeout = reader.Read(TritonDescription.Timeout),
        };
        RefuseOthers(reader, options);
        reader.ThrowIfWrong();
        return options;
    }

    private static void RefuseOthers(SetupReader reader, TritonCloudOptions options)
    {
        if (!options.ByAccount && reader.TextOf(TritonDescription.Account.Name) is null)
        {
            reader.Refuse(TritonDescription.Account.Name, null, TritonDescription.LoginAllowed);
        }

        if (!options.ByAccount && options.KeyId is null && reader.TextOf(TritonDescription.KeyFile.Name) is null)
        {
            reader.Refuse(
                TritonDescription.KeyFile.Name, null, "the private key's file, or key_id: the fingerprint of a key in ssh-agent");
        }

        var (others, why) = options.ByAccount
            ? (OfOneKey, $"left out where credential is '{TritonDescription.ByAccount}': each account has a service key of its own")
            : (OfAccounts, $"left out unless credential is '{TritonDescription.ByAccount}'");
        foreach (var other in others)
        {
            if (reader.TextOf(other.Name) is { } value)
            {
                reader.Refuse(other.Name, value, why);
            }
        }
    }

    private static async Task<RequestSigner> ReadKeyAsync(CloudSetup setup, TritonCloudOptions options, CancellationToken cancellationToken)
    {
        var (name, value) = options.KeyFile is { } file
            ? (TritonDescription.KeyFile.Name, file)
            : (TritonDescription.KeyId.Name, options.KeyId!);
        try
        {
            var signer = setup.PrivateKey is { } pem ? GivenKey.Read(pem, options.RsaHash, setup.Say)
                : options.KeyFile is null
                    ? await AgentSigner.FindAsync(
                        Agent(options), options.KeyId!, options.RsaHash == HashAlgorithmName.SHA512, cancellationToken)
                    : PrivateKeyFile.Read(options.KeyFile, options.RsaHash, setup.Files);
            if ((options.KeyFile ?? setup.PrivateKey) is not null
                && options.KeyId is { } id
                && !Fingerprint.Matches(id, signer.PublicKey.Span))
            {
                var actual = Fingerprint.Md5(signer.PublicKey.Span);
                signer.Dispose();
                throw new InputException(
                    setup.FieldOf(TritonDescription.KeyId.Name), id,
                    $"the fingerprint of the key {(setup.PrivateKey is null ? "in key_file" : "given")}, "
                    + $"which is {actual}; or leave it out");
            }

            return new(signer, options.Account, options.User, setup.Time);
        }
        catch (FormatException error)
        {
            throw new InputException(setup.FieldOf(name), value, error.Message);
        }
    }

    private static string Agent(TritonCloudOptions options) => options.AgentSocket is { Length: > 0 } socket
        ? socket
        : throw new FormatException("the fingerprint of a key in ssh-agent, and no agent is known: set agent_socket or SSH_AUTH_SOCK");

    private static X509Certificate2Collection? ReadAuthorities(CloudSetup setup, TritonCloudOptions options)
    {
        if (options.AuthorityFile is not { } path)
        {
            return null;
        }

        var field = setup.FieldOf(TritonDescription.AuthorityFile.Name);
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(setup.Files.ReadText(path));
            return authorities.Count > 0
                ? authorities
                : throw new InputException(field, path, "a file with certificates as PEM; this has none");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InputException(field, path, $"a file with certificates as PEM ({error.Message})");
        }
    }
}
