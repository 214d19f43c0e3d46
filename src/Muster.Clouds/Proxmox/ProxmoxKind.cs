using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Proxmox;

/// <summary>The kind <c>proxmox</c>: one cluster of Proxmox VE, or one node that stands alone.</summary>
internal sealed class ProxmoxKind : ICloudKind
{
    /// <inheritdoc/>
    public string Name => "proxmox";

    /// <inheritdoc/>
    public KindDescription Description => ProxmoxDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new ProxmoxCloud(Read(setup), setup.Time, setup.Say));

    internal static ProxmoxOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, ProxmoxDescription.Kind.Options);
        var endpoint = reader.Read(ProxmoxDescription.Endpoint);
        var tokenFile = reader.Read(ProxmoxDescription.TokenFile);
        var authorityFile = reader.Read(ProxmoxDescription.AuthorityFile);
        var fingerprint = reader.Read(ProxmoxDescription.Fingerprint);
        if (authorityFile is not null && fingerprint is not null)
        {
            reader.Refuse(
                ProxmoxDescription.Fingerprint.Name, reader.TextOf(ProxmoxDescription.Fingerprint.Name),
                $"not together with {ProxmoxDescription.AuthorityFile.Name}");
        }

        var (vmids, clones) = (reader.Read(ProxmoxDescription.Vmids), reader.Read(ProxmoxDescription.Clones));
        var (timeout, launchTimeout) = (reader.Read(ProxmoxDescription.Timeout), reader.Read(ProxmoxDescription.LaunchTimeout));
        var token = tokenFile is null ? null : reader.Try(() => TokenOf(setup, tokenFile));
        var authorities = authorityFile is null ? null : reader.Try(() => AuthoritiesOf(setup, authorityFile));
        reader.ThrowIfWrong();
        return new()
        {
            Cloud = setup.Name,
            Endpoint = endpoint!,
            Token = token!,
            Authorities = authorities,
            Fingerprint = fingerprint,
            Vmids = vmids,
            ClonesMax = clones,
            Timeout = timeout,
            LaunchTimeout = launchTimeout,
        };
    }

    private static ProxmoxToken TokenOf(CloudSetup setup, string path)
    {
        var field = setup.FieldOf(ProxmoxDescription.TokenFile.Name);
        try
        {
            if (setup.Files.IsOpenToOthers(path))
            {
                throw new InputException(field, path, $"a file that only its owner may read: chmod 600 {path}");
            }

            if (!ProxmoxToken.IsToken(setup.Files.ReadText(path)))
            {
                throw new InputException(field, path, $"a file that holds {ProxmoxToken.Allowed}, and nothing else");
            }

            // Read once now: whatever happens to the file later, there is a last good one.
            var token = new ProxmoxToken(() => setup.Files.ReadText(path), field);
            token.Header();
            return token;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(field, path, $"a file that can be read ({error.Message})");
        }
    }

    private static X509Certificate2Collection AuthoritiesOf(CloudSetup setup, string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(setup.Files.ReadText(path));
            return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                setup.FieldOf(ProxmoxDescription.AuthorityFile.Name), path, $"PEM that can be read ({error.Message})");
        }
    }
}
