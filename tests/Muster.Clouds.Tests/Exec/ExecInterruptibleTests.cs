using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Exec;

public sealed class ExecInterruptibleTests
{
    private const string Interruptible = """
        #
        case $1 in describe) echo '{"contract":1,"launch_tokens":true,"interruptible":true}'; exit;; esac
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_launch_says_that_its_instance_is_to_be_interruptible_and_nothing_of_others(bool isInterruptible)
    {
        await using var cloud = new ScriptedCloud($"{Interruptible}\ncat >request; echo '{ScriptedCloud.Instance}'");

        await cloud.Cloud.LaunchAsync(Requests.Make("image") with { IsInterruptible = isInterruptible }, Cancellation);

        Assert.True(cloud.Cloud.Traits.Interruptible);
        Assert.Equal(isInterruptible, cloud.ReadFile("request").Contains("\"interruptible\":true", StringComparison.Ordinal));
        Assert.Equal(isInterruptible, cloud.ReadFile("request").Contains("interruptible", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_tells_when_it_will_be_taken_back()
    {
        var rest = $$"""
            "state":"running","created_at":"2026-01-01T00:00:00Z","tags":{"muster.installation":"{{Requests.Installation}}"}
            """;
        await using var cloud = new ScriptedCloud($$"""
            {{Interruptible}}
            echo '{"id":"i-1","name":"a",{{rest}},"leaving_at":"2026-01-01T01:00:00+01:00"}'
            echo '{"id":"i-2","name":"b",{{rest}}}'
            echo '{"id":"i-3","name":"c",{{rest}},"leaving_at":"soon"}'
            echo '{"end":true}'
            """);

        var listed = await cloud.ListAsync();

        Assert.Equal(
            [
                ("i-1", InstanceState.Running, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
                ("i-2", InstanceState.Running, null),
                ("i-3", InstanceState.Unknown, null),
            ],
            listed.Select(instance => (instance.Id.Value, instance.State, instance.LeavingAt)));
    }

    // It would take anything for a launch, and knows nothing of interruptible instances.
    [Fact]
    public async Task An_executable_from_before_has_none_and_is_not_called_for_one()
    {
        await using var cloud = new ScriptedCloud($"echo $1 >>called; echo '{ScriptedCloud.Instance}'");

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.Cloud.LaunchAsync(Requests.Make("image") with { IsInterruptible = true }, Cancellation));

        Assert.False(cloud.Cloud.Traits.Interruptible);
        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "interruptible is 'true': this cloud has no interruptible instances; leave it out"),
            (error.Kind, error.Message));
        Assert.False(File.Exists(Path.Combine(cloud.WorkingDirectory, "called")));
        Assert.Null((await cloud.LaunchAsync()).LeavingAt);
    }
}
