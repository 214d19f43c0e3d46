using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Clouds.OpenStack.Identity;
using Muster.Core.Clouds;

namespace Muster.Clouds.OpenStack;

/// <summary>The kind <c>openstack</c>: one project in one region, over the APIs of its services.</summary>
internal sealed class OpenStackKind : ICloudKind
{
    /// <inheritdoc/>
    public string Name => "openstack";

    /// <inheritdoc/>
    public KindDescription Description => OpenStackDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup, Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        var (options, credential, read) = Read(setup, Environment.GetEnvironmentVariable);
        return Task.FromResult<ICloud>(new OpenStackCloud(options, credential, read, setup.Time, setup.Say));
    }

    /// <summary>Reads the options and the credential.</summary>
    /// <param name="setup">The cloud's.</param>
    /// <param name="variable">The value of a variable of the environment; null where there is none.</param>
    /// <returns>The options, the credential, and what reads it anew.</returns>
    /// <exception cref="Core.InputException">At least one is unknown or wrong; names every one.</exception>
    internal static (OpenStackOptions Options, OpenStackCredential Credential, Func<OpenStackCredential> Read) Read(
        CloudSetup setup, Func<string, string?> variable)
    {
        var reader = new SetupReader(setup, OpenStackDescription.Kind.Options);
        var source = new CredentialSource(
            setup.Files,
            reader.Read(OpenStackDescription.CloudsFile),
            reader.Read(OpenStackDescription.SecureFile),
            reader.Read(OpenStackDescription.OsCloud) ?? variable("OS_CLOUD"),
            variable);
        var credential = ReadCredential(reader, source);
        var options = new OpenStackOptions
        {
            Cloud = setup.Name,
            Region = reader.Read(OpenStackDescription.RegionName) ?? credential?.Region,
            Interface = reader.Read(OpenStackDescription.Interface) ?? InterfaceOf(reader, credential),
            Authorities = ReadAuthorities(reader, credential),
            AllowsHttp = reader.Read(OpenStackDescription.AllowHttp),
            ListsByTags = reader.Read(OpenStackDescription.ListBy),
            MemberSubnet = reader.Read(OpenStackDescription.MemberSubnet),
            ListingLag = reader.Read(OpenStackDescription.ListingLag),
            Timeout = reader.Read(OpenStackDescription.Timeout),
        };
        if (credential is { AuthUrl: { Scheme: "http", IsLoopback: false } url } && !options.AllowsHttp)
        {
            reader.Refuse(
                OpenStackDescription.CloudsFile.Name, reader.TextOf(OpenStackDescription.CloudsFile.Name),
                $"an auth_url of https://, since the secret goes there; it is {url}. allow_http = \"true\" takes it all the same");
        }

        reader.ThrowIfWrong();
        return (options, credential!, source.Read);
    }

    private static OpenStackCredential? ReadCredential(SetupReader reader, CredentialSource source)
    {
        var (name, file) = (OpenStackDescription.CloudsFile.Name, reader.TextOf(OpenStackDescription.CloudsFile.Name));
        if (file is { Length: 0 })
        {
            return null;
        }

        try
        {
            return source.Read();
        }
        catch (FormatException error)
        {
            reader.Refuse(name, file, error.Message);
            return null;
        }
    }

    /// <summary>Some tools write <c>publicURL</c>, as the version before did.</summary>
    private static string InterfaceOf(SetupReader reader, OpenStackCredential? credential)
    {
        const string OlderEnd = "URL";
        var text = credential?.Interface ?? "public";
        var word = text.EndsWith(OlderEnd, StringComparison.Ordinal) ? text[..^OlderEnd.Length] : text;
        if (word is not ("public" or "internal" or "admin"))
        {
            reader.Refuse(OpenStackDescription.Interface.Name, text, $"public, internal or admin; it is from {credential!.Source}");
        }

        return word;
    }

    private static X509Certificate2Collection? ReadAuthorities(SetupReader reader, OpenStackCredential? credential)
    {
        var name = OpenStackDescription.AuthorityFile.Name;
        if ((reader.Read(OpenStackDescription.AuthorityFile) ?? credential?.AuthorityFile) is not { } path)
        {
            return null;
        }

        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(reader.Setup.Files.ReadText(path));
            if (certificates.Count > 0)
            {
                return certificates;
            }

            reader.Refuse(name, path, "PEM with a certificate");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            reader.Refuse(name, path, $"PEM that can be read ({error.Message})");
        }

        return null;
    }
}
