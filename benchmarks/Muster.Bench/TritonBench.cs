using Muster.Core.Storage;

namespace Muster.Bench;

/// <summary>
/// A group on a Triton whose machines take 3 s to come up, whose API takes 20 ms, and which lets an account make 10 calls a second.
/// </summary>
internal static class TritonBench
{
    private const int Groups = 100;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Provisioning = TimeSpan.FromSeconds(3);

    /// <summary>Until the budgets are full again: each step is to start as after a quiet time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SettledWithin = TimeSpan.FromMinutes(2);

    /// <summary>At two listings a second, which is what the account's limit leaves for reading.</summary>
    private static readonly TimeSpan FollowedUp = TimeSpan.FromSeconds(60);

    private const int Intervals = 10;

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore) =>
        [.. await ScaleAsync(await openStore()), await SweepAsync(await openStore())];

    private static async Task<List<Figure>> ScaleAsync(IStore store)
    {
        await using var rig = await TritonRig.StartAsync(store, Latency, Provisioning);
        rig.Engine.Start();
        var group = await rig.Engine.AddGroupAsync(0);
        var figures = new List<Figure>();
        var before = 0;
        foreach (var (count, limit) in ((int, double?)[])[(10, 4), (40, null), (0, null)])
        {
            await Task.Delay(Quiet, TimeProvider.System);
            var callsBefore = rig.Calls;
            var took = (await rig.ScaleAsync(group, count)).TotalSeconds;
            var calls = rig.Calls - callsBefore;
            var changes = calls.Launches + calls.Deletes;
            var each = (double)changes / Math.Abs(count - before);
            figures.Add(new(
                $"triton {before} → {count}",
                took,
                "s",
                Peer(before, count),
                limit is { } most ? took <= most : null,
                limit is null ? "" : $"≤ {limit} s"));
            figures.Add(new(
                "  calls of it", calls.All, "calls",
                $"{changes} that launch or delete, {each:0.00} a machine; {calls.Listings} listings; {calls.Throttled} answered 429",
                each <= 1.2 && calls.Throttled == 0, "≤ 1.2 a machine and listings, no 429"));
            before = count;
        }

        return figures;
    }

    private static string Peer(int before, int count) => (before, count) switch
    {
        (0, 10) => "the original: 31 s, about 45 calls",
        (10, 40) => "14 calls at once and 7 a second need 2.3 s, the last machine 3 s more",
        _ => "14 calls at once and 7 a second need 3.7 s, the last machine 1 s more",
    };

    /// <summary>Listings that many healthy groups need, once nothing happens any more.</summary>
    private static async Task<Figure> SweepAsync(IStore store)
    {
        await using var rig = await TritonRig.StartAsync(store, Latency, Provisioning);
        for (var i = 0; i < Groups; i++)
        {
            await rig.Engine.AddGroupAsync(1, interval: Interval);
        }

        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Engine.Swept = report =>
        {
            if (report.Acting == 0 && rig.Running == Groups)
            {
                settled.TrySetResult();
            }
        };
        rig.Engine.Start();
        await settled.Task.WaitAsync(SettledWithin, TimeProvider.System);

        // Groups that came up one by one are each looked at once more, as fast as the account may list.
        await Task.Delay(FollowedUp, TimeProvider.System);
        var before = rig.Calls.Listings;
        await Task.Delay(Interval * Intervals, TimeProvider.System);
        var listings = (rig.Calls.Listings - before) / (double)Intervals;
        return new(
            $"triton, {Groups} healthy groups in one account: listings an interval",
            listings,
            "calls",
            $"the original: {Groups}",
            listings <= 1.2,
            "1, and a tenth for when the watch begins");
    }
}
