using System.Globalization;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Clouds;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Templates;

namespace Muster.Server.Clouds;

/// <summary>The configured clouds over HTTP.</summary>
internal sealed class CloudEndpoints(
    InstallationId installation, ICloudDirectory clouds, IPulse pulse, TemplateFinder templates, TimeProvider timeProvider)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var mapped = api.MapGroup("/clouds").WithTags("Clouds");
        mapped.MapGet("/", List).Says("ListClouds", "List the configured clouds", "By name, with the calls made to each.");
        mapped.MapGet("/{name}/check", CheckAsync)
            .Says(
                "CheckCloud",
                "Check whether a cloud answers",
                "Lists this account's instances there; with `template`, also asks about its image, size and networks.").Fails(404);
    }

    private Ok<PageView<CloudView>> List(HttpContext http)
    {
        var caller = http.Caller();
        var calls = pulse.Status.Clouds.ToDictionary(figures => figures.Cloud);
        return TypedResults.Ok(new PageView<CloudView>
        {
            // Figures of a credential that others call with, too, tell of what they do.
            Items = [.. clouds.EntriesOf(caller.Account).Select(entry => CloudViews.View(
                entry,
                caller.Scope is TokenScope.Installation || entry.Account == caller.Account
                    ? calls.GetValueOrDefault(entry.Cloud.Governor.Figures.Cloud)
                    : null))],
        });
    }

    private async Task<Ok<CloudCheckView>> CheckAsync(HttpContext http, string name, string? template, CancellationToken cancellationToken)
    {
        var entry = clouds.Find(http.Caller().Account, name) ?? throw new ProblemException(
            ProblemKinds.CloudNotFound,
            $"there is no cloud '{name}'; "
            + $"configured: {string.Join(", ", clouds.EntriesOf(http.Caller().Account).Select(known => known.Name))}");
        var asked = template is null ? null : await templates.GetAsync(http.Caller().Account, template, cancellationToken);
        var started = timeProvider.GetTimestamp();
        var steps = new CloudCheckSteps();
        try
        {
            var instances = await Listing.ReadAsync(entry, new(installation, http.Caller().Account), timeProvider, cancellationToken);
            var message = string.Create(CultureInfo.InvariantCulture, $"answers; {instances.Length} instances of this account");
            steps.Listed(instances.Length);
            if (asked is not null)
            {
                steps.Checked(await entry.Cloud.CheckAsync(asked, cancellationToken));
            }

            return Answer(steps.FirstBad is null ? null : "invalid_request", steps.FirstBad ?? message, instances.Length);
        }
        catch (CloudException error)
        {
            steps.Failed(error.Kind, error.Message);
            return Answer(CloudViews.Word(error.Kind), error.Message, null);
        }
        catch (ProblemException error) when (error.Kind == ProblemKinds.CloudListingCutShort || error.Kind == ProblemKinds.CloudThrottled)
        {
            steps.Failed(CloudErrorKind.Throttled, error.Message);
            return Answer(error.Kind.Code, error.Message, null);
        }

        Ok<CloudCheckView> Answer(string? error, string message, int? instances) => TypedResults.Ok(new CloudCheckView
        {
            Name = entry.Name,
            Kind = entry.Kind,
            Good = error is null,
            Error = error,
            Message = message,
            Steps = steps.Views,
            Instances = instances,
            ElapsedMs = timeProvider.GetElapsedTime(started).TotalMilliseconds,
        });
    }
}
