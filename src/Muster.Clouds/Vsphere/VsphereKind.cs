using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Templates;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere;

/// <summary>The kind <c>vsphere</c>: one data centre of a vCenter.</summary>
internal sealed class VsphereKind : ICloudKind
{
    /// <inheritdoc/>
    public string Name => "vsphere";

    /// <inheritdoc/>
    public KindDescription Description => VsphereDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new VsphereCloud(Read(setup), setup.Time, setup.Say));

    internal static VsphereCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, VsphereDescription.Kind.Options);
        var url = reader.Read(VsphereDescription.Url);
        var user = reader.Read(VsphereDescription.User);
        var file = reader.Read(VsphereDescription.PasswordFile);
        var authorities = reader.Read(VsphereDescription.AuthorityFile);
        var thumbprint = reader.Read(VsphereDescription.Thumbprint);
        var datacenter = reader.Read(VsphereDescription.Datacenter);
        var folder = reader.Read(VsphereDescription.Folder);
        var timeout = reader.Read(VsphereDescription.Timeout);
        if (user is not null && (user.Length > 256 || !SoapWriter.CanSay(user)))
        {
            reader.Refuse(VsphereDescription.User.Name, user, "a user's name with its domain, at most 256 characters");
        }

        if (authorities is not null && !thumbprint.IsEmpty)
        {
            var name = VsphereDescription.Thumbprint.Name;
            reader.Refuse(name, reader.TextOf(name), "left out where ca_file is given");
        }

        var password = reader.Try(() => file is null ? null : ReadPassword(setup, file));
        var trusted = reader.Try(() => authorities is null ? null : ReadAuthorities(setup, authorities));
        reader.ThrowIfWrong();
        return new()
        {
            Cloud = setup.Name,
            Url = url!,
            User = user!,
            Password = password!,
            Authorities = trusted,
            Thumbprint = thumbprint,
            Datacenter = datacenter!,
            Folder = folder!,
            Timeout = timeout,
        };
    }

    private static VspherePassword ReadPassword(CloudSetup setup, string path)
    {
        var field = setup.FieldOf(VsphereDescription.PasswordFile.Name);
        try
        {
            if (setup.Files.IsOpenToOthers(path))
            {
                throw new InputException(field, path, $"a file that only its owner may read: chmod 600 {path}");
            }

            if (!VspherePassword.IsPassword(setup.Files.ReadText(path).TrimEnd('\r', '\n')))
            {
                throw new InputException(field, path, $"a file that holds {VspherePassword.Allowed}");
            }

            // Read once now: whatever happens to the file later, there is a last good one.
            var password = new VspherePassword(() => setup.Files.ReadText(path), field);
            password.Read();
            return password;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(field, path, $"a file that can be read ({error.Message})");
        }
    }

    private static X509Certificate2Collection ReadAuthorities(CloudSetup setup, string path)
    {
        var field = setup.FieldOf(VsphereDescription.AuthorityFile.Name);
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
