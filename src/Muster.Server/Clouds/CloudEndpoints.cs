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
using Muster.Core.Traffic;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Templates;

namespace Muster.Server.Clouds;

/// <summary>The configured clouds over HTTP.</summary>
internal sealed class CloudEndpoints(
    InstallationId installation, ICloudDirectory clouds, IPulse pulse, TemplateFinder templates, ITrafficDirectory? sources,
    TimeProvider timeProvider)
{
    private readonly LeftoverFinder _leftovers = new(installation, timeProvider);

    public void Map(IEndpointRouteBuilder api)
    {
        var mapped = api.MapGroup("/clouds").WithTags("Clouds");
        mapped.MapGet("/", List).Says("ListClouds", "List the configured clouds", "By name, with the calls made to each.");
        mapped.MapGet("/{name}/check", CheckAsync)
            .Says(
                "CheckCloud",
                "Check whether a cloud answers",
                "Lists this account's instances there, and what the cloud says of the credential, its rights and limits, and of its load "
                + "balancers where a source of traffic uses them; with `template`, also asks about its image, size and networks.")
            .Fails(404);
        mapped.MapGet("/{name}/template", ReadTemplateAsync).Requires(Role.Operate)
            .Says(
                "ReadTemplate",
                "Read a machine into a template",
                "`like` is the machine's id at the cloud. Nothing is kept: what comes back, with a name, makes a template. "
                + "A cloud that several accounts share is read by admins of the installation's scope only.")
            .Fails(400, 403, 404, 409, 502, 503);
        mapped.MapGet("/{name}/leftovers", ListLeftoversAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says(
                "ListLeftovers",
                "List what instances left behind",
                "Disks, addresses and interfaces with this installation's mark that belong to no instance, by kind and id.")
            .Fails(403, 404, 409, 502, 503);
        mapped.MapDelete("/{name}/leftovers", RemoveLeftoverAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says(
                "RemoveLeftover",
                "Remove one of them",
                "`kind` and `id` as listed. Only what is listed at that moment, and is old enough, is removed.")
            .Fails(400, 403, 404, 409, 502, 503);
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
        var entry = Find(http, name);
        var asked = template is null ? null : await templates.GetAsync(http.Caller().Account, template, cancellationToken);
        var started = timeProvider.GetTimestamp();
        var steps = new CloudCheckSteps();
        string? asking = null;
        try
        {
            var instances = await Listing.ReadAsync(entry, new(installation, http.Caller().Account), timeProvider, cancellationToken);
            var message = string.Create(CultureInfo.InvariantCulture, $"answers; {instances.Length} instances of this account");
            steps.Listed(instances.Length);
            if (entry.Cloud.Description is { } description)
            {
                asking = "account";
                steps.Described(await description.DescribeAsync(cancellationToken));
            }

            if (entry.Cloud.Balancing is { } balancing && sources?.UsesBalancersOf(entry.Name) is true)
            {
                asking = CloudStep.Balancers;
                steps.Described([await balancing.CheckBalancersAsync(cancellationToken)]);
            }

            if (asked is not null)
            {
                asking = "template";
                steps.Checked(await entry.Cloud.CheckAsync(asked, cancellationToken));
            }

            return Answer(steps.FirstBad is null ? null : "invalid_request", steps.FirstBad ?? message, instances.Length);
        }
        catch (CloudException error)
        {
            steps.Failed(asking, error.Kind, error.Message);
            return Answer(CloudViews.Word(error.Kind), error.Message, null);
        }
        catch (ProblemException error) when (error.Kind == ProblemKinds.CloudListingCutShort)
        {
            steps.CutShort(error.Message);
            return Answer(error.Kind.Code, error.Message, null);
        }
        catch (ProblemException error) when (error.Kind == ProblemKinds.CloudThrottled)
        {
            steps.Failed(asking, CloudErrorKind.Throttled, error.Message);
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

    private async Task<Ok<TemplateDraftView>> ReadTemplateAsync(
        HttpContext http, string name, string? like, CancellationToken cancellationToken)
    {
        var machine = Required("like", like, "the id of a machine at the cloud");
        var (entry, caller) = (Find(http, name), http.Caller());
        if (entry.Account != caller.Account && caller.Scope is not TokenScope.Installation)
        {
            throw new ProblemException(
                ProblemKinds.Forbidden,
                $"cloud '{entry.Name}' is shared by several accounts, and its machines may be anybody's: this needs a token whose scope is "
                + "the installation");
        }

        Listing.RefuseWhenSilent(entry);
        var reading = entry.Cloud.TemplateReading ?? throw new ProblemException(
            ProblemKinds.CloudCannot, $"clouds of kind {entry.Kind} cannot read a machine into a template");
        try
        {
            return TypedResults.Ok(CloudViews.View(entry.Name, await reading.ReadTemplateAsync(new(machine), cancellationToken)));
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.NotFound)
        {
            throw new ProblemException(ProblemKinds.MachineNotFound, $"cloud '{entry.Name}': {error.Message}");
        }
    }

    private async Task<Ok<PageView<LeftoverView>>> ListLeftoversAsync(
        HttpContext http, string name, CancellationToken cancellationToken) => TypedResults.Ok(new PageView<LeftoverView>
    {
        Items = [.. (await _leftovers.ListAsync(Find(http, name), cancellationToken)).Select(one => CloudViews.View(one.Part, one.Kept))],
    });

    private async Task<Ok<LeftoverView>> RemoveLeftoverAsync(
        HttpContext http, string name, string? kind, string? id, CancellationToken cancellationToken)
    {
        var (ofKind, withId) = (Required("kind", kind, "a kind as listed"), Required("id", id, "an id as listed"));
        var entry = Find(http, name);
        return TypedResults.Ok(CloudViews.View(
            await _leftovers.RemoveAsync(entry, ofKind, withId, cancellationToken)
                ?? throw new ProblemException(
                    ProblemKinds.LeftoverNotFound, $"cloud '{entry.Name}' has no {ofKind} {withId} that is left over"),
            kept: null));
    }

    private CloudEntry Find(HttpContext http, string name) => clouds.Find(http.Caller().Account, name) ?? throw new ProblemException(
        ProblemKinds.CloudNotFound,
        $"there is no cloud '{name}'; "
        + $"configured: {string.Join(", ", clouds.EntriesOf(http.Caller().Account).Select(known => known.Name))}");

    private static string Required(string parameter, string? value, string allowed) =>
        string.IsNullOrEmpty(value) ? throw new InputException(parameter, value, allowed) : value;
}
