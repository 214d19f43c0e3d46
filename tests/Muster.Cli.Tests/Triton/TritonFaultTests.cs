using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.Triton;

/// <summary>
/// What a group on Triton does when CloudAPI, the account's owner or the machines do what they do. Numbers are
/// those of docs/tsg-defects.md.
/// </summary>
public sealed class TritonFaultTests
{
    private const string Unavailable = """{"code":"ServiceUnavailable","message":"CloudAPI service is currently unavailable"}""";
    private const string TooMany = """{"code":"TooManyRequestsError","message":"You have exceeded your request rate of 10 r/s."}""";

    // Defects 10 and 14: one 429 crashed the original, and nothing was ever tried again.
    [Theory]
    [InlineData(429, TooMany, null)]
    [InlineData(503, Unavailable, null)]
    [InlineData(503, Unavailable, "1")]
    [InlineData(500, """{"code":"InternalError","message":"oops"}""", null)]
    [InlineData(502, "<html><body>Bad Gateway</body></html>", null)]
    public async Task A_fault_that_passes_is_got_over_and_no_machine_is_made_twice(int status, string body, string? retryAfter)
    {
        await using var server = await TritonServer.StartAsync();
        var calls = 0;
        server.Options.Faults = _ => Interlocked.Increment(ref calls) is var call && call % 2 == 1 && call < 12
            ? new Fault.Answer(status, body, body.StartsWith('<'), retryAfter)
            : null;

        await server.ReachAsync(3);

        Assert.Equal(3, server.Machines.Count);
    }

    [Fact]
    public async Task A_check_of_a_cloud_that_refuses_the_credential_says_which_it_is_and_what_it_needs()
    {
        await using var server = await TritonServer.StartAsync();
        server.Options.Faults = _ => new Fault.Answer(401, """{"code":"InvalidCredentials","message":"no"}""");

        var check = await CliRun.Of("--addr", server.Address, "cloud", "check", "triton");

        Assert.Equal(ExitCode.Error, check.Code);
        Assert.Contains("Every call is signed with a private key of the account", check.Out, StringComparison.Ordinal);
        Assert.Contains("POST /machines, DELETE /machines/ID (launching and terminating)", check.Out, StringComparison.Ordinal);
    }

    // Defect 5: a launch whose answer was lost was made again.
    [Fact]
    public async Task Answers_lost_after_the_machine_was_made_make_no_second_one()
    {
        await using var server = await TritonServer.StartAsync(options => options.Faults =
            request => request is { Method: "POST", Path: "machines" } && request.Number % 2 == 0 ? new Fault.LostAnswer() : null);

        await server.ReachAsync(4);

        Assert.Equal(4, server.Machines.Count);
        Assert.Empty(server.Simulator.Machines.Ended);
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_makes_no_second_machine()
    {
        await using var server = await TritonServer.StartAsync(
            options => options.Faults = request =>
                request is { Method: "POST", Path: "machines" } && request.Number % 2 == 0 ? new Fault.Slow(TimeSpan.FromSeconds(2)) : null,
            ("timeout", "1s"));

        await server.ReachAsync(3);

        Assert.Equal(3, server.Machines.Count);
    }

    // Defect 12: the original waited five minutes for a machine that had failed.
    [Fact]
    public async Task Machines_that_fail_to_come_up_are_replaced()
    {
        var launches = 0;
        await using var server = await TritonServer.StartAsync(options =>
        {
            options.FailingShare = 1;
            options.Faults = request =>
            {
                // The second is asked for when the first has failed, and comes up.
                if (request is { Method: "POST", Path: "machines" } && ++launches == 2)
                {
                    options.FailingShare = 0;
                }

                return null;
            };
        });

        await server.ReachAsync(1);

        Assert.Equal(2, launches);
        Assert.Single(server.Simulator.Machines.Ended);
    }

    // Defect 25: the original made them one after another.
    [Fact]
    public async Task Machines_are_made_side_by_side()
    {
        var (inFlight, most) = (0, 0);
        await using var server = await TritonServer.StartAsync(options => options.Faults = request =>
        {
            if (request is { Method: "POST", Path: "machines" })
            {
                InterlockedMax(ref most, Interlocked.Increment(ref inFlight));
                return new Fault.Slow(TimeSpan.FromMilliseconds(500));
            }

            return null;
        });

        await server.ReachAsync(5);

        Assert.Equal(5, most);

        static void InterlockedMax(ref int most, int value)
        {
            for (var now = Volatile.Read(ref most);
                value > now && Interlocked.CompareExchange(ref most, value, now) != now;
                now = Volatile.Read(ref most))
            {
            }
        }
    }

    // Defect 6: stopped machines counted as capacity.
    [Fact]
    public async Task A_stopped_machine_is_deleted_and_replaced_and_one_whose_server_is_lost_holds_its_place()
    {
        await using var server = await TritonServer.StartAsync();
        await server.ReachAsync(4);
        var (stopped, lost) = (server.Machines[0].Id, server.Machines[1].Id);

        server.Simulator.Machines.SetState(lost, "offline");
        server.Simulator.Machines.SetState(stopped, "stopped");
        await server.UntilAsync(
            "3 running and 1 unknown",
            status => status.GetProperty("running").GetInt32() == 3 && status.GetProperty("unknown").GetInt32() == 1);

        Assert.DoesNotContain(server.Machines, machine => machine.Id == stopped);
        Assert.Contains(server.Machines, machine => machine.Id == lost);
        Assert.Equal(4, server.Machines.Count);
    }

    [Fact]
    public async Task A_machine_deleted_by_hand_while_it_comes_up_is_replaced()
    {
        await using var server = await TritonServer.StartAsync(options => options.Provisioning = new(TimeSpan.FromSeconds(1)));
        await server.ScaleAsync(3);
        await server.UntilAsync("provisioning", _ => server.Machines.Count == 3);

        server.Simulator.Machines.SetState(server.Machines[0].Id, "deleted");

        await server.UntilHealthyAsync(3);
        Assert.Equal(3, server.Machines.Count);
    }

    // Defect 8: the original tried once to delete a group's machines.
    [Fact]
    public async Task A_group_deleted_while_CloudAPI_is_down_loses_its_machines_once_it_is_back()
    {
        await using var server = await TritonServer.StartAsync();
        await server.ReachAsync(3);
        server.Options.Faults = _ => new Fault.Answer(503, Unavailable);

        await server.GoodAsync("group", "delete", "web");
        await server.UntilAsync("degraded", status => status.GetProperty("condition").GetString() == "degraded");
        var during = server.Machines.Count;
        server.Options.Faults = _ => null;
        await server.GoodAsync("group", "wait", "web");

        Assert.Equal(3, during);
        Assert.Empty(server.Machines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_deleted_and_an_account_that_is_disabled_cut_Muster_off_and_end_nothing(bool isKey)
    {
        await using var server = await TritonServer.StartAsync();
        await server.ReachAsync(3);
        var key = server.Account.Keys.Single();

        Cut(isCut: true);
        await server.ScaleAsync(1);
        await server.UntilAsync("degraded: unauthorized", status =>
            status.GetProperty("condition").GetString() == "degraded"
            && status.GetProperty("reason").GetString()!.Contains("unauthorized", StringComparison.Ordinal));
        var during = server.Machines.Count;
        Cut(isCut: false);
        await server.UntilHealthyAsync(1);

        Assert.Equal(3, during);

        void Cut(bool isCut)
        {
            if (!isKey)
            {
                server.Account.IsDisabled = isCut;
            }
            else if (isCut)
            {
                server.Account.Keys.Clear();
            }
            else
            {
                server.Account.Keys.TryAdd(key.Key, key.Value);
            }
        }
    }

    // Defect 4: tags are the user's to edit.
    [Fact]
    public async Task A_machine_whose_tags_were_taken_off_is_replaced_and_never_touched_again()
    {
        await using var server = await TritonServer.StartAsync();
        await server.ReachAsync(2);
        var edited = server.Machines[0].Id;

        server.Simulator.Machines.SetTag(edited, MusterTags.Installation, value: null);
        await server.UntilAsync("2 of its own", status => status.GetProperty("running").GetInt32() == 2 && server.Machines.Count == 3);
        await server.ScaleAsync(0);
        await server.UntilAsync("empty", status => status.GetProperty("running").GetInt32() == 0);

        Assert.Equal(edited, Assert.Single(server.Machines).Id);
    }

    [Fact]
    public async Task A_protected_machine_is_told_of_and_not_asked_for_again_and_again()
    {
        await using var server = await TritonServer.StartAsync();
        await server.ReachAsync(2);
        server.Machines.ToList().ForEach(machine => server.Simulator.Machines.SetProtection(machine.Id, isProtected: true));

        await server.ScaleAsync(0);
        await server.UntilAsync(
            "told", status => status.GetProperty("reason").GetString()!.Contains("protected from deletion", StringComparison.Ordinal));

        Assert.Equal(2, server.Machines.Count);
        Assert.DoesNotContain(server.Simulator.Calls.Keys, call => call.Call == "DELETE machines");
        Assert.Contains("2 to terminate, but protected from deletion", await server.ActivityAsync(), StringComparison.Ordinal);
    }
}
