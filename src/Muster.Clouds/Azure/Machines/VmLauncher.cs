using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Machines;

/// <summary>Makes machines: one call that makes nothing where the name is taken, so that a launch that is repeated meets itself.</summary>
/// <remarks>See docs/decisions/0261-an-azure-launch-is-one-call.md.</remarks>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="zones">The region's.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class VmLauncher(AzureApi api, AzureCloudOptions options, AzureZones zones, TimeProvider timeProvider)
{
    /// <summary>Where the answer of an operation says no other time.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="ICloud.LaunchAsync"/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(
            request, template => AzureTemplates.Read(template, options), cancellationToken, mayHaveZones: true, mayBeInterruptible: true);
        if (request.Zone is { } zone && !AzureDescription.IsZone(zone))
        {
            throw ZoneRefusal.Of(zone, await zones.ListAsync(cancellationToken));
        }

        var name = AzureTemplates.NameFor(request.Name);
        var what = $"launch {name}";
        var (answer, operation) = await api.SendAsync(
            HttpMethod.Put, what, PathOf(name), cancellationToken,
            HttpCaller.Json(spec.For(request, name).ToJson()), onlyNew: true);
        if (answer.IsGood)
        {
            var machine = Read(answer, request);
            return options.LaunchWait > TimeSpan.Zero && operation is not null
                ? await FollowAsync(request, name, machine, operation, answer.RetryAfter, cancellationToken)
                : machine;
        }

        // 412: the name is taken; 409: something is going on with it, such as another call of this very launch.
        return (int)answer.Status is 412 || ((int)answer.Status is 409 && MayBeThere(answer))
            ? await FindAsync(request, name, answer, cancellationToken)
            : throw AzureErrors.Translate(answer, field => ValueOf(request, field));
    }

    /// <summary>The path of a machine.</summary>
    public string PathOf(string name, string query = "") =>
        AzureApi.At($"{options.GroupScope}/providers/Microsoft.Compute/virtualMachines/{name}", AzureApi.Compute, query);

    private static bool MayBeThere(HttpAnswer answer) => AzureErrors.CodeOf(answer) is
        "Conflict" or "ConflictingConcurrentWriteNotAllowed" or "AnotherOperationInProgress" or "ResourceExists"
        or "PropertyChangeNotAllowed";

    private static Instance Read(HttpAnswer answer, LaunchRequest request)
    {
        var (machine, odd) = answer.ReadElement(path: null, VirtualMachine.Of, VmStates.Flaw);
        if (machine is null)
        {
            throw new CloudException(answer.Doubt, $"{answer.Call} was answered with a machine that is not understood: {odd!.Why}");
        }

        var instance = VmStates.Instance(machine, machine.Properties!.InstanceView);
        return instance.Tags.GetValueOrDefault(MusterTags.Launch) == request.Launch.ToString()
            ? instance
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"{answer.Call}: a virtual machine has that name and not the tag {MusterTags.Launch}: give it its tags back, or delete it");
    }

    private async Task<Instance> FindAsync(LaunchRequest request, string name, HttpAnswer refused, CancellationToken cancellationToken)
    {
        var found = await CallDoubt.AfterLaunchAsync(
            () => api.FindAsync($"look for {name}", PathOf(name, "&$expand=instanceView"), cancellationToken));
        return found is not null ? Read(found, request)
            : (int)refused.Status is 412 ? throw new CloudException(
                CloudErrorKind.Unavailable, $"{refused.Call}: a virtual machine had that name, and has gone since; nothing was made")
            : throw AzureErrors.Translate(refused, field => ValueOf(request, field));
    }

    /// <summary>
    /// Follows the making of a machine, for as long as a launch may, to hear of a failure while somebody else can still be asked.
    /// </summary>
    private async Task<Instance> FollowAsync(
        LaunchRequest request, string name, Instance machine, Uri operation, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        var pause = wait ?? LookEvery;
        while (timeProvider.GetElapsedTime(startedAt) + pause <= options.LaunchWait)
        {
            var answer = await CallDoubt.AfterLaunchAsync(async () =>
            {
                await Task.Delay(pause, timeProvider, cancellationToken);
                return await api.GetAsync($"look at the launch {name}", operation.PathAndQuery, cancellationToken);
            });
            var seen = await CallDoubt.AfterLaunchAsync(() => Task.FromResult(answer.Read(ArmOperation.Of)));
            switch (seen.Status)
            {
                case "Succeeded":
                    return machine;
                case "Failed" or "Canceled":
                    // The shell stays behind with our tags: it is taken away, and only then is it true that nothing was launched.
                    await CallDoubt.AfterLaunchAsync(() => EndAsync(name, cancellationToken));
                    throw AzureErrors.Translate($"azure: launch {name}", seen.Error, field => ValueOf(request, field));
            }

            pause = answer.RetryAfter ?? LookEvery;
        }

        return machine;
    }

    /// <summary>Ends a machine; already gone is success.</summary>
    /// <returns>The answer where it was refused; null otherwise.</returns>
    public async Task<HttpAnswer?> TryEndAsync(string name, CancellationToken cancellationToken)
    {
        var (answer, _) = await api.SendAsync(HttpMethod.Delete, $"terminate {name}", PathOf(name), cancellationToken);
        return answer.IsGood || AzureApi.IsMissing(answer) ? null : answer;
    }

    private async Task EndAsync(string name, CancellationToken cancellationToken)
    {
        if (await TryEndAsync(name, cancellationToken) is { } refused)
        {
            throw AzureErrors.Translate(refused);
        }
    }

    private static string? ValueOf(LaunchRequest request, string field) => field switch
    {
        "image" => request.Template.Image,
        "size" => request.Template.Size,
        "network" => string.Join(", ", request.Template.Networks),
        "zone" => request.Zone ?? request.Template.Options.GetValueOrDefault(AzureDescription.Zones.Name),
        _ when field.StartsWith("options.", StringComparison.Ordinal) =>
            request.Template.Options.GetValueOrDefault(field["options.".Length..]),
        _ => "set",
    };
}
