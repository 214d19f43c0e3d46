using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core.Traffic;
using Muster.Traffic.Http;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Http;

public sealed class HttpTrafficSourceTests : IAsyncDisposable
{
    private static readonly TrafficScope Scope = Some.Scope(new() { Source = "self", Attribute = "port", Path = "/drain" });

    private readonly ConcurrentQueue<string> _asked = [];
    private readonly HttpSite _site;
    private int _status = 200;

    public HttpTrafficSourceTests() => _site = new((request, _) =>
    {
        _asked.Enqueue($"{request.HttpMethod} {request.Url!.AbsolutePath}");
        return (Volatile.Read(ref _status), "");
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TrafficMember Member => Some.Member(1, int.Parse(_site.Host.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task An_instance_is_told_to_drain_and_asked_until_it_is_done()
    {
        await using var source = Open();
        _status = 202;
        var progress = await source.DrainAsync(Scope, Member, Cancellation);
        Assert.Equal((false, TimeSpan.FromSeconds(1)), (progress.IsEmpty, progress.LookIn));

        _status = 204;
        Assert.True((await source.DrainAsync(Scope, Member, Cancellation)).IsEmpty);
        Assert.Equal(["POST /drain", "POST /drain"], _asked);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task One_that_joins_is_told_that_it_serves_and_need_not_understand(int status)
    {
        await using var source = Open();
        _status = status;

        await source.JoinAsync(Scope, Member, Cancellation);

        Assert.Equal("DELETE /drain", Assert.Single(_asked));
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State);
        await source.LeaveAsync(Scope, (await source.ListAsync(Scope, [], Cancellation))[0], Cancellation);
        Assert.Empty(await source.ListAsync(Scope, [], Cancellation));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Any_other_answer_is_a_failure_and_not_a_drain(int status)
    {
        await using var source = Open();
        _status = status;

        var error = await Assert.ThrowsAsync<TrafficException>(() => source.DrainAsync(Scope, Member, Cancellation));

        Assert.Equal($"web-1 answers POST /drain with HTTP {status}", error.Message);
    }

    [Fact]
    public async Task One_that_nobody_listens_at_is_unavailable()
    {
        await using var source = Open();

        var error = await Assert.ThrowsAsync<TrafficException>(
            () => source.DrainAsync(Scope, Some.Member(1, FreePort.Find()), Cancellation));

        Assert.Equal(TrafficErrorKind.Unavailable, error.Kind);
        Assert.Contains("nobody listens at", error.Message, StringComparison.Ordinal);
    }

    private static ITrafficSource Open() => new HttpTrafficKind().Open(new()
    {
        Source = "self", Options = ImmutableSortedDictionary<string, string>.Empty, Time = TimeProvider.System,
    });
}
