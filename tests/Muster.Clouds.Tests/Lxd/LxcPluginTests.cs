using Muster.Clouds.Tests.Exec;

namespace Muster.Clouds.Tests.Lxd;

[Collection(LxcGroup.Name)]
public sealed class LxcPluginTests(LxdDaemon daemon)
{
    [Fact]
    public async Task Fields_that_mean_nothing_to_it_are_refused_by_check_and_launch()
    {
        daemon.SkipUnlessRunning();
        await using var harness = new LxcPluginHarness(daemon);

        await ExampleRefusals.AssertRefusesAsync(
            harness.Cloud, harness.GoodTemplate() with { UserData = "#!/bin/sh" },
            "network", "firewall", "user_data", "metadata.color", "options.zone");
    }
}
