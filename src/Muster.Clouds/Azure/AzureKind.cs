using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Options;

namespace Muster.Clouds.Azure;

/// <summary>The kind <c>azure</c>: virtual machines of one resource group.</summary>
internal sealed class AzureKind : ICloudKind
{
    private static readonly Uri UsualAuthority = new("https://login.microsoftonline.com/");

    /// <summary>The environment; tests give another one.</summary>
    private readonly Func<string, string?> _environment;

    public AzureKind()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal AzureKind(Func<string, string?> environment) =>
        _environment = name => environment(name) is { Length: > 0 } value ? value : null;

    /// <inheritdoc/>
    public string Name => "azure";

    /// <inheritdoc/>
    public KindDescription Description => AzureDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new AzureCloud(Read(setup), setup.Time, setup.Random, setup.Say));

    internal AzureCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, AzureDescription.Kind.Options);
        var subscription = Given(reader, AzureDescription.Subscription, "AZURE_SUBSCRIPTION_ID", isRequired: true);
        var (group, location) = (reader.Read(AzureDescription.ResourceGroup), reader.Read(AzureDescription.Location));
        var endpoint = reader.Read(AzureDescription.Endpoint);
        var tokens = ReadTokens(reader, endpoint);
        var authorities = ReadAuthorities(reader);
        var key = ReadPublicKey(reader);
        var (addresses, wait, timeout) =
            (reader.Read(AzureDescription.Addresses), reader.Read(AzureDescription.LaunchWait), reader.Read(AzureDescription.Timeout));
        reader.ThrowIfWrong();
        return new()
        {
            Cloud = setup.Name, Endpoint = endpoint, Subscription = subscription!, ResourceGroup = group!, Location = location!,
            Tokens = tokens,
            Authorities = authorities, SshPublicKey = key, Addresses = addresses, LaunchWait = wait, Timeout = timeout,
        };
    }

    private TokenOptions ReadTokens(SetupReader reader, Uri endpoint)
    {
        var secretFile = reader.Read(AzureDescription.SecretFile);
        var secret = secretFile is null ? _environment("AZURE_CLIENT_SECRET") : null;
        var certificate = reader.Read(AzureDescription.CertificateFile) ?? _environment("AZURE_CLIENT_CERTIFICATE_PATH");
        var federated = reader.Read(AzureDescription.FederatedTokenFile) ?? _environment("AZURE_FEDERATED_TOKEN_FILE");
        var way = reader.Read(AzureDescription.Credential)
            ?? FirstSet(reader, AzureDescription.SecretFile, AzureDescription.CertificateFile, AzureDescription.FederatedTokenFile)
            ?? (secret is not null ? TokenWay.Secret
                : certificate is not null ? TokenWay.Certificate
                : federated is not null ? TokenWay.Workload
                : TokenWay.Managed);
        var (file, option) = way switch
        {
            TokenWay.Secret => (secretFile, AzureDescription.SecretFile),
            TokenWay.Certificate => (certificate, AzureDescription.CertificateFile),
            TokenWay.Workload => (federated, AzureDescription.FederatedTokenFile),
            _ => (null, AzureDescription.SecretFile),
        };
        if (way is not TokenWay.Managed && file is null && (way is not TokenWay.Secret || secret is null))
        {
            reader.Refuse(option.Name, null, $"{option.Meaning}, since credential is {way.ToString().ToLowerInvariant()}");
        }

        CheckFile(reader, option.Name, file, way);
        var isApplication = way is not TokenWay.Managed;
        var client = Given(reader, AzureDescription.Client, "AZURE_CLIENT_ID", isApplication);
        var tenant = Given(reader, AzureDescription.Tenant, "AZURE_TENANT_ID", isApplication);
        var files = reader.Setup.Files;
        return new()
        {
            Way = way,
            Authority = reader.Read(AzureDescription.Authority)
                ?? (_environment("AZURE_AUTHORITY_HOST") is { } host && AzureDescription.TryUrl(host, out var given)
                    ? given
                    : UsualAuthority),
            Audience = endpoint.GetLeftPart(UriPartial.Authority),
            Tenant = tenant ?? "",
            Client = client ?? "",
            File = file,
            Secret = way is TokenWay.Secret ? secret : null,
            ReadFile = files.ReadText,
            AppService = way is TokenWay.Managed && Uri.TryCreate(_environment("IDENTITY_ENDPOINT"), UriKind.Absolute, out var app)
                ? app
                : null,
            AppServiceHeader = _environment("IDENTITY_HEADER"),
        };
    }

    private static TokenWay? FirstSet(SetupReader reader, params ConfigOption<string?>[] options)
    {
        var at = Array.FindIndex(options, option => reader.TextOf(option.Name) is not null);
        return at < 0 ? null : (TokenWay)at;
    }

    private string? Given(SetupReader reader, ConfigOption<string?> option, string variable, bool isRequired)
    {
        if (reader.TextOf(option.Name) is not null)
        {
            return reader.Read(option);
        }

        if (_environment(variable) is { } value)
        {
            if (option.Parse(value, out var read))
            {
                return read;
            }

            reader.Refuse(option.Name, value, $"{option.Allowed}; it comes from the variable {variable}");
        }
        else if (isRequired)
        {
            reader.Refuse(option.Name, null, $"{option.Allowed}; or set the variable {variable}");
        }

        return null;
    }

    private static void CheckFile(SetupReader reader, string option, string? path, TokenWay way)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            var files = reader.Setup.Files;
            if (!files.Exists(path))
            {
                reader.Refuse(option, path, "a file that exists");
            }
            else if (files.ReadText(path).Trim().Length == 0)
            {
                reader.Refuse(option, path, "a file that is not empty");
            }
            else if (way is not TokenWay.Workload && files.IsOpenToOthers(path))
            {
                // A federated token is written by others, as Kubernetes does, with modes of theirs.
                reader.Refuse(option, path, "a file that is its owner's alone: chmod 600");
            }
            else if (way is TokenWay.Certificate)
            {
                CertificateAssertion.Read(files.ReadText(path), path).Dispose();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CloudException)
        {
            reader.Refuse(option, path, $"a file that can be read ({error.Message})");
        }
    }

    private static X509Certificate2Collection? ReadAuthorities(SetupReader reader)
    {
        if (reader.Read(AzureDescription.AuthoritiesFile) is not { } path)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(reader.Setup.Files.ReadText(path));
            if (authorities.Count > 0)
            {
                return authorities;
            }

            reader.Refuse(AzureDescription.AuthoritiesFile.Name, path, "a file with certificates as PEM; this has none");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            reader.Refuse(AzureDescription.AuthoritiesFile.Name, path, $"a file with certificates as PEM ({error.Message})");
        }

        return null;
    }

    private static string? ReadPublicKey(SetupReader reader)
    {
        if (reader.Read(AzureDescription.SshPublicKeyFile) is not { } path)
        {
            return null;
        }

        var name = AzureDescription.SshPublicKeyFile.Name;
        try
        {
            if (AzureDescription.TryKey(reader.Setup.Files.ReadText(path), out var key))
            {
                return key;
            }

            // Never what it holds: it may be the private one.
            reader.Refuse(name, path, $"a file with {AzureDescription.SshPublicKey.Allowed}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Refuse(name, path, $"a file that can be read ({error.Message})");
        }

        return null;
    }
}
