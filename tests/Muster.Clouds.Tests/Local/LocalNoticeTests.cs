using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

public sealed class LocalNoticeTests
{
    private static readonly DateTimeOffset End = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_interruptible_instance_gives_notice_by_the_time_of_a_file_and_takes_it_back()
    {
        await using var harness = new LocalHarness();

        var launched = await LaunchAsync(
            harness,
            $"""sh -c 'touch -d @{End.ToUnixTimeSeconds()} "$MUSTER_NOTICE_FILE"; echo "$MUSTER_NOTICE_FILE"; exec sleep 1000'""");
        var notice = (await LocalHarness.OutputAsync(launched)).TrimEnd();

        await WaitForNoticeAsync(harness, launched, End);
        File.Delete(notice);
        await WaitForNoticeAsync(harness, launched, null);
    }

    [Fact]
    public async Task After_a_restart_the_first_listing_knows_who_is_leaving()
    {
        await using var harness = new LocalHarness();
        var launched = await LaunchAsync(harness, "sleep 1000");
        await harness.GivingNotice!(launched, End, Cancellation);

        await harness.ReopenAsync();

        Assert.Equal(End, (await harness.FindAsync(launched.Id))!.LeavingAt);
    }

    [Fact]
    public async Task Nobody_takes_notice_of_one_that_is_not_interruptible()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sh -c 'echo \"${MUSTER_NOTICE_FILE-none}\"; exec sleep 1000'");

        await harness.GivingNotice!(launched, End, Cancellation);
        await harness.ReopenAsync();

        Assert.Equal("none\n", await LocalHarness.OutputAsync(launched));
        Assert.Null((await harness.FindAsync(launched.Id))!.LeavingAt);
        Assert.DoesNotContain(
            "interruptible", await File.ReadAllTextAsync(Path.Combine(launched.Attributes["directory"], "instance.json"), Cancellation),
            StringComparison.Ordinal);
    }

    // Such a time can be written to some file systems; others make the latest of it that they know.
    [Theory]
    [InlineData("touch -d @999999999999 \"$MUSTER_NOTICE_FILE\"")]
    [InlineData("mkdir \"$MUSTER_NOTICE_FILE\"")]
    [InlineData("ln -s leaving \"$MUSTER_NOTICE_FILE\"")]
    [InlineData("mkfifo \"$MUSTER_NOTICE_FILE\"")]
    public async Task What_is_odd_about_a_notice_harms_no_listing(string odd)
    {
        await using var harness = new LocalHarness();
        var launched = await LaunchAsync(harness, $"sh -c '{odd}; echo; exec sleep 1000'");
        await LocalHarness.OutputAsync(launched);

        await harness.ReopenAsync();

        Assert.Equal(InstanceState.Running, (await harness.FindAsync(launched.Id))!.State);
    }

    private static Task<Instance> LaunchAsync(LocalHarness harness, string image) =>
        harness.Cloud.LaunchAsync(Requests.Make(image) with { IsInterruptible = true }, Cancellation);

    private static Task WaitForNoticeAsync(LocalHarness harness, Instance launched, DateTimeOffset? leavingAt) => Wait.UntilAsync(
        $"{launched.Id} leaves at {leavingAt:O}", async () => (await harness.FindAsync(launched.Id))!.LeavingAt == leavingAt);
}
