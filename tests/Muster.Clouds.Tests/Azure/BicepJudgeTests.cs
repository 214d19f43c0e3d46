using System.Text.Json.Nodes;

namespace Muster.Clouds.Tests.Azure;

/// <summary>Bodies of ours, and answers of the simulator, before a judge that nobody here wrote.</summary>
public sealed class BicepJudgeTests
{
    [Fact]
    public async Task It_finds_nothing_wrong_with_what_is_launched_nor_with_what_the_simulator_shows()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken);
        var machine = Assert.Single(harness.Simulator.Machines.All);

        var verdict = await Bicep.JudgeAsync(
            TestContext.Current.CancellationToken,
            Parse(AzureTemplateTests.Body(AzureTemplateTests.Template)),
            Parse(AzureTemplateTests.Body(AzureTemplateTests.Full, zone: "3", isInterruptible: true)),
            machine.Body,
            Shown(machine.ToJson()));

        Assert.Empty(verdict);
    }

    [Fact]
    public async Task It_finds_a_field_that_there_is_none_of()
    {
        var wrong = Parse(AzureTemplateTests.Body(AzureTemplateTests.Template));
        wrong["properties"]!["storageProfile"]!["osDisk"]!["deleteOptions"] = "Delete";
        var alsoWrong = Parse(AzureTemplateTests.Body(AzureTemplateTests.Template));
        var nic = alsoWrong["properties"]!["networkProfile"]!["networkInterfaceConfigurations"]![0]!;
        nic["properties"]!["ipConfigurations"]![0]!["subnet"] = "x";

        var verdict = await Bicep.JudgeAsync(TestContext.Current.CancellationToken, wrong, alsoWrong);

        Assert.Contains(verdict, line => line.Contains("BCP", StringComparison.Ordinal)
            && line.Contains("\"deleteOptions\"", StringComparison.Ordinal));
        Assert.Contains(verdict, line => line.Contains("BCP037", StringComparison.Ordinal)
            && line.Contains("\"subnet\"", StringComparison.Ordinal));
    }

    private static JsonObject Parse(string body) => JsonNode.Parse(body)!.AsObject();

    /// <summary>An answer, without what only Azure writes.</summary>
    private static JsonObject Shown(JsonObject answer)
    {
        answer.Remove("id");
        var properties = answer["properties"]!.AsObject();
        foreach (var name in new[] { "vmId", "provisioningState", "timeCreated" })
        {
            properties.Remove(name);
        }

        return answer;
    }
}
