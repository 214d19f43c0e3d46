using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Groups;
using Muster.Server.OpenApi;
using Muster.Server.Problems;

namespace Muster.Server.Instances;

/// <summary>A group's instances over HTTP: not what Muster remembers, but what the cloud shows now.</summary>
internal sealed class InstanceEndpoints(InstallationId installation, GroupFinder groups, ICloudDirectory clouds, TimeProvider timeProvider)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/groups/{id}/instances", ListAsync).WithTags("Instances")
            .Says(
                "ListInstances",
                "List a group's instances",
                "As the clouds show them now, by creation, then id. Never half a list of a cloud. Of a group on several clouds, one that "
                + "cannot be listed is named in `unlisted`; it fails when none can be.")
            .Fails(404, 502);

    private async Task<Ok<InstancesView>> ListAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
        var names = record.Clouds;
        var looks = await Task.WhenAll(names.Select(name => LookAsync(record, name, mayFail: names.Length > 1, cancellationToken)));
        if (looks.All(look => look.Failure is not null))
        {
            ExceptionDispatchInfo.Throw(looks[0].Failure!);
        }

        var now = timeProvider.GetUtcNow();
        return TypedResults.Ok(new InstancesView
        {
            Items =
            [
                .. looks
                    .SelectMany(look => look.Instances.Select(instance => (look.Cloud, Instance: instance)))
                    .OrderBy(seen => seen.Instance.CreatedAt).ThenBy(seen => seen.Instance.Id)
                    .Select(seen => InstanceViews.View(record, seen.Cloud, seen.Instance, now)),
            ],
            Unlisted = looks.All(look => look.Failure is null)
                ? null
                : [.. looks
                    .Where(look => look.Failure is not null)
                    .Select(look => new UnlistedCloudView { Cloud = look.Cloud, Reason = look.Failure!.Message })],
        });
    }

    private async Task<Look> LookAsync(GroupRecord record, string name, bool mayFail, CancellationToken cancellationToken)
    {
        try
        {
            var cloud = clouds.Find(record.Group.Account, name) ?? throw new ProblemException(
                ProblemKinds.CloudNotFound, $"cloud '{name}' of this group is no longer configured");
            var instances = await Listing.ReadAsync(
                cloud, new(installation, record.Group.Account, record.Group.Id), timeProvider, cancellationToken);
            return new(name, [.. instances.Where(instance => instance.IsOwnedBy(installation, record.Group.Id))], Failure: null);
        }
        catch (Exception error) when (mayFail && error is (CloudException or ProblemException))
        {
            return new(name, [], error);
        }
    }

    /// <param name="Cloud">Which.</param>
    /// <param name="Instances">The group's own; none where it could not be listed.</param>
    /// <param name="Failure">Why it could not; null where it could.</param>
    private sealed record Look(string Cloud, ImmutableArray<Instance> Instances, Exception? Failure);
}
