using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Lists instances of the project in all zones of the region at once.</summary>
/// <remarks>
/// A zone that could not be asked makes the listing fail, so that nothing is concluded from what is missing; one of another region does not
/// matter.
/// </remarks>
internal sealed class GceListing(GceApi api, TimeProvider timeProvider, BoundedWarnings warnings)
{
    /// <summary>The largest page that Google gives.</summary>
    public const int PageSize = 500;

    private const string Call = "list instances";

    private readonly ListingReader _reader = new($"gce: {Call}", GceStates.OddFields, warnings);

    /// <summary>Pages of those that carry the filter's tags.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = filter.Tags;
        var pages = CursorPages.ReadAsync(
            cursor => ReadAsync(GceLabels.FilterOf(filter), cursor, cancellationToken), text => text, timeProvider, cancellationToken);
        await foreach (var (rows, isLast) in pages)
        {
            yield return new([.. rows.Select(row => Read(row, filter, wanted)).OfType<Instance>()], isLast);
        }
    }

    /// <summary>Every instance in the region with these words, each without a flaw.</summary>
    /// <param name="conditions">A filter in Google's words.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CloudException">One of them cannot be read: it may be the one that is looked for.</exception>
    public async Task<ImmutableArray<GceInstance>> FindAsync(string conditions, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<GceInstance>();
        var pages = CursorPages.ReadAsync(
            cursor => ReadAsync(conditions, cursor, cancellationToken), text => text, timeProvider, cancellationToken);
        await foreach (var (rows, _) in pages)
        {
            found.AddRange(rows.Select(row => row.Good ?? throw new CloudException(
                CloudErrorKind.Unavailable, $"{Call}: an instance that may be the one looked for is not understood: {row.Odd!.Why}")));
        }

        return found.ToImmutable();
    }

    /// <summary>Makes sure that every zone of the region is in an answer.</summary>
    /// <exception cref="CloudException">One is not.</exception>
    public static void ThrowIfPartial(
        string call, string region, IEnumerable<KeyValuePair<string, ScopeWarning?>> scopes, string[]? unreachables)
    {
        var missing = scopes
            .Where(scope => scope.Value?.Code is { } code && code != "NO_RESULTS_ON_PAGE")
            .Select(scope => (Scope: scope.Key, Why: scope.Value!.Code))
            .Concat((unreachables ?? []).Select(scope => (Scope: scope, Why: (string?)"UNREACHABLE")))
            .FirstOrDefault(scope => MayBeOf(region, scope.Scope));
        if (missing.Scope is { } scope)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{call}: Google could not ask {scope} ({missing.Why}), so that the list is not whole");
        }
    }

    /// <summary>Of another region is only what clearly says so.</summary>
    private static bool MayBeOf(string region, string scope) =>
        GceNames.PartOf(scope, "zones") is { } zone ? zone.StartsWith($"{region}-", StringComparison.Ordinal)
        : GceNames.PartOf(scope, "regions") is not { } other || other == region;

    private Instance? Read(Row row, InstanceFilter filter, ImmutableSortedDictionary<string, string> wanted)
    {
        if (row.Good is { } instance)
        {
            var read = GceStates.Read(instance, filter.Details);
            return wanted.All(tag => read.Tags.GetValueOrDefault(tag.Key) == tag.Value) ? read : null;
        }

        return _reader.Take(row.Odd!, filter) is { } odd
            ? odd with
            {
                Id = JsonTexts.Text(row.Odd!.Element, GceStates.OddFields.Id) is { } name ? GceNames.IdOf(row.Zone, name) : odd.Id,
                Zone = row.Zone,
            }
            : null;
    }

    private async Task<(Row[] Page, string? Next)> ReadAsync(string conditions, string? cursor, CancellationToken cancellationToken)
    {
        var path = $"aggregated/instances?maxResults={PageSize}&filter={Uri.EscapeDataString(conditions)}";
        var answer = await api.GetAsync(
            Call, cursor is null ? path : $"{path}&pageToken={Uri.EscapeDataString(cursor)}", cancellationToken);
        var all = answer.Read(InstanceScopes.Of);
        var items = all.Items ?? [];
        ThrowIfPartial(Call, api.Region, items.Select(scope => KeyValuePair.Create(scope.Key, scope.Value.Warning)), all.Unreachables);
        return (
            [
                .. items.Where(scope => IsOurs(scope.Key)).SelectMany(scope => Elements(answer, scope.Value).Select(element =>
                {
                    var (good, odd) = ListingReader.ReadOne(element, GceInstance.Of, GceStates.Flaw);
                    return new Row(ZoneOf(scope.Key), good, odd);
                })),
            ],
            Next(all.NextPageToken));
    }

    private static JsonElement[] Elements(HttpAnswer answer, InstanceScope scope) => scope.Instances switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray()],
        _ => throw answer.Failure(CloudErrorKind.Unavailable, "the instances of a zone are no list"),
    };

    private bool IsOurs(string scope) => ZoneOf(scope).StartsWith($"{api.Region}-", StringComparison.Ordinal);

    private static string ZoneOf(string scope) => GceNames.LastOf(scope)!;

    private static string? Next(string? token) => token is { Length: > 0 } ? token : null;

    /// <param name="Zone">Where it is.</param>
    /// <param name="Good">The instance.</param>
    /// <param name="Odd">What is there instead of one.</param>
    private readonly record struct Row(string Zone, GceInstance? Good, OddElement? Odd);
}
