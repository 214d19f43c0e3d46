using System.Text.Json.Nodes;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgScale;

/// <summary>
/// Machines that the original made: taken over by their tags, and none launched, terminated or taken from somebody else for it.
/// </summary>
public sealed class TsgAdoptionTests
{
    private const string AnotherTemplate = "f1ead2a9-92fc-4435-9eb8-9e520bc3e4f9";

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(9)]
    public async Task The_first_run_takes_them_over_and_touches_none_whatever_the_count(int count)
    {
        await using var cloud = await TsgCloud.StartAsync();
        var originals = await cloud.AddOriginalsAsync(3);

        var lines = await cloud.GoodAsync(count);

        Assert.Equal(originals.Order(), cloud.Machines.Select(machine => machine.Id.ToString()).Order());
        Assert.All(lines, line => Assert.Equal("TSG_INSTANCE_ADOPT", TsgCloud.Type(line)));
        Assert.Equal(3, lines.Count);
    }

    [Theory]
    [InlineData(3, "TSG_INSTANCE_NO_OP")]
    [InlineData(1, "TSG_INSTANCE_TERMINATE", "TSG_INSTANCE_TERMINATE")]
    [InlineData(4, "TSG_INSTANCE_LAUNCH")]
    public async Task The_next_run_keeps_the_level_with_them(int count, params string[] types)
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.AddOriginalsAsync(3);
        await cloud.GoodAsync(3);

        var lines = await cloud.GoodAsync(count);

        Assert.Equal(types, lines.Select(TsgCloud.Type));
        Assert.Equal(count, cloud.Machines.Count);
    }

    // Defect 4: a name in a tag is nobody's proof.
    [Fact]
    public async Task Machines_of_the_same_name_and_another_template_stop_the_run_until_they_are_claimed()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.AddOriginalsAsync(2);
        var others = await cloud.AddOriginalsAsync(1, AnotherTemplate);

        var refused = await cloud.ScaleAsync(0);
        var untouched = cloud.Machines.Count(machine => machine.Tags.ContainsKey(MusterTags.Installation));
        var claimed = await cloud.GoodAsync(3, "--adopt");

        Assert.Equal(ExitCode.Error, refused.Code);
        var error = Assert.Single(TsgCloud.Lines(refused)).GetProperty("error").GetString()!;
        Assert.Contains(others[0], error, StringComparison.Ordinal);
        Assert.Contains("--adopt", error, StringComparison.Ordinal);
        Assert.Equal(0, untouched);
        Assert.Equal(3, claimed.Count(line => TsgCloud.Type(line) == "TSG_INSTANCE_ADOPT"));
        Assert.Equal(3, cloud.Machines.Count);
    }

    // Defect 4: once they are taken over, the name's tag says nothing any more.
    [Fact]
    public async Task An_edited_name_tag_neither_loses_nor_gains_a_machine()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.AddOriginalsAsync(2);
        await cloud.GoodAsync(2);

        cloud.Simulator.Machines.SetTag(cloud.Machines[0].Id, "tsg.name", "other");

        Assert.Equal(["TSG_INSTANCE_NO_OP"], (await cloud.GoodAsync(2)).Select(TsgCloud.Type));
    }

    [Fact]
    public async Task A_machine_of_a_server_is_not_the_originals_although_it_carries_the_name()
    {
        await using var cloud = await TsgCloud.StartAsync();
        var server = (await cloud.AddOriginalsAsync(1))[0];
        cloud.Simulator.Machines.SetTag(Guid.Parse(server), MusterTags.Installation, Guid.Empty.ToString());

        await cloud.GoodAsync(1);
        await cloud.GoodAsync(0);

        Assert.Equal(server, Assert.Single(cloud.Machines).Id.ToString());
    }

    [Fact]
    public async Task What_is_broken_off_half_way_is_gone_on_with()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.AddOriginalsAsync(4);
        var tagged = 0;
        cloud.Options.Faults = request => request.Path.EndsWith("/tags", StringComparison.Ordinal) && ++tagged > 2
            ? new Fault.Answer(503, """{"code":"ServiceUnavailable","message":"no"}""")
            : null;

        var broken = await cloud.ScaleAsync(4);
        cloud.Options.Faults = _ => null;
        var resumed = await cloud.GoodAsync(4);

        Assert.Equal(ExitCode.Error, broken.Code);
        Assert.Equal(["TSG_INSTANCE_ADOPT", "TSG_INSTANCE_ADOPT"], resumed.Select(TsgCloud.Type));
        Assert.Equal(["TSG_INSTANCE_NO_OP"], (await cloud.GoodAsync(4)).Select(TsgCloud.Type));
        Assert.Equal(4, cloud.Machines.Count);
    }

    // Defect 16: a metadatum that is no text made the original's whole list unreadable.
    [Fact]
    public async Task A_machine_with_metadata_of_any_type_does_not_hide_the_others()
    {
        await using var cloud = await TsgCloud.StartAsync();
        var original = (await cloud.AddOriginalsAsync(1))[0];
        await cloud.PostAsync($"machines/{original}/metadata", new JsonObject { ["number"] = 5, ["flag"] = true });

        await cloud.GoodAsync(1);

        Assert.Equal(["TSG_INSTANCE_NO_OP"], (await cloud.GoodAsync(1)).Select(TsgCloud.Type));
    }
}
