using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Lists instances.</summary>
internal sealed class Ec2Listing(Ec2Api api, int pageSize, TimeProvider timeProvider, BoundedWarnings warnings, Ec2Owners? owners)
{
    private const string Call = "ec2 DescribeInstances";

    /// <summary>From the notice to the end of a spot instance.</summary>
    private static readonly TimeSpan NoticeTime = TimeSpan.FromMinutes(2);

    private readonly ListingReader _reader = new(Call, Ec2States.OddFields, warnings);

    // Whether a look showed a spot instance, or one was launched. Notices are asked for only then: a call more for each listing.
    private volatile bool _hasSpot;

    /// <summary>Tells that there will be spot instances.</summary>
    public void OnSpot() => _hasSpot = true;

    /// <summary>The instances with the filter's tags, but for those terminated.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var leaving = ImmutableDictionary<string, DateTimeOffset>.Empty;
        if (_hasSpot)
        {
            leaving = await NoticesAsync(filter, cancellationToken);
            yield return new([], IsLast: false);
        }

        await foreach (var (page, isLast) in CursorPages.ReadAsync(
            cursor => ReadAsync(filter, cursor, cancellationToken), cursor => cursor, timeProvider, cancellationToken))
        {
            yield return new([.. page.Select(node => Take(node, filter, leaving)).OfType<Instance>()], isLast);
        }
    }

    /// <summary>The instance that a launch made, terminated ones included for as long as EC2 shows them; null when there is none.</summary>
    public async Task<Ec2Instance?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        var found = await FindAsync("client-token", token, cancellationToken);
        return found.FirstOrDefault(one => one.State != "terminated") ?? found.FirstOrDefault();
    }

    /// <summary>The instance of that id, terminated or not; null when EC2 shows none.</summary>
    public async Task<Ec2Instance?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        (await FindAsync("instance-id", id, cancellationToken)).FirstOrDefault(one => one.Id == id);

    /// <summary>The instances of an answer.</summary>
    public static IEnumerable<AnswerNode> InstancesOf(AnswerNode answer) =>
        answer.Items("reservationSet").SelectMany(reservation => reservation.Items("instancesSet"));

    private async Task<Ec2Instance[]> FindAsync(string filter, string value, CancellationToken cancellationToken)
    {
        var nodes = InstancesOf(await api.LookAsync(Ec2Api.Form("DescribeInstances").Filter((filter, [value])), cancellationToken));
        return
        [
            .. nodes.Select(node => Ec2Instance.Read(node)).Select(read => read.Good ?? throw new CloudException(
                CloudErrorKind.Unavailable, $"{Call}: the instance that is looked for is there, and not understood: {read.Flaw}")),
        ];
    }

    private async Task<(IEnumerable<AnswerNode> Page, string? Next)> ReadAsync(
        InstanceFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var form = Ec2Api.Form("DescribeInstances")
            .Filter(Wanted(filter).Append(("instance-state-name", Ec2States.Shown)))
            .Add("MaxResults", pageSize)
            .Add("NextToken", cursor);
        var answer = await api.LookAsync(form, cancellationToken);
        return answer["reservationSet"] is null
            ? throw new CloudException(CloudErrorKind.Unavailable, $"{Call} was answered without a list")
            : (InstancesOf(answer), answer.TextOf("nextToken"));
    }

    private Instance? Take(AnswerNode node, InstanceFilter filter, ImmutableDictionary<string, DateTimeOffset> leaving)
    {
        var (instance, flaw) = Ec2Instance.Read(node);
        if (instance is null)
        {
            return _reader.Take(Ec2States.Odd(node, flaw!), filter);
        }

        if (filter.Tags.Any(wanted => instance.Tags.GetValueOrDefault(wanted.Key) != wanted.Value) || instance.State == "terminated")
        {
            return null;
        }

        owners?.Remember(instance.Id, instance.Tags);
        _hasSpot |= instance.Lifecycle is "spot";
        return Ec2States.Instance(instance, leaving.TryGetValue(instance.Id, out var at) ? at : null);
    }

    /// <summary>When EC2 takes spot instances back that it has given notice to.</summary>
    private async Task<ImmutableDictionary<string, DateTimeOffset>> NoticesAsync(
        InstanceFilter filter, CancellationToken cancellationToken)
    {
        // Few: one page holds more than are ever marked within two minutes.
        var answer = await api.LookAsync(
            Ec2Api.Form("DescribeSpotInstanceRequests")
                .Filter(Wanted(filter).Append(("status-code", ["marked-for-termination", "marked-for-stop"])))
                .Add("MaxResults", 1000),
            cancellationToken);
        var notices = ImmutableDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var request in answer.Items("spotInstanceRequestSet"))
        {
            if (request.TextOf("instanceId") is { } id && DateTimeOffset.TryParse(
                request["status"]?.TextOf("updateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                notices[id] = at + NoticeTime;
            }
        }

        return notices.ToImmutable();
    }

    private static IEnumerable<(string Name, ImmutableArray<string> Values)> Wanted(InstanceFilter filter) =>
        filter.Tags.Select(tag => ($"tag:{tag.Key}", ImmutableArray.Create(tag.Value)));
}
