using System.Collections.Immutable;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Makes instances, one a launch id: the name, which ends in a part of it, is given out once in each zone.</summary>
/// <remarks>
/// A launch is two calls: the insert, and a wait for its operation, which alone says whether there will be an instance. A first launch
/// looks for nothing. See docs/decisions/0230-the-name-is-the-launch-token.md.
/// </remarks>
internal sealed class GceLauncher(
    GceApi api, GceZones zones, GceListing listing, GceTemplates templates, IRandomSource random, TimeProvider timeProvider)
{
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, templates.Read, cancellationToken, mayHaveZones: true, mayBeInterruptible: true);
        await ThrowIfElsewhereAsync(request, spec, cancellationToken);
        var name = GceNames.For(request.Name);
        if (request.IsRepeat && await FindAnywhereAsync(request, name, cancellationToken) is { } found)
        {
            return found;
        }

        var zone = request.Zone ?? await ChooseAsync(request.Launch, spec, cancellationToken);
        var call = $"launch {request.Name} in {zone}";
        var answer = await api.SendAsync(
            HttpMethod.Post, call, PathOf(spec, zone),
            HttpCaller.Json(InstanceBody.Make(spec, request, api.Project, zone, name).ToJson()), cancellationToken);
        if (!answer.IsGood)
        {
            return GceErrors.ReasonsOf(answer).Contains(GceErrors.AlreadyExists)
                ? await FindTakenAsync(request, zone, name, cancellationToken)
                : throw await ExplainAsync(api.Errors.Translate(answer), request, cancellationToken);
        }

        var operation = await CallDoubt.AfterLaunchAsync(
            () => api.WaitAsync(call, zone, answer.Read(Operation.Of), cancellationToken));
        if (operation.Error?.Errors?.Any(problem => problem?.Code is "RESOURCE_ALREADY_EXISTS") is true)
        {
            return await FindTakenAsync(request, zone, name, cancellationToken);
        }

        return api.Errors.FailureOf(call, operation) is { } failure
            ? throw await ExplainAsync(failure, request, cancellationToken)
            : Made(request, zone, name, operation);
    }

    /// <summary>An instance by its id, as far as there is one.</summary>
    public async Task<GceInstance?> FindAsync(string call, string zone, string name, CancellationToken cancellationToken) =>
        (await api.FindAsync(call, $"zones/{zone}/instances/{name}", cancellationToken))?.Read(GceInstance.Of);

    /// <summary>Asks again what a person could not have known: Google names a link, and people named a field.</summary>
    private async Task<CloudException> ExplainAsync(CloudException error, LaunchRequest request, CancellationToken cancellationToken)
    {
        // Of a launch, "not found" is what it names.
        var kind = error.Kind is CloudErrorKind.NotFound ? CloudErrorKind.InvalidRequest : error.Kind;
        if (kind is CloudErrorKind.InvalidRequest && request.Zone is { } zone && await ZoneAsync(zone, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var field = kind is CloudErrorKind.InvalidRequest ? FieldOf(error.Message, request) : null;
        return field is null && kind == error.Kind ? error
            : new CloudException(kind, field is null ? error.Message : $"{field}: {error.Message}", error.RetryAfter, error);
    }

    private async Task<CloudException?> ZoneAsync(string zone, CancellationToken cancellationToken)
    {
        try
        {
            return await zones.RefusalAsync(zone, cancellationToken);
        }
        catch (CloudException failure)
        {
            // Google's own words are told then: this look was only for better ones.
            CallPace.Survived(failure);
            return null;
        }
    }

    private static string? FieldOf(string message, LaunchRequest request)
    {
        bool Says(string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);
        var template = request.Template;
        string Of(string field, string? value) => value is null ? field : $"{field} is '{value}'";
        string Option(string name) => Of($"options.{name}", template.Options.GetValueOrDefault(name));
        return Says("/machineTypes/") || Says("resource.machineType") ? Of("size", template.Size)
            : Says("/images/") || Says("sourceImage") ? Of("image", template.Image)
            : Says("/subnetworks/") || Says("/networks/") || Says("resource.networkInterfaces")
                ? Of("network", string.Join(", ", template.Networks))
            : Says("/diskTypes/") ? Option(GceTemplateOptions.DiskType.Name)
            : Says("/instanceTemplates/") ? Option(GceTemplateOptions.InstanceTemplate.Name)
            : Says("resource.serviceAccounts") || Says("service account") ? Option(GceTemplateOptions.ServiceAccount.Name)
            : Says("diskSizeGb") || Says("disk size") ? Option(GceTemplateOptions.DiskSize.Name)
            : null;
    }

    private string PathOf(GceSpec spec, string zone)
    {
        // Of this one request, and not of the launch: it keeps whatever carries the request from doing it twice.
        var path = $"zones/{Uri.EscapeDataString(zone)}/instances?requestId={random.NextId()}";
        return spec.InstanceTemplate is { } template
            ? $"{path}&sourceInstanceTemplate={Uri.EscapeDataString($"projects/{api.Project}/global/instanceTemplates/{template}")}"
            : path;
    }

    private async Task<string> ChooseAsync(LaunchId launch, GceSpec spec, CancellationToken cancellationToken) =>
        GceZones.Choose(launch, spec.Zones.IsEmpty ? await zones.RecentAsync(cancellationToken) : spec.Zones);

    /// <summary>An instance of another region would be made, and never listed.</summary>
    private async Task ThrowIfElsewhereAsync(LaunchRequest request, GceSpec spec, CancellationToken cancellationToken)
    {
        if (request.Zone is not { } zone)
        {
            return;
        }

        if (!zones.IsOfRegion(zone) || !GceNames.IsName(zone))
        {
            throw ZoneRefusal.Of(zone, await zones.RecentAsync(cancellationToken));
        }

        if (!spec.Zones.IsEmpty && !spec.Zones.Contains(zone))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{GceTemplateOptions.Zones.Name} are {string.Join(", ", spec.Zones)}");
        }
    }

    /// <summary>What an earlier call made of this launch; null for nothing.</summary>
    private async Task<Instance?> FindAnywhereAsync(LaunchRequest request, string name, CancellationToken cancellationToken)
    {
        if (request.Zone is { } zone)
        {
            return await FindAsync($"look for launch {request.Name}", zone, name, cancellationToken) is { } instance
                ? Check(request, instance)
                : null;
        }

        // Without a zone it went to one that was up at that time.
        var found = await listing.FindAsync(GceLabels.FilterOf(MusterTags.Launch, request.Launch.ToString()), cancellationToken);
        return found.FirstOrDefault(instance => IsOf(instance, request)) is { } ours ? GceStates.Read(ours) : null;
    }

    /// <summary>What has the name already: a look that fails must not say that there is none, and a foreign instance says so.</summary>
    private async Task<Instance> FindTakenAsync(LaunchRequest request, string zone, string name, CancellationToken cancellationToken)
    {
        var taken = await CallDoubt.AfterLaunchAsync(
            () => FindAsync($"look for launch {request.Name}", zone, name, cancellationToken));
        return taken is null
            ? throw new CloudException(
                CloudErrorKind.Ambiguous, $"launch {request.Name} in {zone}: its name was taken a moment ago, and nothing has it now")
            : Check(request, taken);
    }

    private static Instance Check(LaunchRequest request, GceInstance instance) =>
        GceStates.Flaw(instance) is { } flaw
            ? throw new CloudException(CloudErrorKind.Ambiguous, $"look for launch {request.Name}: what is there is not understood: {flaw}")
            : IsOf(instance, request) ? GceStates.Read(instance) : throw Foreign(request, instance);

    private static CloudException Foreign(LaunchRequest request, GceInstance instance) => new(
        CloudErrorKind.InvalidRequest,
        $"launch {request.Name}: the instance {instance.Name} in {GceNames.LastOf(instance.Zone)} has that name and not the label "
        + $"{GceLabels.KeyOf(MusterTags.Launch)}={request.Launch}: delete it, or give it its labels back");

    private static bool IsOf(GceInstance instance, LaunchRequest request) =>
        GceStates.Flaw(instance) is null
        && GceStates.TagsOf(instance) is var tags
        && tags.GetValueOrDefault(MusterTags.Launch) == request.Launch.ToString()
        && tags.GetValueOrDefault(MusterTags.Installation) == request.Tags.GetValueOrDefault(MusterTags.Installation);

    /// <summary>What was made, without another call: its addresses are in the next listing.</summary>
    private Instance Made(LaunchRequest request, string zone, string name, Operation operation) => new()
    {
        Id = GceNames.IdOf(zone, name),
        Name = request.Name,
        State = InstanceState.Provisioning,
        StateDetail = "made",
        CreatedAt = operation.InsertTime ?? timeProvider.GetUtcNow(),
        Tags = request.Tags,
        Zone = zone,
        Attributes = operation.TargetId is { } id
            ? ImmutableSortedDictionary<string, string>.Empty.Add("numeric_id", id)
            : ImmutableSortedDictionary<string, string>.Empty,
    };
}
