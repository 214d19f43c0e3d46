using System.Globalization;

using Muster.Core.Accounts;
using Muster.Server.Tests.Support;
using Muster.Server.Tsg.Authentication;

namespace Muster.Server.Tests.Tsg;

/// <summary>How long what was said of a caller counts.</summary>
public sealed class VerdictCacheTests
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(4);

    private readonly ShiftedClock clock = new();
    private int asked;

    [Fact]
    public async Task A_verdict_counts_for_its_time_and_no_longer()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), clock);
        var proof = Proof(clock.GetUtcNow());

        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof, Good);
        Assert.Equal(1, asked);
        clock.Shift += GoodFor;
        await cache.GetAsync(proof, Good);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_captured_proof_is_asked_about_again_once_its_date_is_old()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), clock);
        var proof = Proof(clock.GetUtcNow() - TimeSpan.FromSeconds(290));

        await cache.GetAsync(proof, Good);
        clock.Shift += TimeSpan.FromSeconds(11);
        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof, Good);

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_refusal_counts_shorter()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), clock);
        var proof = Proof(clock.GetUtcNow());

        Assert.Null((await cache.GetAsync(proof, Bad)).Caller);
        clock.Shift += TimeSpan.FromSeconds(2);

        Assert.NotNull((await cache.GetAsync(proof, Good)).Caller);
    }

    [Fact]
    public async Task No_answer_is_no_verdict()
    {
        var cache = new VerdictCache(GoodFor, GoodFor, clock);
        var proof = Proof(clock.GetUtcNow());

        await Assert.ThrowsAsync<TimeoutException>(() => cache.GetAsync(proof, () => Task.FromException<Verdict>(new TimeoutException())));

        Assert.NotNull((await cache.GetAsync(proof, Good)).Caller);
    }

    [Fact]
    public async Task Another_signature_is_another_question()
    {
        var cache = new VerdictCache(GoodFor, GoodFor, clock);
        var proof = Proof(clock.GetUtcNow());

        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof with { Authorization = "another" }, Good);

        Assert.Equal(2, asked);
    }

    private Task<Verdict> Good()
    {
        asked++;
        return Task.FromResult(new Verdict(new(default, "joyent", Role.Operate, TokenScope.Account, Token: null), Refusal: null));
    }

    private Task<Verdict> Bad()
    {
        asked++;
        return Task.FromResult(Verdict.Refused(Verdict.AccountText));
    }

    private static CallerProof Proof(DateTimeOffset date) =>
        new("joyent", User: null, date.ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "UTC", StringComparison.Ordinal), "Signature ...");
}
