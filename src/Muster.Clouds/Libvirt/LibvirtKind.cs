using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt;

/// <summary>The kind <c>libvirt</c>: virtual machines of one host, or of several.</summary>
internal sealed class LibvirtKind : ICloudKind
{
    private const string DefaultUri = "qemu:///system";

    private const string UriAllowed =
        "qemu:///system, qemu:///session, qemu+ssh://user@host/system or qemu+tls://host/system; qemu+tcp:// to this machine alone, since "
        + "nothing guards it";

    /// <summary>As many as anybody has whose machines a person still knows by name; each takes up to five threads.</summary>
    private const int HostsMax = 100;

    /// <inheritdoc/>
    public string Name => "libvirt";

    /// <inheritdoc/>
    public KindDescription Description => LibvirtDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <inheritdoc/>
    public Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        Task.FromResult<ICloud>(new LibvirtCloud(Read(setup), setup.Time));

    internal static LibvirtCloudOptions Read(CloudSetup setup)
    {
        var options = new SetupReader(setup, LibvirtDescription.Kind.Options);
        var hosts = Hosts(options);
        var extras = Extras(options);
        var (pool, network) = (options.Read(LibvirtDescription.Pool), options.Read(LibvirtDescription.Network));
        var allowance = HostAllowance.Read(options, LibvirtTemplates.IsEntry, LibvirtTemplates.KnownEntries);
        var (grace, timeout) = (options.Read(LibvirtDescription.StopGrace), options.Read(LibvirtDescription.Timeout));
        var domainType = options.Read(LibvirtDescription.DomainType);
        options.ThrowIfWrong();
        return new()
        {
            Cloud = setup.Name,
            Hosts = hosts,
            Defaults = new(pool, network, extras, domainType, allowance),
            StopGrace = grace,
            Timeout = timeout,
        };
    }

    private static ImmutableArray<LibvirtAddress> Hosts(SetupReader options)
    {
        var named = options.Setup.Options
            .Where(option => option.Key.StartsWith(LibvirtDescription.HostPrefix, StringComparison.Ordinal)
                && option.Key.Length > LibvirtDescription.HostPrefix.Length)
            .ToImmutableArray();
        var uri = options.Read(LibvirtDescription.Uri);
        if (named.IsEmpty)
        {
            return [Address(options, LibvirtDescription.Uri.Name, zone: null, uri ?? DefaultUri)];
        }

        if (uri is not null)
        {
            options.Refuse(LibvirtDescription.Uri.Name, uri, "one host by uri, or several by host.NAME, and not both");
        }

        if (named.Length > HostsMax)
        {
            options.Refuse("host.NAME", $"{named.Length} hosts", $"at most {HostsMax}; make several clouds of them");
        }

        foreach (var (option, _) in named.Where(one => !EntityName.IsValid(Zone(one.Key))))
        {
            options.Refuse(option, Zone(option), $"the zone's name: {EntityName.Rule}");
        }

        return [.. named.Select(one => Address(options, one.Key, Zone(one.Key), one.Value))];
    }

    private static string Zone(string option) => option[LibvirtDescription.HostPrefix.Length..];

    private static LibvirtAddress Address(SetupReader options, string option, string? zone, string text)
    {
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out var uri) || !IsAllowed(uri))
        {
            options.Refuse(option, text, UriAllowed);
            return new(zone, text, text);
        }

        // ssh must not ask the server's terminal for a password that nobody types.
        var asked = uri.Scheme is "qemu+ssh" && !text.Contains("no_tty=", StringComparison.Ordinal)
            ? $"{text}{(uri.Query.Length > 0 ? "&" : "?")}no_tty=1"
            : text;

        // What stands behind the question mark names files and sockets, and is nobody's business in a message.
        var shown = text.Split('?')[0];
        return new(zone, asked, zone is null ? shown : $"host {zone} ({shown})");
    }

    private static bool IsAllowed(Uri uri) =>
        uri.AbsolutePath is "/system" or "/session"
        && uri.UserInfo.IndexOf(':', StringComparison.Ordinal) < 0
        && uri.Scheme switch
        {
            "qemu" => true,
            "qemu+unix" => uri.Host.Length == 0,
            "qemu+ssh" or "qemu+libssh" or "qemu+libssh2" or "qemu+tls" => uri.Host.Length > 0,
            "qemu+tcp" => uri.IsLoopback,
            _ => false,
        };

    private static ImmutableArray<ExtraXml> Extras(SetupReader options)
    {
        var extras = ImmutableArray.CreateBuilder<ExtraXml>();
        foreach (var (option, text) in options.Setup.Options.Where(
            option => option.Key.StartsWith(LibvirtDescription.XmlPrefix, StringComparison.Ordinal)
                && option.Key.Length > LibvirtDescription.XmlPrefix.Length))
        {
            if (ExtraXml.TryParse(option[LibvirtDescription.XmlPrefix.Length..], text, out var extra))
            {
                extras.Add(extra);
            }
            else
            {
                options.Refuse(option, text, ExtraXml.Allowed);
            }
        }

        return extras.ToImmutable();
    }
}
