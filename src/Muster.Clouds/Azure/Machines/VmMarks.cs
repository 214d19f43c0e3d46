using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Machines;

/// <summary>Puts Muster's tags on machines that exist, and takes them off; those of disks and interfaces stay as they are.</summary>
/// <remarks>
/// By Azure's own calls for tags, which merge and take away what they name, and leave the machine alone. They take no condition: so the
/// machine is looked at again after a mark was put on.
/// </remarks>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="launcher">Knows where machines are.</param>
internal sealed class VmMarks(AzureApi api, AzureCloudOptions options, VmLauncher launcher)
{
    // Microsoft.Resources/tags.
    private const string Version = "2021-04-01";

    /// <inheritdoc cref="IRetaggingCloud.FindAsync"/>
    public Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken) => LookAsync(instance, cancellationToken);

    /// <inheritdoc cref="IRetaggingCloud.MarkAsync"/>
    public async Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (OwnMark.IsMarkDue(await LookAsync(instance, cancellationToken), isEnding: false, instance, tags))
        {
            await WriteAsync("mark", "Merge", instance, tags, cancellationToken);
            OwnMark.EnsureMarked(await LookAsync(instance, cancellationToken), isEnding: false, instance, tags);
        }
    }

    /// <inheritdoc cref="IRetaggingCloud.UnmarkAsync"/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var seen = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsUnmarkDue(seen, isEnding: false, instance, installation, group))
        {
            await WriteAsync(
                "unmark", "Delete", instance, seen!.Tags.RemoveRange(seen.Tags.Keys.Where(key => !OwnMark.IsOwn(key))),
                cancellationToken);
        }
    }

    private async Task<Instance?> LookAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = AzureTemplates.Names.CanBe(id.Value)
            ? await api.FindAsync($"look at {id}", launcher.PathOf(id.Value, "&$expand=instanceView"), cancellationToken)
            : null;
        if (answer is null)
        {
            return null;
        }

        var (machine, odd) = answer.ReadElement(path: null, VirtualMachine.Of, VmStates.Flaw);
        if (machine is null)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{answer.Call} was answered with a machine that is not understood: {odd!.Why}");
        }

        var seen = VmStates.Instance(machine, machine.Properties!.InstanceView);
        return seen.State is InstanceState.Terminating ? null : seen;
    }

    private async Task WriteAsync(
        string what, string operation, InstanceId id, ImmutableSortedDictionary<string, string> tags,
        CancellationToken cancellationToken)
    {
        var named = new JsonObject();
        foreach (var (key, value) in AzureTags.Write(tags))
        {
            named[key] = value;
        }

        var path = AzureApi.At(
            $"{options.GroupScope}/providers/Microsoft.Compute/virtualMachines/{id}/providers/Microsoft.Resources/tags/default", Version);
        var (answer, _) = await api.SendAsync(
            HttpMethod.Patch, $"{what} {id}", path, cancellationToken,
            HttpCaller.Json(new JsonObject { ["operation"] = operation, ["properties"] = new JsonObject { ["tags"] = named } }));
        if (!answer.IsGood)
        {
            throw AzureApi.IsMissing(answer) ? OwnedInstance.Gone(id) : AzureErrors.Translate(answer);
        }
    }
}
