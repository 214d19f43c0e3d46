using System.Text.Json;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary><c>muster scale</c>: one level check and exit, without server or store.</summary>
public sealed class ScaleTests : IDisposable
{
    private readonly string _data = DevServer.NewData();

    public void Dispose()
    {
        foreach (var pid in RealPids())
        {
            Processes.Kill(pid);
        }

        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task It_brings_a_group_to_its_count_and_then_has_nothing_to_do()
    {
        var first = (await ScaleAsync(3)).Good();
        var second = (await ScaleAsync(3)).Good();

        Assert.Equal(3, RealPids().Count);
        Assert.Equal(3, Lines(first).Count(line => Type(line) == "LAUNCH"));
        var noOp = Assert.Single(Lines(second));
        Assert.Equal("NO_OP", Type(noOp));
        Assert.Equal("3 wanted, 3 running: nothing to do", noOp.GetProperty("description").GetString());
    }

    [Fact]
    public async Task It_terminates_what_is_too_many()
    {
        (await ScaleAsync(4)).Good();
        var run = (await ScaleAsync(1)).Good();

        Assert.Equal(3, Lines(run).Count(line => Type(line) == "TERMINATE"));
        Assert.Single(RealPids());
    }

    [Fact]
    public async Task It_replaces_one_that_was_killed()
    {
        (await ScaleAsync(3)).Good();
        Processes.Kill(RealPids()[0]);

        (await ScaleAsync(3)).Good();

        Assert.Equal(3, RealPids().Count);
    }

    [Fact]
    public async Task Runs_that_overlap_do_not_overshoot()
    {
        for (var round = 1; round <= 5; round++)
        {
            var count = round * 2;
            var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ScaleAsync(count)));

            Assert.All(runs, run => run.Good());
            Assert.Equal(count, RealPids().Count);
        }
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_refused_by_name()
    {
        var run = await ProgramRun.OfAsync(
            MusterExe.Path,
            ["scale", "--cloud", "local", "--group", "web", "--count", "1", "--image", "/no/such/program", "--data", _data]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("/no/such/program", run.Error + run.Output, StringComparison.Ordinal);
        Assert.Empty(RealPids());
    }

    private static List<JsonElement> Lines(ProgramRun run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Type(JsonElement line) => line.GetProperty("notification_type").GetString();

    private IReadOnlyList<int> RealPids() => Processes.WithEnvironment("MUSTER_LAUNCH=", _data);

    private Task<ProgramRun> ScaleAsync(int count) => ProgramRun.OfAsync(
        MusterExe.Path,
        ["scale", "--cloud", "local", "--group", "web", "--count", $"{count}", "--image", "muster hello", "--data", _data, "--json"]);
}
