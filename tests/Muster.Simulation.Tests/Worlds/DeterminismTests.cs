using System.Diagnostics;

using Muster.Simulation.Worlds;

namespace Muster.Simulation.Tests.Worlds;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(99)]
    [InlineData(1233)]
    public async Task A_seed_is_the_same_run_in_another_process(ulong seed)
    {
        // A process of its own has its own string hashes: what depends on their order shows here and nowhere else.
        var here = World.Run(seed);
        using var process = Process.Start(new ProcessStartInfo
        {
            FileName = "dotnet",
            ArgumentList = { typeof(World).Assembly.Location, "--seed", $"{seed}" },
            RedirectStandardOutput = true,
        })!;
        var there = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"{here}", there.Trim());
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Other_seeds_are_other_runs()
    {
        var hashes = Enumerable.Range(1, 10).Select(seed => World.Run((ulong)seed).Hash).ToList();

        Assert.Equal(10, hashes.Distinct().Count());
    }
}
