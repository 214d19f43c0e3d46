using System.Text.Json;

using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgScale;

/// <summary>
/// A run with nothing to do lists once, as the original did; what that one listing may have missed is missed for some runs at most.
/// </summary>
public sealed class TsgGlanceTests
{
    private const double AtAGlance = 0.5, Whole = 0.05;

    [Fact]
    public async Task A_run_with_nothing_to_do_lists_once()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(3);
        var before = Listings(cloud);

        Assert.Equal(["TSG_INSTANCE_NO_OP"], await RunAsync(cloud, 3, AtAGlance));

        Assert.Equal(1, Listings(cloud) - before);
    }

    [Fact]
    public async Task One_run_in_ten_looks_by_Musters_own_tags_as_well()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(3);
        var before = Listings(cloud);

        Assert.Equal(["TSG_INSTANCE_NO_OP"], await RunAsync(cloud, 3, Whole));

        Assert.Equal(2, Listings(cloud) - before);
    }

    [Theory]
    [InlineData(2, "TSG_INSTANCE_TERMINATE")]
    [InlineData(4, "TSG_INSTANCE_LAUNCH")]
    public async Task Whatever_is_to_be_done_is_looked_for_by_Musters_own_tags(int count, string type)
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(3);

        Assert.Equal([type], await RunAsync(cloud, count, AtAGlance));

        Assert.Equal(count, cloud.Machines.Count);
    }

    [Fact]
    public async Task A_machine_whose_name_was_edited_is_not_launched_again_and_not_kept_for_ever_when_it_is_too_many()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(3);
        cloud.Simulator.Machines.SetTag(cloud.Machines[0].Id, "tsg.name", "other");

        // By name there are two.
        Assert.Equal(["TSG_INSTANCE_NO_OP"], await RunAsync(cloud, 3, AtAGlance));
        Assert.Equal(3, cloud.Machines.Count);

        // That two are enough, and there are three, shows in a whole look.
        Assert.Equal(["TSG_INSTANCE_NO_OP"], await RunAsync(cloud, 2, AtAGlance));
        Assert.Equal(["TSG_INSTANCE_TERMINATE"], await RunAsync(cloud, 2, Whole));
        Assert.Equal(2, cloud.Machines.Count);
    }

    [Fact]
    public async Task Machines_of_the_same_name_that_are_not_the_groups_do_not_count_at_a_glance()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(2);
        var server = (await cloud.AddOriginalsAsync(1))[0];
        cloud.Simulator.Machines.SetTag(Guid.Parse(server), MusterTags.Installation, Guid.Empty.ToString());

        Assert.Equal(["TSG_INSTANCE_LAUNCH"], await RunAsync(cloud, 3, AtAGlance));

        Assert.Equal(4, cloud.Machines.Count);
    }

    // Rule 10: unreadable is unknown, and holds its place; not there would mean another in its place.
    [Fact]
    public async Task An_original_of_which_a_part_cannot_be_read_is_taken_over_too()
    {
        await using var cloud = await TsgCloud.StartAsync();
        cloud.Options.Faults = request => request.Path.EndsWith("machines", StringComparison.Ordinal) && request.Method == "GET"
            ? new Fault.Answer(
                200,
                $$$"""[{"id":"{{{Guid.Empty}}}","state":7,"tags":{"tsg.name":"{{{TsgCloud.Group}}}","tsg.template":"{{{TsgCloud.Template}}}"}}]""")
            : request.Path.EndsWith("/tags", StringComparison.Ordinal) ? new Fault.Answer(200, "{}") : null;

        Assert.Equal(["TSG_INSTANCE_ADOPT"], await RunAsync(cloud, 1, AtAGlance));

        Assert.Empty(cloud.Machines);
    }

    private static int Listings(TsgCloud cloud) =>
        cloud.Simulator.Calls.Where(call => call.Key.Call == "GET machines").Sum(call => call.Value);

    private static async Task<IReadOnlyList<string?>> RunAsync(TsgCloud cloud, int count, double chance)
    {
        using var error = new StringWriter();
        var terminal = new Terminal
        {
            Out = TextWriter.Null,
            Error = error,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = _ => null,
            Random = new Chance(chance),
        };

        var code = await MusterProgram.RunAsync(cloud.Arguments($"{count}"), terminal, TestContext.Current.CancellationToken);

        Assert.True(code is 0, error.ToString());
        return [.. error.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => TsgCloud.Type(JsonDocument.Parse(line).RootElement))];
    }

    private sealed class Chance(double unit) : IRandomSource
    {
        private readonly SystemRandomSource _ids = new();

        public Guid NextId() => _ids.NextId();

        public double NextUnit() => unit;
    }
}
