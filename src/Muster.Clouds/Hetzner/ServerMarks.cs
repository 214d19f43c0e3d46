using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>Puts Muster's labels on servers that exist, and takes them off.</summary>
/// <remarks>
/// All labels of a server are written at once, and not under a condition: a label that somebody else changes in the same moment is lost. So
/// the server is looked at again after a mark was put on.
/// </remarks>
/// <param name="api">The API.</param>
/// <param name="findAsync">Finds a server by its id; null where there is none.</param>
internal sealed class ServerMarks(HetznerApi api, Func<InstanceId, CancellationToken, Task<Server?>> findAsync)
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
        var (server, seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (!OwnMark.IsMarkDue(seen, isEnding, instance, tags))
        {
            return;
        }

        await WriteAsync(instance, server!, tags, cancellationToken);
        (_, seen, isEnding) = await LookAsync(instance, cancellationToken);
        OwnMark.EnsureMarked(seen, isEnding, instance, tags);
    }

    /// <inheritdoc cref="IRetaggingCloud.UnmarkAsync"/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var (server, seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsUnmarkDue(seen, isEnding, instance, installation, group))
        {
            await WriteAsync(instance, server!, ImmutableSortedDictionary<string, string>.Empty, cancellationToken);
        }
    }

    private async Task<(Server? Server, Instance? Seen, bool IsEnding)> LookAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var server = ServerParts.IsId(id.Value) ? await findAsync(id, cancellationToken) : null;
        if (server is not null && ServerReader.Flaw(server) is { } flaw)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"server {id} is there, and is not understood: {flaw}");
        }

        return (server, server is null ? null : ServerReader.Read(server), server?.Status is "deleting");
    }

    private async Task WriteAsync(
        InstanceId id, Server server, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var labels = new JsonObject();
        foreach (var (key, value) in HetznerLabels.Remarked(server.Labels ?? [], tags))
        {
            labels[key] = value;
        }

        var answer = await api.SendAsync(
            HttpMethod.Put, $"servers/{id}", HttpCaller.Json(new JsonObject { ["labels"] = labels }), cancellationToken);
        if (!answer.IsGood)
        {
            throw HetznerErrors.CodeOf(answer) is "not_found" ? OwnedInstance.Gone(id) : api.Errors.Translate(answer);
        }
    }
}
