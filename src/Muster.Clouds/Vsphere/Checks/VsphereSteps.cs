using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Places;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Checks;

/// <summary>Looks at what a launch will need besides a template. vCenter has no limits of a user that it could tell.</summary>
internal sealed class VsphereSteps(VsphereApi api, Inventory inventory)
{
    // What is needed on the installation's folder. Images, pools, datastores and networks are a template's: a launch that lacks a right
    // there is told which.
    private static readonly ImmutableArray<string> OnFolder =
    [
        "VirtualMachine.Inventory.CreateFromExisting", "VirtualMachine.Inventory.Delete", "VirtualMachine.Config.AdvancedConfig",
        "VirtualMachine.Interact.PowerOn", "VirtualMachine.Interact.PowerOff",
    ];

    /// <summary>Each step; later ones only where the earlier are good.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        VsphereSession session;
        try
        {
            session = await api.SessionAsync(cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            return [new("identity", IsGood: false, error.Message)];
        }

        var content = await api.ContentAsync(cancellationToken);
        var identity = new CloudStep(
            "identity", IsGood: true, $"{ForeignText.Shown(session.UserName)} on {ForeignText.Shown(content.FullName)}");
        return [identity, .. await PermissionsAsync(session, content, cancellationToken)];
    }

    private async Task<ImmutableArray<CloudStep>> PermissionsAsync(
        VsphereSession session, ServiceContent content, CancellationToken cancellationToken)
    {
        var folder = await inventory.FolderAsync(cancellationToken);
        if (content.AuthorizationManager is not { } manager)
        {
            return [];
        }

        var answer = await api.LookAsync(
            "HasPrivilegeOnEntities",
            manager,
            writer =>
            {
                writer.Ref("entity", folder);
                writer.Text("sessionId", session.Key);
                writer.Texts("privId", OnFolder);
            },
            cancellationToken);
        var rights = answer.All("returnval").SelectMany(entity => entity.All("privAvailability"))
            .Select(right => (Name: right.TextOf("privId") ?? "", IsGranted: right.TextOf("isGranted") is "true")).ToArray();
        var missing = OnFolder.Except(rights.Where(right => right.IsGranted).Select(right => right.Name)).ToArray();
        return
        [
            missing.Length == 0
                ? new(
                    "permissions", IsGood: true,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the user may make, start, stop and delete machines in '{inventory.FolderPath}' ({OnFolder.Length} rights)"))
                : new(
                    "permissions", IsGood: false,
                    $"on '{inventory.FolderPath}' the user lacks {string.Join(", ", missing)}: give the role of "
                    + "docs/clouds/vsphere.md there"),
        ];
    }
}
