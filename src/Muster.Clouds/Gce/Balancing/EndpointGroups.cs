using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Balancing;

/// <summary>Zonal network endpoint groups, as Compute Engine's API has them. Safe to share.</summary>
/// <remarks>
/// <see href="https://docs.cloud.google.com/compute/docs/reference/rest/v1/networkEndpointGroups"/>. Each change is an operation of the
/// zone, and only its end says whether it was made.
/// </remarks>
internal sealed class EndpointGroups(GceApi api, IRandomSource random, TimeProvider timeProvider)
{
    /// <summary>The type whose endpoints are an instance, its address and a port.</summary>
    public const string Type = "GCE_VM_IP_PORT";

    private const string TypeForGcloud = "gce-vm-ip-port";

    /// <summary>How long one call waits until a detachment is done. A call may take a minute, and the next one goes on waiting.</summary>
    public static readonly TimeSpan DetachWaitMax = TimeSpan.FromSeconds(30);

    // Those that were found to be of the type, which they keep.
    private readonly ConcurrentDictionary<(string Zone, string Group), bool> _known = new();

    /// <summary>All endpoints of a group, each with its health; null where the zone has no such group.</summary>
    /// <exception cref="CloudException">It could not be asked, or told only a part: nothing is concluded from it.</exception>
    public async Task<ImmutableArray<ListedEndpoint>?> ListAsync(string zone, string group, CancellationToken cancellationToken)
    {
        var isThere = true;
        var found = ImmutableArray.CreateBuilder<ListedEndpoint>();
        var pages = CursorPages.ReadAsync(
            async cursor =>
            {
                var page = await ReadAsync(zone, group, cursor, cancellationToken);
                isThere &= page is not null;
                return (page?.Items ?? [], page?.NextPageToken is { Length: > 0 } next ? next : null);
            },
            text => text, timeProvider, cancellationToken);
        await foreach (var (page, _) in pages)
        {
            found.AddRange(page.Where(one => one is not null));
        }

        return isThere ? found.ToImmutable() : null;
    }

    /// <summary>Makes sure that a zone has a group whose endpoints are instances with ports.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="who">For whom, in words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CloudException">It has none, or one of another type: <see cref="CloudErrorKind.InvalidRequest"/>.</exception>
    public async Task RequireAsync(string zone, string group, string who, CancellationToken cancellationToken)
    {
        if (_known.ContainsKey((zone, group)))
        {
            return;
        }

        var found = (await api.FindAsync(Call("look at", zone, group), PathOf(zone, group), cancellationToken))?.Read(EndpointGroup.Of)
            ?? throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"backend is '{group}': zone {zone}, where {who} is, has no network endpoint group of that name: make it with "
                + $"`gcloud compute network-endpoint-groups create {group} --zone {zone} --network-endpoint-type {TypeForGcloud} "
                + $"--network NETWORK --project {api.Project}`, and add it to the backend service");
        if (found.NetworkEndpointType != Type)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"backend is '{group}': the network endpoint group of that name in {zone} is of type {found.NetworkEndpointType}: only "
                + $"those of type {Type} take instances with ports");
        }

        _known[(zone, group)] = true;
    }

    /// <summary>Has the next attachment look again whether there is such a group.</summary>
    public void Forget(string zone, string group) => _known.TryRemove((zone, group), out _);

    /// <summary>Attaches an endpoint, and waits until that is done.</summary>
    /// <returns>Google's refusal, which may be that it is attached already: its pages do not say how that is told. Null for none.</returns>
    public async Task<CloudException?> AttachAsync(
        string zone, string group, NetworkEndpoint endpoint, CancellationToken cancellationToken)
    {
        var call = Call($"attach {endpoint.Instance} to", zone, group);
        var answer = await SendAsync(call, zone, group, "attachNetworkEndpoints", [endpoint], cancellationToken);
        if (!answer.IsGood)
        {
            return Refusal(api.Errors.Translate(answer));
        }

        var operation = await api.WaitAsync(call, zone, answer.Read(Operation.Of), cancellationToken);
        return api.Errors.FailureOf(call, operation) is { } failure ? Refusal(failure) : null;
    }

    /// <summary>Detaches endpoints of one instance, and waits for <see cref="DetachWaitMax"/> until that is done.</summary>
    public async Task<Detachment> DetachAsync(
        string zone, string group, string instance, IEnumerable<NetworkEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var call = Call($"detach {instance} from", zone, group);
        var answer = await SendAsync(
            // An endpoint is what it goes to, whatever is written on it.
            call, zone, group, "detachNetworkEndpoints", [.. endpoints.Select(one => one with { Annotations = null })], cancellationToken);
        return answer.IsGood
            ? await EndAsync(zone, group, instance, answer.Read(Operation.Of), cancellationToken)
            : new(Running: null, Refusal(api.Errors.Translate(answer)));
    }

    /// <summary>Waits for <see cref="DetachWaitMax"/> until a detachment is done.</summary>
    public async Task<Detachment> EndAsync(
        string zone, string group, string instance, Operation operation, CancellationToken cancellationToken)
    {
        var call = Call($"detach {instance} from", zone, group);
        using var enough = new CancellationTokenSource(DetachWaitMax, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            var ended = await api.WaitAsync(call, zone, operation, either.Token);
            return new(Running: null, api.Errors.FailureOf(call, ended) is { } failure ? Refusal(failure) : null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(operation, Refusal: null);
        }
    }

    /// <summary>Returns a refusal that may be about the endpoint: the caller then looks at what is there. Throws all others.</summary>
    private static CloudException Refusal(CloudException error) =>
        error.Kind is CloudErrorKind.InvalidRequest or CloudErrorKind.NotFound or CloudErrorKind.Unavailable ? error : throw error;

    private static string PathOf(string zone, string group) => $"zones/{zone}/networkEndpointGroups/{group}";

    private static string Call(string what, string zone, string group) => $"{what} network endpoint group {group} in {zone}";

    private Task<HttpAnswer> SendAsync(
        string call, string zone, string group, string verb, NetworkEndpoint[] endpoints, CancellationToken cancellationToken) =>
        api.SendAsync(
            // The request's id keeps whatever carries it from doing it twice.
            HttpMethod.Post, call, $"{PathOf(zone, group)}/{verb}?requestId={random.NextId()}",
            HttpCaller.Json(new EndpointsChange(endpoints).ToJson()), cancellationToken);

    private async Task<EndpointPage?> ReadAsync(string zone, string group, string? cursor, CancellationToken cancellationToken)
    {
        var call = Call("list", zone, group);
        var answer = await api.LookAsync(
            call,
            $"{PathOf(zone, group)}/listNetworkEndpoints?maxResults=500"
            + (cursor is null ? "" : $"&pageToken={Uri.EscapeDataString(cursor)}"),
            HttpCaller.Json(new EndpointsRequest("SHOW").ToJson()), cancellationToken);
        if (!answer.IsGood)
        {
            var failure = api.Errors.Translate(answer);
            return failure.Kind is CloudErrorKind.NotFound && answer.Status is HttpStatusCode.NotFound && cursor is null
                ? null
                : throw failure;
        }

        var page = answer.Read(EndpointPage.Of);
        return page.Warning?.Code is { } code && code != "NO_RESULTS_ON_PAGE"
            ? throw new CloudException(CloudErrorKind.Unavailable, $"{call}: Google says {code}, so that the list may not be whole")
            : page;
    }
}
