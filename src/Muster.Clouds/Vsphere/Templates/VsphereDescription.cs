using Muster.Clouds.Kit;
using Muster.Clouds.Vsphere.Api;
using Muster.Core.Options;

namespace Muster.Clouds.Vsphere.Templates;

/// <summary>What there is to say of vSphere.</summary>
internal static class VsphereDescription
{
    /// <summary>Why a datastore cluster is refused.</summary>
    public const string NoPods = "a datastore; datastore clusters are not known to Muster yet: name one of its datastores";

    private const string UrlAllowed = "vCenter's SDK: https://vcenter.example.com/sdk; http:// only on this machine";
    private const string PathAllowed = "a path without a slash at its ends, at most 1000 characters";

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    // So that a call is over before a launch's outcome is called ambiguous.
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(100);

    /// <summary>Where vCenter is.</summary>
    public static ConfigOption<Uri?> Url { get; } = new()
    {
        Name = "url",
        Meaning = "vCenter; `https://`, or `http://` on this machine only; `/sdk` may be left out",
        UnlessSet = "required",
        Allowed = UrlAllowed,
        Parse = TryUrl,
        Default = null,
        IsRequired = true,
    };

    /// <summary>Who logs in.</summary>
    public static ConfigOption<string?> User { get; } =
        Option.RequiredText("user", "who logs in, with the domain: `muster@vsphere.local`", "a user's name with its domain");

    /// <summary>The password's file.</summary>
    public static ConfigOption<string?> PasswordFile { get; } = Option.RequiredText(
        "password_file", "the file with the user's password, mode 0600; read anew for each login",
        "the file that holds the user's password");

    /// <summary>Authorities.</summary>
    public static ConfigOption<string?> AuthorityFile { get; } =
        Option.Text("ca_file", "certificates to trust instead of the system's, PEM: vCenter's own authority", "the system's");

    /// <summary>The one certificate.</summary>
    public static ConfigOption<ReadOnlyMemory<byte>> Thumbprint { get; } = Option.Of<ReadOnlyMemory<byte>>(
        "thumbprint", "the SHA-256 (or SHA-1) of vCenter's certificate, to trust that one and no authority", "none",
        "64 hexadecimal digits of SHA-256, or 40 of SHA-1, with colons or without", VsphereTrust.TryParse, default);

    /// <summary>The data centre.</summary>
    public static ConfigOption<string?> Datacenter { get; } = RequiredPath(
        "datacenter", "the data centre's name, or its path where it is in a folder", "a data centre's name or path");

    /// <summary>The installation's folder.</summary>
    public static ConfigOption<string?> Folder { get; } = RequiredPath(
        "folder", "the folder of virtual machines that is this installation's alone: `muster`, `teams/muster`", "a folder's name or path");

    /// <summary>How long a call may take.</summary>
    public static ConfigOption<TimeSpan> Timeout { get; } = Option.Time(
        "timeout", "how long a call may take, 1s to 100s", TimeSpan.FromSeconds(60), TimeoutMin, TimeoutMax, "1s to 100s");

    /// <summary>The cluster.</summary>
    public static ConfigOption<string?> Cluster { get; } = Path(
        "cluster", "a cluster's name, or that of a host in none; a placement's zone says the same", "where the image is");

    /// <summary>The resource pool.</summary>
    public static ConfigOption<string?> ResourcePool { get; } =
        Path("resource_pool", "a resource pool of the cluster, or a path of pools: `web`, `prod/web`", "the cluster's own");

    /// <summary>The datastore.</summary>
    public static ConfigOption<string?> Datastore { get; } =
        Path("datastore", "a datastore's name; not a datastore cluster's", "the image's");

    /// <summary>The folder below the installation's.</summary>
    public static ConfigOption<string?> VmFolder { get; } = Path("folder", "a folder in the installation's folder", "that folder");

    /// <summary>How it is cloned.</summary>
    public static ConfigOption<bool> Clone { get; } = Option.Choice(
        "clone", "`full`: disks of its own; `linked`: shares the disks of the image's newest snapshot, made within seconds",
        ("full", false), ("linked", true));

    /// <summary>Processors in a socket.</summary>
    public static ConfigOption<int?> CoresPerSocket { get; } = Option.Of<int?>(
        "cores_per_socket", "processors in a socket, 1 to 256", "the image's", "1 to 256",
        (string text, out int? number) =>
        {
            number = int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var read) ? read : null;
            return number is >= 1 and <= 256;
        },
        null);

    /// <summary>The customization specification.</summary>
    public static ConfigOption<string?> Customization { get; } =
        Path("customization", "a customization specification's name (vCenter: Policies and Profiles)", "none");

    /// <summary>All of it.</summary>
    public static KindDescription Kind { get; } = new()
    {
        Options = [Url, User, PasswordFile, AuthorityFile, Thumbprint, Datacenter, Folder, Timeout],
        Fields =
        [
            new(
                "image",
                "a template or virtual machine to clone: its path below the data centre's folder of virtual machines, or its name alone"),
            new("size", "processors and memory: `2cpu,4g`; whole processors, and memory in steps of 4 MiB; the image's unless set"),
            new(
                "network",
                "networks or distributed port groups by name, for the image's adapters in their order; more than those add adapters"),
            new("firewall", "not available: vSphere has none for a machine"),
            new("metadata", "what the guest reads as `guestinfo.KEY`"),
            new(
                "user_data",
                "`guestinfo.userdata` in base64, which cloud-init reads; with it `guestinfo.metadata` gives the host its name"),
            new("tags", "in the machine's advanced settings, as one value `muster.tags`; not tags of vCenter"),
        ],
        TemplateOptions = [Cluster, ResourcePool, Datastore, VmFolder, Clone, CoresPerSocket, Customization],
        Credential =
            "A user of vCenter with a password, and a role with the rights below: on the folder, the resource pool, the datastore and the "
            + "network it uses, on the image, and read-only on the data centre. Rights are given object by object.",
        LeastPrivilege =
        [
            new("`System.View`, `System.Read` (Read-only role)", "every look; on the data centre, and below it"),
            new("`VirtualMachine.Inventory.CreateFromExisting`, `.Delete`", "launching and terminating; on the folder"),
            new(
                "`VirtualMachine.Provisioning.DeployTemplate`, `.Clone`",
                "launching; on the image, the second for one that is no template"),
            new(
                "`VirtualMachine.Config.AdvancedConfig`, `.CPUCount`, `.Memory`, `.EditDevice`, `.AddNewDisk`, `.Settings`",
                "marks, sizes and networks of a clone; on the folder"),
            new("`VirtualMachine.Interact.PowerOn`, `.PowerOff`", "launching and terminating, starting and stopping; on the folder"),
            new("`VirtualMachine.Interact.Suspend`", "suspending alone; on the folder"),
            new("`Resource.AssignVMToPool`", "launching; on the resource pool, or the cluster"),
            new("`Datastore.AllocateSpace`", "launching; on the datastore"),
            new("`Network.Assign`", "launching; on each network"),
            new("`VirtualMachine.Provisioning.ReadCustSpecs`, `.Customize`", "`option customization` alone; on vCenter and the folder"),
        ],
        Abilities =
        [
            CloudAbility.LaunchTokens, CloudAbility.Zones, CloudAbility.Watch, CloudAbility.Stop, CloudAbility.Suspend, CloudAbility.Like,
            CloudAbility.SelfDescription,
        ],
    };

    private static ConfigOption<string?> Path(string name, string meaning, string unlessSet) =>
        Option.Of<string?>(name, meaning, unlessSet, PathAllowed, TryPath, null);

    private static ConfigOption<string?> RequiredPath(string name, string meaning, string allowed) => new()
    {
        Name = name, Meaning = meaning, UnlessSet = "required", Allowed = $"{allowed}: {PathAllowed}", Parse = TryPath, Default = null,
        IsRequired = true,
    };

    private static bool TryPath(string text, out string? path)
    {
        path = text;
        return text.Length is >= 1 and <= 1000 && text[0] is not '/' && text[^1] is not '/' && !text.Any(char.IsControl)
            && text == text.Trim() && !text.Contains("//", StringComparison.Ordinal);
    }

    private static bool TryUrl(string text, out Uri? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0
            || url.UserInfo.Length > 0
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            return false;
        }

        address = url.AbsolutePath is "/" ? new Uri(url, "/sdk") : url;
        return true;
    }
}
