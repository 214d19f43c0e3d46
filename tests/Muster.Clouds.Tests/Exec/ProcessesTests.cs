namespace Muster.Clouds.Tests.Exec;

public sealed class ProcessesTests
{
    [Fact]
    public async Task Fields_that_mean_nothing_to_a_process_are_refused_by_check_and_launch()
    {
        await using var harness = new ProcessesHarness();

        await ExampleRefusals.AssertRefusesAsync(
            harness.Cloud, harness.GoodTemplate() with { Size = "1g" }, "size", "network", "firewall", "metadata.color", "options.zone");
    }
}
