using System.Collections.Immutable;

using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Life;

public sealed class HookRulesTests
{
    private static readonly HookEdit Bake = new() { Name = "bake", At = "launch" };
    private static readonly HookEdit Backup = new() { Name = "backup", At = "terminate" };

    [Fact]
    public void Silence_gives_up_what_was_never_made_ready_and_lets_end_what_is_to_end()
    {
        var hooks = Resolve([Bake, Backup]);

        Assert.Equal(
            [(HookMoment.Launch, GateAnswer.Abandon), (HookMoment.Terminate, GateAnswer.Continue)],
            hooks.All.Select(hook => (hook.At, hook.OnTimeout)));
        Assert.All(hooks.All, hook => Assert.Equal((TimeSpan.FromHours(1), null, Some.Now), (hook.Timeout, hook.Tell, hook.Since)));
    }

    [Fact]
    public void What_is_asked_is_all_that_there_is()
    {
        var both = Resolve([Bake, Backup]);

        Assert.Same(both, Resolve(null, both));
        Assert.Equal("backup", Assert.Single(Resolve([Backup], both).All).Name);
        Assert.Equal(Hooks.None, Resolve([], both));
    }

    [Fact]
    public void A_hook_that_stays_is_as_old_as_it_was_and_one_of_another_moment_is_new()
    {
        var first = Resolve([Bake]);
        var longer = Resolve([Bake with { TimeoutSeconds = 9 }], first, Some.Now.AddDays(1));
        var other = Resolve([Bake with { At = "terminate" }], first, Some.Now.AddDays(1));

        Assert.Equal((Some.Now, TimeSpan.FromSeconds(9)), (longer.All[0].Since, longer.All[0].Timeout));
        Assert.Equal(Some.Now.AddDays(1), other.All[0].Since);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var errors = Errors(
            [
                Bake with { TimeoutSeconds = 0.5, OnTimeout = "maybe", Tell = "ftp://example.com" },
                new() { Name = "drain", At = "boot" },
                Backup,
                Backup,
            ]);

        Assert.Equal(
            ["hooks", "hooks.bake.timeout_s", "hooks.bake.on_timeout", "hooks.bake.tell", "hooks.1.name", "hooks.1.at"],
            errors.Select(error => error.Field));
        Assert.Equal("each name once", errors[0].Allowed);
        Assert.Equal("1 to 172800 seconds", errors[1].Allowed);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("http://127.0.0.1:8080/hook", null)]
    [InlineData("https://hooks.example.com/x?y=z", null)]
    [InlineData("exec:bake.sh", null)]
    [InlineData("exec:", "exec:")]
    [InlineData("exec:/bin/sh -c x", "exec:/bin/sh -c x")]
    [InlineData("https://kim:secret@example.com/token", "https://example.com")]
    [InlineData("ftp://example.com/token", "ftp://example.com")]
    [InlineData("htps:secret", "...")]
    [InlineData("", "")]
    public void Who_is_told_is_nobody_a_web_hook_or_a_command_of_the_servers_and_a_refusal_shows_no_secret(string tell, string? refused)
    {
        var errors = Errors([Bake with { Tell = tell }]);

        Assert.Equal(refused is null, errors.IsEmpty);
        Assert.Equal(refused, errors.SingleOrDefault()?.Value);
    }

    [Fact]
    public void More_hooks_than_anybody_answers_are_refused() => Assert.Equal(
        ("hooks", "at most 20"),
        Assert.Single(Errors([.. Enumerable.Range(0, 21).Select(number => Bake with { Name = $"bake-{number}" })])) switch
        {
            var error => (error.Field, error.Allowed),
        });

    [Fact]
    public void The_trail_says_what_became_another_and_not_whom_it_tells()
    {
        var before = Resolve([Bake, Backup]);
        var after = Resolve(
            [Bake with { TimeoutSeconds = 60 }, new() { Name = "log", At = "terminate", Tell = "https://example.com/secret" }], before);

        Assert.Equal(
            [
                "hook backup removed", "hook bake at launch, 1h, then abandon → bake at launch, 1m, then abandon",
                "hook log at terminate, 1h, then continue",
            ],
            LifeWords.Differences(before, after));
        Assert.Equal(
            ["hook bake at launch, 1h, then abandon, otherwise"],
            LifeWords.Differences(before, Resolve([Bake with { Tell = "exec:bake" }, Backup], before)));
    }

    private static Hooks Resolve(ImmutableArray<HookEdit>? edits, Hooks? current = null, DateTimeOffset? now = null)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var hooks = HookRules.Resolve(edits, current ?? Hooks.None, now ?? Some.Now, errors);
        Assert.Empty(errors);
        return hooks;
    }

    private static ImmutableArray<InputError> Errors(ImmutableArray<HookEdit> edits)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        HookRules.Resolve(edits, Hooks.None, Some.Now, errors);
        return errors.ToImmutable();
    }
}
