using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Clouds;
using Muster.Core.Clouds;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Problems;

namespace Muster.Server.Clouds;

/// <summary>The configured clouds over HTTP.</summary>
internal sealed class CloudEndpoints(IStore store, ICloudDirectory clouds, IPulse pulse, TimeProvider timeProvider)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var mapped = api.MapGroup("/clouds").WithTags("Clouds");
        mapped.MapGet("/", List).Says("ListClouds", "List the configured clouds", "By name, with the calls made to each.");
        mapped.MapGet("/{name}/check", CheckAsync)
            .Says("CheckCloud", "Check whether a cloud answers", "Lists this account's instances there.").Fails(404);
    }

    private Ok<PageView<CloudView>> List()
    {
        var calls = pulse.Status.Clouds.ToDictionary(figures => figures.Cloud);
        return TypedResults.Ok(new PageView<CloudView>
        {
            Items = [.. clouds.Entries.Select(entry => CloudViews.View(entry, calls.GetValueOrDefault(entry.Name)))],
        });
    }

    private async Task<Ok<CloudCheckView>> CheckAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        var entry = clouds.Find(name) ?? throw new ProblemException(
            ProblemKinds.CloudNotFound,
            $"there is no cloud '{name}'; configured: {string.Join(", ", clouds.Entries.Select(known => known.Name))}");
        var started = timeProvider.GetTimestamp();
        try
        {
            var instances = await Listing.ReadAsync(
                entry, new(store.Installation, http.Caller().Account), cancellationToken);
            return Answer(true, null, string.Create(CultureInfo.InvariantCulture, $"answers; {instances.Length} instances of this account"), instances.Length);
        }
        catch (CloudException error)
        {
            return Answer(false, CloudViews.Word(error.Kind), error.Message, null);
        }
        catch (ProblemException error) when (error.Kind == ProblemKinds.CloudListingCutShort || error.Kind == ProblemKinds.CloudThrottled)
        {
            return Answer(false, error.Kind.Code, error.Message, null);
        }

        Ok<CloudCheckView> Answer(bool good, string? error, string message, int? instances) => TypedResults.Ok(new CloudCheckView
        {
            Name = entry.Name,
            Kind = entry.Kind,
            Good = good,
            Error = error,
            Message = message,
            Instances = instances,
            ElapsedMs = timeProvider.GetElapsedTime(started).TotalMilliseconds,
        });
    }
}
