using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Conformance.Metrics;

/// <summary>What every source of readings does, whatever is behind it. Inherit it, give it a source, and all of it must pass.</summary>
public abstract class MetricSourceConformance
{
    public static TheoryData<Misbehaviour> Misbehaviours => [.. Enum.GetValues<Misbehaviour>().Where(one => one != Misbehaviour.Silent)];

    /// <summary>A source, and a server behind it.</summary>
    protected abstract Task<MetricSourceHarness> OpenAsync();

    [Fact]
    public async Task Each_group_that_is_asked_for_has_its_own_value()
    {
        await using var harness = await OpenAsync();

        var answers = await ReadAsync(harness.Source, harness.Groups.Keys);

        Assert.Equal(harness.Groups.Count, answers.Length);
        foreach (var (group, value) in harness.Groups)
        {
            var answer = Assert.Single(answers, answer => answer.Group == group.Group);
            Assert.Null(answer.Failure);
            var read = SampleRules.Read(answer, new SampleLimits(), TimeProvider.System.GetUtcNow());
            Assert.Null(read.Missing);
            Assert.Equal(value, read.Reading!.Value.Value, 1e-9);
        }
    }

    [Fact]
    public async Task A_group_of_which_nothing_is_known_has_a_sentence_or_no_value_and_harms_no_other()
    {
        await using var harness = await OpenAsync();
        var (known, value) = harness.Groups.First();

        var answers = await ReadAsync(harness.Source, [harness.Stranger, known]);

        Assert.True(answers.All(answer => answer.Group == known.Group || answer.Samples.IsDefaultOrEmpty));
        Assert.All(answers.Where(answer => answer.Failure is not null), answer => AssertSentence(answer.Failure!, harness));
        var read = SampleRules.Read(
            Assert.Single(answers, answer => answer.Group == known.Group), new SampleLimits(), TimeProvider.System.GetUtcNow());
        Assert.Equal(value, read.Reading?.Value ?? double.NaN, 1e-9);
    }

    [Fact]
    public async Task For_no_group_nothing_is_read()
    {
        await using var harness = await OpenAsync();

        Assert.Empty(await ReadAsync(harness.Source, []));
    }

    [Fact]
    public async Task Reads_at_the_same_time_do_not_disturb_each_other()
    {
        await using var harness = await OpenAsync();

        var reads = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync(harness.Source, harness.Groups.Keys)));

        Assert.All(reads, answers => Assert.Equal(harness.Groups.Count, answers.Count(answer => answer.Failure is null)));
    }

    [Fact]
    public async Task A_read_that_was_cancelled_before_says_so()
    {
        await using var harness = await OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => harness.Source.ReadAsync([.. harness.Groups.Keys], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_read_that_gets_no_answer_ends_when_it_is_cancelled()
    {
        await using var harness = await OpenAsync();
        if (await harness.OpenAsync(Misbehaviour.Silent) is not { } silent)
        {
            return;
        }

        await using (silent)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            var reading = silent.ReadAsync([.. harness.Groups.Keys], timeout.Token);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(
                MetricSourceHarness.Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task Whatever_answers_in_place_of_the_server_is_told_in_a_sentence(Misbehaviour misbehaviour)
    {
        await using var harness = await OpenAsync();
        if (await harness.OpenAsync(misbehaviour) is not { } source)
        {
            return;
        }

        await using (source)
        {
            AssertSentence(await FailureAsync(source, harness), harness);
        }
    }

    private static async Task<string> FailureAsync(IMetricSource source, MetricSourceHarness harness)
    {
        try
        {
            var answers = await ReadAsync(source, harness.Groups.Keys);
            Assert.All(answers, answer => Assert.NotNull(answer.Failure));
            return answers.First().Failure!;
        }
        catch (MetricException error)
        {
            return error.Message;
        }
    }

    private static void AssertSentence(string message, MetricSourceHarness harness)
    {
        Assert.InRange(message.Length, 10, 1000);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
        if (harness.Secret is { } secret)
        {
            Assert.DoesNotContain(secret, message, StringComparison.Ordinal);
        }
    }

    private static Task<ImmutableArray<MetricAnswer>> ReadAsync(IMetricSource source, IEnumerable<MetricScope> groups) =>
        source.ReadAsync([.. groups], TestContext.Current.CancellationToken)
            .WaitAsync(MetricSourceHarness.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
