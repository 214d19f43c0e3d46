using Muster.Api.Client;
using Muster.EndToEnd.Support;

namespace Muster.Bench;

/// <summary>The real Terraform with the executable as its provider, as whole processes, and what of it is the provider's.</summary>
internal static class TerraformBench
{
    private const int Starts = 25;
    private const int Applies = 9;
    private const int Plans = 5;
    private const int Waits = 5;
    private const int Groups = 200;

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        if (TerraformProgram.Find() is null)
        {
            return [new("terraform", 0, "", "skipped: terraform is not on the PATH")];
        }

        await using var muster = await MusterProcess.StartAsync();
        using var folder = new TerraformFolder(muster.Client.Address);
        var started = new List<PluginStart>();
        for (var run = 0; run < Starts; run++)
        {
            started.Add(await PluginStart.MeasureAsync(MusterProcess.Executable));
        }

        var (start, cpu) = (Median(started.Select(each => each.Ms)), Median(started.Select(each => each.CpuMs)));
        var empty = Median(await RepeatAsync(Starts, () => folder.TimeAsync("version")));
        folder.WriteNothing();
        var nothing = Median(await RepeatAsync(Applies, () => folder.TimeAsync("plan")));
        folder.TakeLog();
        var (apply, calls, starts) = await ApplyAsync(folder);
        var plan = await PlanAsync(folder);
        var lag = await WaitAsync(folder, muster.Client);
        return
        [
            new(
                "Terraform: process start to handshake, TLS included",
                start,
                "ms",
                $"its CPU {cpu:0} ms; 'terraform version' in the same run {empty:0} ms",
                start <= 60,
                "≤ 60 ms"),
            new(
                "Terraform: apply of a template and a group",
                apply / 1000,
                "s",
                $"of it {starts:0} starts of the provider {starts * start / 1000:0.00} s",
                apply <= 700,
                "≤ 0.7 s"),
            new(
                "  of it in plans of an empty configuration", apply / nothing, "", $"such a plan in the same run {nothing / 1000:0.00} s",
                apply <= 3 * nothing, "≤ 3"),
            new(
                "  its slowest call of the provider, median of runs", calls, "ms", "configuring, with its hello, is among them",
                calls <= 15, "≤ 15 ms"),
            new($"Terraform: plan of {Groups} groups with nothing to do", plan / 1000, "s", "", plan <= 3000, "≤ 3 s"),
            new(
                "Terraform: wait_for_level returns after the level is reached", lag, "ms", "polls of the test included", lag <= 200,
                "≤ 200 ms"),
        ];
    }

    private static async Task<(double Ms, double SlowestCallMs, double Starts)> ApplyAsync(TerraformFolder folder)
    {
        var (runs, slowest, starts) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Applies; run++)
        {
            folder.Write("web", count: null, "capacity = 0");
            runs.Add(await folder.TimeAsync("apply", "-auto-approve"));
            // Without the destroy, whose call waits for the group's end.
            var log = folder.TakeLog();
            slowest.Add(log.Select(ProviderCall.Parse).OfType<ProviderCall>().Max(call => call.ElapsedMs));
            starts.Add(log.Count(PluginStart.IsToldBy));
            await folder.TimeAsync("destroy", "-auto-approve");
            folder.TakeLog();
        }

        return (Median(runs), Median(slowest), Median(starts));
    }

    private static async Task<double> PlanAsync(TerraformFolder folder)
    {
        folder.Write("many", Groups, "capacity = 0");
        await folder.TimeAsync("apply", "-auto-approve");
        var runs = await RepeatAsync(Plans, () => folder.TimeAsync("plan", "-detailed-exitcode"));
        await folder.TimeAsync("destroy", "-auto-approve");
        folder.TakeLog();
        return Median(runs);
    }

    /// <summary>From the moment a client sees the level reached to the end of the provider's call.</summary>
    private static async Task<double> WaitAsync(TerraformFolder folder, MusterClient client)
    {
        var lags = new List<double>();
        for (var run = 0; run < Waits; run++)
        {
            folder.Write("waited", count: null, "capacity = 3\n wait_for_level = true");
            var apply = folder.TimeAsync("apply", "-auto-approve");
            var reachedAt = await ReachedAsync(client);
            await apply;
            var end = folder.TakeLog().Select(ProviderCall.Parse).OfType<ProviderCall>().Last(call => call.Name == "ApplyResourceChange");
            lags.Add((end.At - reachedAt).TotalMilliseconds);
            await folder.TimeAsync("destroy", "-auto-approve");
            folder.TakeLog();
        }

        return Median(lags);
    }

    private static async Task<DateTimeOffset> ReachedAsync(MusterClient client)
    {
        while (true)
        {
            var page = await client.ListGroupsAsync();
            if (page.Items.Any(group => group.Name == "waited" && group.IsAtLevel()))
            {
                return TimeProvider.System.GetUtcNow();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private static async Task<List<double>> RepeatAsync(int count, Func<Task<double>> measure)
    {
        var runs = new List<double>();
        for (var run = 0; run < count; run++)
        {
            runs.Add(await measure());
        }

        return runs;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
