using System.Globalization;

using Muster.Core.Accounts;
using Muster.Server.Tests.Support;
using Muster.Triton.Authentication;

namespace Muster.Server.Tests.Tsg;

/// <summary>How long what was said of a caller counts.</summary>
public sealed class VerdictCacheTests
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(4);

    private readonly ShiftedClock _clock = new();
    private int _asked;

    [Fact]
    public async Task A_verdict_counts_for_its_time_and_no_longer()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), _clock);
        var proof = Proof(_clock.GetUtcNow());

        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof, Good);
        Assert.Equal(1, _asked);
        _clock.Shift += GoodFor;
        await cache.GetAsync(proof, Good);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_captured_proof_is_asked_about_again_once_its_date_is_old()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), _clock);
        var proof = Proof(_clock.GetUtcNow() - TimeSpan.FromSeconds(290));

        await cache.GetAsync(proof, Good);
        _clock.Shift += TimeSpan.FromSeconds(11);
        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof, Good);

        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task A_refusal_counts_shorter()
    {
        var cache = new VerdictCache(GoodFor, TimeSpan.FromSeconds(2), _clock);
        var proof = Proof(_clock.GetUtcNow());

        Assert.Null((await cache.GetAsync(proof, Bad)).Caller);
        _clock.Shift += TimeSpan.FromSeconds(2);

        Assert.NotNull((await cache.GetAsync(proof, Good)).Caller);
    }

    [Fact]
    public async Task No_answer_is_no_verdict()
    {
        var cache = new VerdictCache(GoodFor, GoodFor, _clock);
        var proof = Proof(_clock.GetUtcNow());

        await Assert.ThrowsAsync<TimeoutException>(() => cache.GetAsync(proof, () => Task.FromException<Verdict>(new TimeoutException())));

        Assert.NotNull((await cache.GetAsync(proof, Good)).Caller);
    }

    [Fact]
    public async Task Another_signature_is_another_question()
    {
        var cache = new VerdictCache(GoodFor, GoodFor, _clock);
        var proof = Proof(_clock.GetUtcNow());

        await cache.GetAsync(proof, Good);
        await cache.GetAsync(proof with { Authorization = "another" }, Good);

        Assert.Equal(2, _asked);
    }

    private Task<Verdict> Good()
    {
        _asked++;
        return Task.FromResult(new Verdict(new(default, "joyent", Role.Operate, TokenScope.Account, Token: null), Refusal: null));
    }

    private Task<Verdict> Bad()
    {
        _asked++;
        return Task.FromResult(Verdict.Refused(Verdict.AccountText));
    }

    private static CallerProof Proof(DateTimeOffset date) =>
        new(
            "joyent",
            User: null,
            date.ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "UTC", StringComparison.Ordinal),
            "Signature ...");
}
