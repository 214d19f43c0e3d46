using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Tests.Kit;

public sealed class FoundNamesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FoundNames<int> _names;
    private int _looks;

    public FoundNamesTests() => _names = new(_time);

    public void Dispose() => _names.Dispose();

    [Fact]
    public async Task What_was_found_counts_for_a_minute()
    {
        var first = await FindAsync("web");
        _time.Advance(TimeSpan.FromSeconds(59));
        var kept = await FindAsync("web");
        var other = await FindAsync("api");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 1, 2, 3), (first, kept, other, await FindAsync("web")));
        Assert.Equal(2, await FindAsync("api"));
    }

    [Fact]
    public async Task Many_at_once_cost_one_look()
    {
        var look = new TaskCompletionSource<int>();
        Task<int>[] all = [.. Enumerable.Range(0, 100).Select(_ => _names.FindAsync("web", () => Look(look.Task), Cancel))];

        look.SetResult(7);

        Assert.All(await Task.WhenAll(all), found => Assert.Equal(7, found));
        Assert.Equal(1, _looks);
    }

    [Fact]
    public async Task What_is_forgotten_or_was_not_found_is_looked_for_again()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => _names.FindAsync("web", () => throw new TimeoutException(), Cancel));
        await FindAsync("web");
        await FindAsync("api");
        _names.Forget("web");

        Assert.Equal((3, 2), (await FindAsync("web"), await FindAsync("api")));
        _names.Forget();
        Assert.Equal(4, await FindAsync("api"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<int> FindAsync(string name) => _names.FindAsync(name, () => Task.FromResult(++_looks), Cancel);

    private Task<int> Look(Task<int> answer)
    {
        _looks++;
        return answer;
    }
}
