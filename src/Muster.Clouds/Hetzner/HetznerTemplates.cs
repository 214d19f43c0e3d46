using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Hetzner;

/// <summary>What can be said of a template without a call.</summary>
internal static partial class HetznerTemplates
{
    /// <summary>What an image begins with that is the newest of some snapshots.</summary>
    public const string SnapshotPrefix = "snapshot:";

    private const int NetworksMax = 3;
    private const int UserDataBytesMax = 32 * 1024;
    private const string On = "on";

    /// <summary>A name is one label of the DNS (RFC 1123 §2.1). The API takes several with dots; one of them is enough.</summary>
    public static NameRule Names { get; } = new() { LengthMax = 63, Rest = c => char.IsAsciiLetterOrDigit(c) || c == '-' };

    private static readonly UserDataForm UserData = new(UserDataBytesMax);

    /// <summary>Reads it: what the API could only refuse too, or would take for something else, is refused.</summary>
    public static TemplateReading<ServerSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, HetznerDescription.Kind.TemplateOptions);
        var selector = template.Image.StartsWith(SnapshotPrefix, StringComparison.Ordinal) ? template.Image[SnapshotPrefix.Length..] : null;
        if (selector is not null && !Selector().IsMatch(selector))
        {
            reader.RefuseField(
                "image", template.Image,
                $"after {SnapshotPrefix} a selector of labels, such as {SnapshotPrefix}role=web,stage!=test (KEY=VALUE, KEY!=VALUE, KEY or "
                + "!KEY, with commas between)");
        }
        else if (selector is null && !Word().IsMatch(template.Image))
        {
            reader.RefuseField("image", template.Image, $"an image's name or id (hcloud image list), or {SnapshotPrefix}SELECTOR");
        }

        if (template.Size is null || !Word().IsMatch(template.Size))
        {
            reader.RefuseField("size", template.Size, "the name of a server type, such as cx22: hcloud server-type list");
        }

        if (template.Networks.Length > NetworksMax)
        {
            reader.RefuseField(
                "network", string.Join(", ", template.Networks), $"at most {NetworksMax}, which is what Hetzner gives a server");
        }

        reader.RefuseFirewall($"Hetzner's firewalls have names: name them in options.{HetznerDescription.Firewalls.Name}");
        foreach (var key in template.Metadata.Keys)
        {
            // The value may be a secret, and is not shown.
            reader.Findings.Add(new(
                $"metadata.{key}", IsGood: false,
                $"metadata.{key} is not allowed: Hetzner hands a server no metadata; put it into the user data"));
        }

        UserData.Check(reader);
        var (ipv4, ipv6) = (reader.Read(HetznerDescription.Ipv4), reader.Read(HetznerDescription.Ipv6));
        var firewalls = reader.Read(HetznerDescription.Firewalls);
        RefuseUnreachable(reader, ipv4 || ipv6, hasFirewall: !firewalls.IsEmpty);
        var (location, group) = (reader.Read(HetznerDescription.Location), reader.Read(HetznerDescription.PlacementGroup));
        var keys = reader.Read(HetznerDescription.SshKeys);
        return reader.End(() => new ServerSpec
        {
            Image = selector is null ? template.Image : null,
            SnapshotSelector = selector,
            ServerType = template.Size!,
            Location = location,
            Networks = template.Networks,
            Firewalls = firewalls,
            PlacementGroup = group,
            SshKeys = keys,
            HasIpv4 = ipv4,
            HasIpv6 = ipv6,
            UserData = template.UserData,
        });
    }

    private static void RefuseUnreachable(TemplateReader reader, bool isPublic, bool hasFirewall)
    {
        if (isPublic)
        {
            return;
        }

        if (reader.Template.Networks.IsEmpty)
        {
            reader.RefuseField("options.ipv6", "off", $"{On}, or a network: without any address Hetzner makes no server");
        }

        if (hasFirewall)
        {
            reader.Refuse(
                HetznerDescription.Firewalls.Name, reader.TextOf(HetznerDescription.Firewalls.Name),
                "left out where ipv4 and ipv6 are off: Hetzner's firewalls guard public addresses only");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,100}[A-Za-z0-9])?\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A!?[A-Za-z0-9][A-Za-z0-9._/-]*(!?==?[A-Za-z0-9._-]*)?(,!?[A-Za-z0-9][A-Za-z0-9._/-]*(!?==?[A-Za-z0-9._-]*)?)*\z")]
    private static partial Regex Selector();
}
