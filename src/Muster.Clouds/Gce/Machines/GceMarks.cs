using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Puts Muster's labels on instances that exist, and takes them off.</summary>
/// <remarks>
/// All labels are written at once, under the condition that nobody else has changed them since they were read: their fingerprint. A
/// group's name that cannot be a label is left out, since it is for people; a placement's name that cannot be one is refused.
/// </remarks>
internal sealed class GceMarks(GceApi api, GceLauncher launcher, IRandomSource random)
{
    /// <inheritdoc cref="IRetaggingCloud.FindAsync"/>
    public async Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var (_, seen, isEnding) = await LookAsync(instance, cancellationToken);
        return isEnding ? null : seen;
    }

    /// <inheritdoc cref="IRetaggingCloud.MarkAsync"/>
    public async Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var labels = GceLabels.Write(tags.Remove(MusterTags.GroupName));
        if (labels.Others is not null)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"mark {instance}: the placement's name cannot be a label at Google: it is of small letters, digits, _ and -");
        }

        if (GceLabels.Write(tags).Others is null)
        {
            labels = GceLabels.Write(tags);
        }

        var (found, seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsMarkDue(seen, isEnding, instance, GceLabels.Read(labels.Labels)))
        {
            await WriteAsync("mark", instance, found!, labels.Labels, cancellationToken);
        }
    }

    /// <inheritdoc cref="IRetaggingCloud.UnmarkAsync"/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var (found, seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsUnmarkDue(seen, isEnding, instance, installation, group)
            && found!.Labels?.Keys.Any(IsOwn) is true)
        {
            await WriteAsync("unmark", instance, found, [], cancellationToken);
        }
    }

    private async Task<(GceInstance? Found, Instance? Seen, bool IsEnding)> LookAsync(
        InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = GceNames.TryRead(id.Value, out var zone, out var name)
            ? await launcher.FindAsync($"look at {id}", zone, name, cancellationToken)
            : null;
        if (found is not null && GceStates.Flaw(found) is { } flaw)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"look at {id}: what is there is not understood: {flaw}");
        }

        // What is no label stands in the metadata, which stay: only labels say whose an instance is.
        var seen = found is null ? null : GceStates.Read(found) with { Tags = GceLabels.Read(found.Labels ?? []) };
        return (found, seen, found?.Status is "DEPROVISIONING");
    }

    private async Task WriteAsync(
        string what, InstanceId id, GceInstance found, Dictionary<string, string> own, CancellationToken cancellationToken)
    {
        GceNames.TryRead(id.Value, out var zone, out var name);
        var labels = new JsonObject();
        foreach (var (key, value) in (found.Labels ?? []).Where(label => !IsOwn(label.Key)).Concat(own))
        {
            labels[key] = value;
        }

        var word = $"{what} {id}";
        var answer = await api.SendAsync(
            HttpMethod.Post, word, $"zones/{zone}/instances/{name}/setLabels?requestId={random.NextId()}",
            HttpCaller.Json(new JsonObject { ["labels"] = labels, ["labelFingerprint"] = found.LabelFingerprint }), cancellationToken);
        if (!answer.IsGood)
        {
            throw answer.Status is HttpStatusCode.PreconditionFailed
                ? new CloudException(
                    CloudErrorKind.Unavailable, $"{word}: somebody else changed its labels in the same moment; nothing was done to it")
                : api.Errors.Translate(answer) is { Kind: CloudErrorKind.NotFound } ? OwnedInstance.Gone(id)
                : api.Errors.Translate(answer);
        }

        var operation = await api.WaitAsync(word, zone, answer.Read(Operation.Of), cancellationToken);
        if (api.Errors.FailureOf(word, operation) is { } failure)
        {
            throw failure;
        }
    }

    private static bool IsOwn(string label) => label.StartsWith(GceLabels.Prefix, StringComparison.Ordinal);
}
