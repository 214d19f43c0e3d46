using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Exec;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Exec;

public sealed class ExecTrafficSourceTests : IDisposable
{
    private static readonly TrafficScope Scope = Some.Scope(new() { Source = "own", Service = "web", Attribute = "port" });

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-exec-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Heard => Path.Combine(_folder, "heard");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_program_is_told_the_action_and_the_instance()
    {
        await using var source = Open(
            $"echo \"$MUSTER_ACTION $MUSTER_GROUP $MUSTER_INSTANCE_ID $MUSTER_ADDRESS $MUSTER_PORT\" > {Heard}; cat >> {Heard}");

        await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);

        var heard = await File.ReadAllLinesAsync(Heard, Cancellation);
        Assert.Equal("join web1 i-0001 127.0.0.1 8081", heard[0]);
        Assert.Contains("\"action\":\"join\"", heard[1], StringComparison.Ordinal);
        Assert.Contains("\"service\":\"web\"", heard[1], StringComparison.Ordinal);
        Assert.Contains("\"attributes\":{\"port\":\"8081\"}", heard[1], StringComparison.Ordinal);
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [Some.Member(1, 8081)], Cancellation)).State);
    }

    [Fact]
    public async Task It_drains_until_it_ends_with_0_and_75_means_not_yet()
    {
        await using var source = Open($"[ -f {Heard} ] && exit 0; echo two left; exit 75");

        var progress = await source.DrainAsync(Scope, Some.Member(1), Cancellation);
        Assert.Equal((false, "two left"), (progress.IsEmpty, progress.Detail));

        await File.WriteAllTextAsync(Heard, "", Cancellation);
        Assert.True((await source.DrainAsync(Scope, Some.Member(1), Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task Any_other_end_is_a_failure_in_its_own_words()
    {
        await using var source = Open("echo 'no such pool' >&2; exit 3");

        var error = await Assert.ThrowsAsync<TrafficException>(() => source.JoinAsync(Scope, Some.Member(1), Cancellation));

        Assert.Equal("program ended with 3 at join of web-1: no such pool", error.Message);
        Assert.Empty(await source.ListAsync(Scope, [], Cancellation));
    }

    [Fact]
    public async Task What_it_says_of_health_is_a_verdict_where_the_group_asks()
    {
        await using var source = Open(
            "[ \"$MUSTER_ACTION\" = health ] || exit 0\ncase $MUSTER_PORT in 1) exit 0;; 2) echo broken; exit 1;; *) exit 9;; esac");
        var scope = Scope with { Use = Scope.Use with { Health = true } };
        TrafficMember[] members = [Some.Member(1, 1), Some.Member(2, 2), Some.Member(3, 3)];
        foreach (var member in members)
        {
            await source.JoinAsync(scope, member, Cancellation);
        }

        var found = (await source.ListAsync(scope, [.. members], Cancellation)).ToDictionary(entry => entry.Member!.Instance.Id);

        Assert.Equal(Verdict.Healthy, found[Some.Id(1)].Verdict);
        Assert.Equal((Verdict.Unhealthy, "broken"), (found[Some.Id(2)].Verdict, found[Some.Id(2)].Detail));
        Assert.Equal((Verdict.Unknown, "program ended with 9"), (found[Some.Id(3)].Verdict, found[Some.Id(3)].Detail));
    }

    [Fact]
    public async Task One_whose_health_takes_too_long_is_unknown_and_keeps_no_other_from_its_verdict()
    {
        await using var source = Open(
            "[ \"$MUSTER_ACTION\" = health ] || exit 0\n[ $MUSTER_PORT = 1 ] && exit 0; sleep 1000", ("timeout", "1s"));
        var scope = Scope with { Use = Scope.Use with { Health = true } };
        TrafficMember[] members = [Some.Member(1, 1), Some.Member(2, 2)];
        foreach (var member in members)
        {
            await source.JoinAsync(scope, member, Cancellation);
        }

        var found = (await source.ListAsync(scope, [.. members], Cancellation)).ToDictionary(entry => entry.Member!.Instance.Id);

        Assert.Equal(Verdict.Healthy, found[Some.Id(1)].Verdict);
        Assert.Equal(
            (Verdict.Unknown, "program did not end within 1s, and was killed"), (found[Some.Id(2)].Verdict, found[Some.Id(2)].Detail));
    }

    [Fact]
    public async Task One_that_leaves_is_told_and_forgotten()
    {
        await using var source = Open($"echo \"$MUSTER_ACTION\" >> {Heard}");
        await source.JoinAsync(Scope, Some.Member(1), Cancellation);
        var entry = Assert.Single(await source.ListAsync(Scope, [], Cancellation));

        await source.LeaveAsync(Scope, entry, Cancellation);
        await source.LeaveAsync(Scope, entry, Cancellation);

        Assert.Equal(["join", "leave"], await File.ReadAllLinesAsync(Heard, Cancellation));
        Assert.Empty(await source.ListAsync(Scope, [], Cancellation));
    }

    [Fact]
    public async Task One_that_takes_too_long_is_killed()
    {
        await using var source = Open("sleep 1000", ("timeout", "1s"));

        var error = await Assert.ThrowsAsync<TrafficException>(() => source.DrainAsync(Scope, Some.Member(1), Cancellation));

        Assert.Equal("program did not end within 1s, and was killed", error.Message);
    }

    [Fact]
    public void A_program_that_is_not_there_is_refused()
    {
        var error = Assert.Throws<InputException>(() => new ExecTrafficKind().Open(new()
        {
            Source = "own", Options = ImmutableSortedDictionary<string, string>.Empty.Add("command", "/nowhere/program"),
            Time = TimeProvider.System,
        }));

        Assert.Equal("traffic.own.command", Assert.Single(error.Errors).Field);
    }

    private ITrafficSource Open(string script, params (string Name, string Value)[] options)
    {
        var program = Path.Combine(_folder, "program");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ExecTrafficKind().Open(new()
        {
            Source = "own",
            Options = options.Append(("command", program))
                .ToImmutableSortedDictionary(option => option.Item1, option => option.Item2, StringComparer.Ordinal),
            Time = TimeProvider.System,
        });
    }
}
