using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;
using Muster.Core.Templates;
using Muster.Outbound;

namespace Muster.Clouds.Lxd;

/// <summary>Asks a daemon whether what a template names is there.</summary>
internal sealed class LxdTemplateCheck(LxdApi api, LxdTemplates templates, LxdCloudOptions options)
{
    private readonly string _project = options.Project;

    /// <summary>Everything that is right and wrong with a template.</summary>
    /// <exception cref="CloudException">The daemon could not be asked.</exception>
    public async Task<TemplateCheck> MakeAsync(Template template, CancellationToken cancellationToken)
    {
        var (wrong, create) = templates.Read(template);
        var findings = wrong.ToBuilder();
        if (create?.Source.Server is { } server)
        {
            findings.Add(new TemplateFinding("image", IsGood: true, $"image '{create.Source.Alias}' will be asked for at {server}"));
        }
        else if (!wrong.Any(finding => finding.Field == "image"))
        {
            findings.Add(await LookAtImageAsync(template, create, cancellationToken));
        }

        if (TypeOf(template) is LxdDescription.Machine && await api.ServerAsync(cancellationToken) is { Environment: { } daemon }
            && daemon is { IsClustered: false, Driver: { } driver } && !driver.Contains("qemu", StringComparison.Ordinal))
        {
            findings.Add(new TemplateFinding(
                "options.type", IsGood: false,
                $"options.type is '{LxdDescription.Machine}': this {options.Dialect.Product} makes containers alone (its drivers: "
                + $"{ForeignText.Shown(driver)}); a virtual machine needs QEMU and /dev/kvm on its host"));
        }

        foreach (var network in template.Networks)
        {
            findings.Add(await LookAsync("network", network, $"networks/{Uri.EscapeDataString(network)}", "network", cancellationToken));
        }

        findings.AddRange(await LookAtDiskAndProfilesAsync(template, cancellationToken));
        return new TemplateCheck(findings.ToImmutable());
    }

    private async Task<TemplateFinding> LookAtImageAsync(
        Template template, LxdInstanceCreate? create, CancellationToken cancellationToken)
    {
        var type = TypeOf(template);
        var found = await api.FindAsync(ImagePath(template.Image, create), image => image.Text("type") ?? "", cancellationToken);
        return found is null or "" || found == type
            ? Finding("image", template.Image, found is not null, "image")
            : new(
                "image", IsGood: false,
                $"image is '{template.Image}': it makes instances of type {ForeignText.Shown(found)}, and the template's type is {type}");
    }

    private static string TypeOf(Template template) =>
        template.Options.GetValueOrDefault(LxdDescription.Type.Name, LxdDescription.Container);

    private async Task<List<TemplateFinding>> LookAtDiskAndProfilesAsync(Template template, CancellationToken cancellationToken)
    {
        var findings = new List<TemplateFinding>();
        var named = LxdTemplates.Profiles(template);
        var names = named ?? ["default"];
        var profiles = new List<LxdProfile>();
        foreach (var name in names)
        {
            var profile = await api.FindProfileAsync(name, cancellationToken);
            if (profile is not null)
            {
                profiles.Add(profile);
            }

            if (named is not null && profile is not null && LxdReach.Refusal(name, profile, options) is { } refusal)
            {
                findings.Add(new TemplateFinding("options.profiles", IsGood: false, refusal));
            }
            else if (named is not null || profile is null)
            {
                findings.Add(Finding("options.profiles", name, profile is not null, "profile"));
            }
        }

        if (template.Options.TryGetValue(LxdDescription.Pool.Name, out var pool))
        {
            findings.Add(
                await LookAsync("options.pool", pool, $"storage-pools/{Uri.EscapeDataString(pool)}", "storage pool", cancellationToken));
        }
        else if (profiles.Count == names.Length && !profiles.Any(HasRootDisk))
        {
            findings.Add(new TemplateFinding(
                "options.pool", IsGood: false,
                "options.pool is missing: the storage pool of the root disk, "
                + $"since no profile of '{string.Join(' ', names)}' in project '{_project}' has one"));
        }

        return findings;
    }

    private async Task<TemplateFinding> LookAsync(
        string field, string value, string path, string what, CancellationToken cancellationToken) =>
        Finding(field, value, await api.ExistsAsync(path, cancellationToken), what);

    private TemplateFinding Finding(string field, string value, bool isThere, string what) => new(
        field, isThere, isThere ? $"{what} '{value}' is there" : $"{field} is '{value}': there is no such {what} in project '{_project}'");

    private static bool HasRootDisk(LxdProfile profile) =>
        profile.Devices?.Values.Any(
            device => device?.GetValueOrDefault("type") == "disk" && device.GetValueOrDefault("path") == "/") is true;

    private static string ImagePath(string image, LxdInstanceCreate? create) => create?.Source.Fingerprint is { } fingerprint
        ? $"images/{fingerprint}"
        : $"images/aliases/{Uri.EscapeDataString(image)}";
}
