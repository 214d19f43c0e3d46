using System.Collections.Immutable;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
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
            .Says("ListInstances", "List a group's instances", "As the cloud shows them now, by creation, then id. Never half a list.")
            .Fails(404, 502);

    private async Task<Ok<PageView<InstanceView>>> ListAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var record = await groups.GetAsync(http.Caller().Account, id, cancellationToken);
        var cloud = clouds.Find(record.Group.Account, record.Template.Cloud)
            ?? throw new ProblemException(
                ProblemKinds.CloudNotFound, $"cloud '{record.Template.Cloud}' of this group is no longer configured");
        var instances = await Listing.ReadAsync(
            cloud, new(installation, record.Group.Account, record.Group.Id), timeProvider, cancellationToken);
        return TypedResults.Ok(new PageView<InstanceView>
        {
            Items =
            [
                .. instances
                    .Where(instance => instance.IsOwnedBy(installation, record.Group.Id))
                    .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id)
                    .Select(InstanceViews.View),
            ],
        });
    }
}
