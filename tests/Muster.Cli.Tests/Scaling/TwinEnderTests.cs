using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Microsoft.Extensions.Time.Testing;

using Muster.Cli.Scaling;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Reconciling;
using Muster.Core.Templates;

namespace Muster.Cli.Tests.Scaling;

public sealed class TwinEnderTests
{
    private static readonly InstallationId Installation = new(Guid.Parse("11111111-1111-4111-8111-111111111111"));
    private static readonly LaunchId Mine = new(Guid.Parse("22222222-2222-4222-8222-222222222222"));
    private static readonly LaunchId Earlier = new(Guid.Parse("33333333-3333-4333-8333-333333333333"));

    private readonly HeardTime _timeProvider = new(new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero));
    private readonly Park _park = new();

    [Fact]
    public async Task The_younger_of_two_that_this_run_made_ends_after_a_second_look()
    {
        _park.Add("a", Mine, age: 2);
        _park.Add("b", Mine, age: 1);

        var told = Assert.Single(await EndAsync(level: 1));

        Assert.Equal((ActivityType.Terminate, ActivityStatus.Succeeded, "b"), (told.Type, told.Status, told.Instance?.Value));
        Assert.Equal(["b"], _park.Ended);
        Assert.Equal(2, _park.Looks);
    }

    [Fact]
    public async Task One_that_the_check_counted_lives_and_nobody_looks_twice()
    {
        _park.Add("a", Earlier, age: 3);
        _park.Add("b", Earlier, age: 2);
        _park.Add("c", Mine, age: 1);

        Assert.Empty(await EndAsync(level: 3));
        Assert.Empty(await EndAsync(level: 2));
        Assert.Empty(_park.Ended);
        Assert.Equal(2, _park.Looks);
    }

    [Fact]
    public async Task No_more_end_than_there_are_above_the_level()
    {
        _park.Add("a", Mine, age: 3);
        _park.Add("b", Mine, age: 2);
        _park.Add("c", Mine, age: 1);

        Assert.Single(await EndAsync(level: 2));
        Assert.Single(_park.Ended);
    }

    [Fact]
    public async Task One_that_only_the_first_look_showed_lives()
    {
        _park.Add("a", Mine, age: 2);
        _park.Add("b", Mine, age: 1);
        _park.OnLook = look =>
        {
            if (look == 2)
            {
                _park.Instances.RemoveAll(instance => instance.Id.Value == "a");
                _park.Add("c", Mine, age: 0);
            }
        };

        Assert.Empty(await EndAsync(level: 1));
        Assert.Empty(_park.Ended);
    }

    [Fact]
    public async Task A_refused_end_is_told_as_one_and_the_others_are_tried()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            _park.Add(name, Mine, age: 'z' - name[0]);
        }

        _park.Refusals["b"] = new(CloudErrorKind.InvalidRequest, "protected from deletion");
        var told = await EndAsync(level: 1);

        Assert.Equal(
            [(ActivityStatus.Failed, "terminate b, the second instance of one launch: refused: protected from deletion"),
                (ActivityStatus.Succeeded, "terminated c: two runs at the same moment made two instances for one launch")],
            told.Select(activity => (activity.Status, activity.Description)));
    }

    [Fact]
    public async Task A_cloud_that_fails_is_not_asked_for_the_rest()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            _park.Add(name, Mine, age: 'z' - name[0]);
        }

        _park.Refusals["b"] = new(CloudErrorKind.Throttled, "too many calls", TimeSpan.FromHours(1));

        Assert.Equal("b", Assert.Single(await EndAsync(level: 1)).Instance?.Value);
        Assert.Empty(_park.Ended);
    }

    [Fact]
    public async Task A_silence_of_an_hour_is_waited_for_no_longer_than_a_minute()
    {
        _park.Add("a", Mine, age: 2);
        using var cloud = new CallGovernor("park", new(10, 10), new(10, 10), _timeProvider);
        cloud.OnFailed(new(CloudErrorKind.Throttled, "too many calls", TimeSpan.FromHours(1)));
        var ending = EndAsync(level: 1, cloud);

        Assert.False(ending.IsCompleted);
        _timeProvider.Advance(TwinEnder.PatienceMax + TimeSpan.FromSeconds(1));
        var told = Assert.Single(await ending);

        Assert.Equal(
            (
                ActivityType.Error,
                ActivityStatus.Failed,
                "cannot look for a second instance of one launch: no answer within 60 s; the next run ends it"),
            (told.Type, told.Status, told.Description));
        Assert.Equal(0, _park.Looks);
    }

    [Fact]
    public async Task A_look_that_is_refused_as_one_call_too_many_is_made_again()
    {
        _park.Add("a", Mine, age: 2);
        _park.Add("b", Mine, age: 1);
        _park.OnLook = look =>
        {
            if (look < 3)
            {
                throw new CloudException(CloudErrorKind.Throttled, "too many calls");
            }
        };

        var ending = EndAsync(level: 1);
        while (!ending.IsCompleted)
        {
            // Only when somebody has begun to wait: a clock that runs ahead would use up the patience.
            await Task.WhenAny(ending, _timeProvider.TimerMadeAsync());
            _timeProvider.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal("b", Assert.Single(await ending).Instance?.Value);
        Assert.Equal(4, _park.Looks);
    }

    [Fact]
    public async Task A_wait_that_no_timer_takes_is_given_up_like_any_other()
    {
        _park.Add("a", Mine, age: 2);
        _park.OnLook = _ => throw new CloudException(CloudErrorKind.Throttled, "too many calls", TimeSpan.FromDays(60));
        var ending = EndAsync(level: 1);
        while (!ending.IsCompleted)
        {
            await Task.WhenAny(ending, _timeProvider.TimerMadeAsync());
            _timeProvider.Advance(_park.Looks > 0 ? TwinEnder.PatienceMax : TimeSpan.Zero);
        }

        Assert.EndsWith("no answer within 60 s; the next run ends it", Assert.Single(await ending).Description, StringComparison.Ordinal);
        Assert.Equal(1, _park.Looks);
    }

    [Fact]
    public async Task A_stop_is_heard_at_once()
    {
        _park.Add("a", Mine, age: 2);
        using var cloud = new CallGovernor("park", new(10, 10), new(10, 10), _timeProvider);
        cloud.OnFailed(new(CloudErrorKind.Throttled, "too many calls", TimeSpan.FromHours(1)));
        using var stop = new CancellationTokenSource();
        var ending = EndAsync(level: 1, cloud, stop.Token);

        Assert.False(ending.IsCompleted);
        await stop.CancelAsync();
        Assert.Empty(await ending);
    }

    [Theory]
    [InlineData(false, CheckOutcome.Acted)]
    [InlineData(true, CheckOutcome.Failed)]
    public async Task A_run_that_cannot_end_what_it_made_twice_fails(bool isRefused, CheckOutcome outcome)
    {
        _park.OnLaunch = twice => twice.ForEach(instance => _park.Instances.Add(instance));
        if (isRefused)
        {
            _park.Refusals["twin-2"] = new(CloudErrorKind.InvalidRequest, "protected from deletion");
        }

        using var own = new CallGovernor("park", new(10, 10), new(10, 10), _timeProvider);
        var request = new ScaleRequest { Group = "web", Count = 1, Template = Park.Template };
        var report = await new LevelCheckRunner(
            [new("park", "simulated", new GovernedCloud(_park, own))], _timeProvider, new SystemRandomSource())
            .RunAsync(request, CancellationToken.None);

        Assert.Equal(outcome, report.Outcome);
        Assert.Equal(isRefused ? [] : ["twin-2"], _park.Ended);
    }

    private async Task<ImmutableArray<Activity>> EndAsync(int level, CallGovernor? governor = null, CancellationToken stopping = default)
    {
        using var own = new CallGovernor("park", new(10, 10), new(10, 10), _timeProvider);
        return await new TwinEnder(new GovernedCloud(_park, governor ?? own), _timeProvider, new SystemRandomSource())
            .EndAsync(Park.Group with { Capacity = new() { Desired = level, Min = 0, Max = 10 } }, Installation, [Mine], stopping);
    }

    /// <summary>A clock that tells when somebody begins to wait for it.</summary>
    private sealed class HeardTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly SemaphoreSlim _made = new(0);

        public Task TimerMadeAsync() => _made.WaitAsync(TestContext.Current.CancellationToken);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _made.Release();
            return timer;
        }
    }

    private sealed class Park : ICloud
    {
        public static readonly Group Group = new()
        {
            Id = new(Guid.Parse("44444444-4444-4444-8444-444444444444")),
            Account = new(Guid.Parse("55555555-5555-4555-8555-555555555555")),
            Name = "web",
            Template = default,
            Capacity = new() { Desired = 1, Min = 0, Max = 10 },
            Version = 1,
            CreatedAt = default,
            UpdatedAt = default,
        };

        public static readonly Template Template =
            new() { Id = default, Account = Group.Account, Name = "web", Cloud = "park", Image = "i", CreatedAt = default };

        public CloudTraits Traits { get; } = new()
        {
            PageSize = 100, LaunchTokens = true, LaunchTokensRace = true, GroupFilter = true, Watches = false,
            ListingLagMax = TimeSpan.Zero,
        };

        public List<Instance> Instances { get; } = [];

        public Dictionary<string, CloudException> Refusals { get; } = [];

        public List<string> Ended { get; } = [];

        public int Looks { get; private set; }

        public Action<int> OnLook { get; set; } = _ => { };

        public void Add(string id, LaunchId launch, int age) => Instances.Add(new()
        {
            Id = new(id),
            Name = id,
            State = InstanceState.Running,
            CreatedAt = new DateTimeOffset(2031, 5, 6, 7, 0, 0, TimeSpan.Zero).AddMinutes(-age),
            Tags = InstanceTags.For(Installation, Group, Template, launch),
        });

        public async IAsyncEnumerable<InstancePage> ListAsync(
            InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            OnLook(++Looks);
            yield return new([.. Instances], IsLast: true);
        }

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
        {
            if (Refusals.TryGetValue(instance.Value, out var refusal))
            {
                throw refusal;
            }

            Ended.Add(instance.Value);
            Instances.RemoveAll(one => one.Id == instance);
            return Task.CompletedTask;
        }

        /// <summary>Told what each launch makes: two, as when two runs ask at the same moment.</summary>
        public Action<List<Instance>> OnLaunch { get; set; } = _ => throw new NotSupportedException();

        public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
        {
            List<Instance> made =
            [
                .. Enumerable.Range(1, 2).Select(number => new Instance
                {
                    Id = new($"twin-{number}"),
                    Name = request.Name,
                    State = InstanceState.Running,
                    CreatedAt = new DateTimeOffset(2031, 5, 6, 7, 8, number, TimeSpan.Zero),
                    Tags = request.Tags,
                }),
            ];
            OnLaunch(made);
            return Task.FromResult(made[0]);
        }

        public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
