using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Muster.Clouds.Libvirt.Templates;

namespace Muster.Clouds.Libvirt.Seeds;

/// <summary>What cloud-init reads at the first boot: a volume that is called <c>cidata</c> (NoCloud).</summary>
/// <remarks>https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html</remarks>
internal static class NoCloudSeed
{
    private const string Label = "cidata";

    /// <summary>Writes it.</summary>
    /// <param name="instance">The instance's id, at a change of which cloud-init begins anew.</param>
    /// <param name="name">What it calls itself.</param>
    /// <param name="spec">User data and metadata.</param>
    /// <param name="madeAt">When it is made.</param>
    public static byte[] Write(Guid instance, string name, LibvirtSpec spec, DateTimeOffset madeAt) => IsoImage.Write(
        Label,
        madeAt,
        ("meta-data", "METADATA", Metadata(instance, name, spec)),
        // An empty one would do, and be complained of.
        ("user-data", "USERDATA", Encoding.UTF8.GetBytes(spec.UserData ?? "#cloud-config\n{}\n")));

    /// <summary>The metadata: JSON, which is YAML too.</summary>
    private static byte[] Metadata(Guid instance, string name, LibvirtSpec spec)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString(LibvirtTemplates.InstanceId, instance.ToString("D"));
            json.WriteString(LibvirtTemplates.LocalHostname, name);
            foreach (var (key, value) in spec.Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
