using System.Globalization;

using Muster.EndToEnd.Steering.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>Groups that follow the clock: the real server, a clock that is set just before a window's edge.</summary>
public sealed class WorkHoursTests
{
    /// <summary>Where Debian has libfaketime, whatever the machine.</summary>
    private static readonly string? FakeTime = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*")
        .Select(directory => Path.Combine(directory, "faketime", "libfaketimeMT.so.1"))
        .FirstOrDefault(File.Exists);

    [Fact]
    public async Task A_level_rises_and_falls_exactly_when_windows_open_and_close_though_nobody_looks_at_the_group()
    {
        Assert.True(FakeTime is not null, "libfaketimeMT.so.1 is missing: install faketime");
        var monday = NextMonday();

        // An hour before, nothing is near: the groups are made in peace, and are not due for an hour.
        await using var server = await SteeringServer.StartAsync(environment: ClockAt(monday.AddHours(7)));
        await server.AddGroupAsync("dev", 0, interval: "1h");
        await server.AddGroupAsync("night", 0, interval: "1h");
        (await server.MusterAsync(
            "policy", "create", "office", "--group", "dev", "--kind", "schedule", "--window", "Mon-Fri 08:00-18:00",
            "--inside", "min=3", "--outside", "max=0")).Good();
        (await server.MusterAsync(
            "policy", "create", "watch", "--group", "night", "--kind", "schedule", "--window", "daily 22:00-08:00",
            "--inside", "min=2", "--outside", "max=0")).Good();
        await server.UntilRunningAsync("night", 2);
        await server.UntilRunningAsync("dev", 0);
        await server.TerminateAsync();

        var opens = monday.AddHours(8);
        await server.StartAgainAsync(ClockAt(opens.AddSeconds(-4)));
        var dev = await server.UntilRunningAsync("dev", 3);
        await server.UntilRunningAsync("night", 0);

        Assert.Equal("office", dev.GetProperty("capacity").GetProperty("author").GetString());
        foreach (var (group, type) in new[] { ("dev", "launch"), ("night", "terminate") })
        {
            var first = (await server.GetAsync($"/v1/groups/{group}/activities?limit=200")).GetProperty("items").EnumerateArray()
                .Where(activity => activity.GetProperty("type").GetString() == type)
                .Min(activity => activity.GetProperty("first_at").GetDateTimeOffset());
            TestContext.Current.TestOutputHelper?.WriteLine($"{group}: {type} {(first - opens).TotalMilliseconds:0} ms after the edge");
            Assert.True(first >= opens, $"{group}: the first {type} was at {first:O}, before the window's edge");
        }
    }

    private static DateTimeOffset NextMonday()
    {
        var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        return today.AddDays(8 - (int)today.DayOfWeek);
    }

    /// <summary>What has a server's clock begin there, and go on as fast as the world's.</summary>
    private static Dictionary<string, string> ClockAt(DateTimeOffset instant) => new()
    {
        ["LD_PRELOAD"] = FakeTime!,
        ["FAKETIME"] = string.Create(
            CultureInfo.InvariantCulture, $"+{(instant - TimeProvider.System.GetUtcNow()).TotalSeconds:0.000}s"),
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",
    };
}
