using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Clouds.Gce;

/// <summary>What there is to say of Compute Engine.</summary>
internal static class GceDescription
{
    private const string UrlAllowed = "an address of https, ending in a slash, or of http on this machine";

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1), TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>The project.</summary>
    public static ConfigOption<string?> Project { get; } = Option.Of<string?>(
        "project", "the project's id", "that of the credential's file, or `GOOGLE_CLOUD_PROJECT`", ProjectAllowed, TryProject, null);

    /// <summary>The region.</summary>
    public static ConfigOption<string?> Region { get; } = new()
    {
        Name = "region", Meaning = "the region where instances are made and listed: `us-central1`", UnlessSet = "required",
        Allowed = "a region's name: us-central1", Parse = TryName, Default = null, IsRequired = true,
    };

    /// <summary>The credential's file.</summary>
    public static ConfigOption<string?> CredentialsFile { get; } = Option.Text(
        "credentials_file",
        "a service account's key, the file of `gcloud auth application-default login`, or the configuration of a workload identity "
        + "federation; read anew for each token",
        "`GOOGLE_APPLICATION_CREDENTIALS`, then gcloud's own file, then the metadata server");

    /// <summary>The metadata server.</summary>
    public static ConfigOption<string?> MetadataHost { get; } = Option.Of<string?>(
        "metadata_host", "where the metadata server is", "`GCE_METADATA_HOST`, or `metadata.google.internal`",
        "a host, with a port where it has one", TryHost, null);

    /// <summary>Compute Engine.</summary>
    public static ConfigOption<Uri> Endpoint { get; } = Option.Of(
        "endpoint", "Compute Engine, as for Private Service Connect", "`https://compute.googleapis.com/compute/v1/`", UrlAllowed, TryUrl,
        new Uri("https://compute.googleapis.com/compute/v1/"));

    /// <summary>The Cloud Resource Manager.</summary>
    public static ConfigOption<Uri> ResourceManagerEndpoint { get; } = Option.Of(
        "resource_manager_endpoint", "the Cloud Resource Manager, which `muster cloud check` asks for permissions",
        "`https://cloudresourcemanager.googleapis.com/`", UrlAllowed, TryUrl, new Uri("https://cloudresourcemanager.googleapis.com/"));

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s; a wait for an operation has longer", TimeSpan.FromSeconds(60), TimeoutMin,
        TimeoutMax, "1s to 100s");

    /// <summary>What a project's id is.</summary>
    public const string ProjectAllowed = "a project's id: 6 to 30 characters of a-z 0-9 -, beginning with a letter";

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [Project, Region, CredentialsFile, MetadataHost, Endpoint, ResourceManagerEndpoint, Timeout],
        Fields =
        [
            new("image", "`family/NAME` or an image's name, of the project in `image_project`; or its link from `projects/` on"),
            new("size", "a machine type: `e2-small`; required without an `instance_template`"),
            new(
                "network",
                "a subnetwork's name in the region, `networks/NAME`, or a link from `projects/` on, as of a shared VPC; one interface "
                + "each, in order; the network `default` unless said"),
            new("firewall", "nothing: Google's firewall is the network's and always on; its rules choose by `network_tags`"),
            new("metadata", "metadata as they are: keys of `A-Z a-z 0-9 _ -`, 256 KiB each and 512 KiB together at most"),
            new("user_data", "the metadatum `user-data`, which cloud-init reads; other images read the metadatum `startup-script`"),
            new(
                "tags",
                "labels where Google takes key and value; the others stand together in the metadatum `muster-tags`, and are "
                + "tags all the same"),
        ],
        TemplateOptions = GceTemplateOptions.All,
        Credential =
            "Muster speaks as a service account: by its key, by the metadata server of the machine that it runs on, or by a workload "
            + "identity federation; a login of gcloud serves for trials. It needs the permissions below in the project, and the role "
            + "roles/iam.serviceAccountUser on each service account that a template names.",
        LeastPrivilege =
        [
            new("`compute.instances.list`, `compute.zones.list`", "every look"),
            new(
                "`compute.instances.create`, `compute.instances.setLabels`, `compute.instances.setMetadata`, `compute.instances.setTags`, "
                + "`compute.instances.setServiceAccount`, `compute.disks.create`, `compute.disks.setLabels`, `compute.subnetworks.use`, "
                + "`compute.subnetworks.useExternalIp`, `compute.networks.use`, `compute.networks.useExternalIp`, "
                + "`compute.images.useReadOnly`, `compute.instanceTemplates.useReadOnly`, `compute.zoneOperations.get`",
                "launching"),
            new("`compute.instances.get`, `compute.instances.delete`", "finding a launch again, and terminating"),
            new(
                "`compute.instances.stop`, `compute.instances.start`, `compute.instances.suspend`, `compute.instances.resume`",
                "stopping and starting, where a pool of stopped instances is kept"),
            new(
                "`compute.projects.get`, `compute.regions.get`, `compute.images.get`, `compute.images.list`, "
                + "`compute.images.getFromFamily`, `compute.machineTypes.get`, `compute.machineTypes.list`, "
                + "`compute.diskTypes.get`, `compute.networks.get`, `compute.subnetworks.get`, `compute.instanceTemplates.get`",
                "`muster cloud check`, and checks of templates"),
            new(
                "`compute.disks.list`, `compute.disks.get`, `compute.disks.delete`",
                "`muster cloud leftovers`, and reading a machine into a template"),
            new(
                "`compute.networkEndpointGroups.get`, `compute.networkEndpointGroups.list`, "
                + "`compute.networkEndpointGroups.attachNetworkEndpoints`, `compute.networkEndpointGroups.detachNetworkEndpoints`, "
                + "`compute.instances.use`, `compute.zoneOperations.get`",
                "load balancers, only where groups use them"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Interruptible, CloudAbility.Stop, CloudAbility.Suspend,
            CloudAbility.Retag, CloudAbility.Balancers,
            CloudAbility.Leftovers, CloudAbility.Like, CloudAbility.SelfDescription,
        ],
    };

    /// <summary>Whether it is a project's id. Old ones of a domain have a colon in them.</summary>
    public static bool TryProject(string text, out string? project)
    {
        project = text;
        return text.Length is >= 4 and <= 100 && char.IsAsciiLetterLower(text[0]) && text[^1] is not '-'
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ':');
    }

    private static bool TryName(string text, out string? name)
    {
        name = text;
        return GceNames.IsName(text);
    }

    private static bool TryHost(string text, out string? host)
    {
        host = text;
        return text.Length <= 255 && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) && url.Authority == text;
    }

    private static bool TryUrl(string text, out Uri url)
    {
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var read) && read.Query.Length == 0 && read.UserInfo.Length == 0
            && read.AbsolutePath.EndsWith('/')
            && (read.Scheme == Uri.UriSchemeHttps || (read.Scheme == Uri.UriSchemeHttp && read.IsLoopback));
        url = read!;
        return isUrl;
    }
}
