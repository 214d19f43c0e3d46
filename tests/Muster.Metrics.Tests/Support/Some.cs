using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Tests.Support;

/// <summary>Things of which a test needs some.</summary>
internal static class Some
{
    public static readonly TimeProvider Clock = TimeProvider.System;

    private static readonly SystemRandomSource Random = new();

    public static Guid Id() => Random.NextId();

    public static MetricScope Group(string name) => new(new GroupId(Id()), new AccountId(Id()), name);

    public static MetricSetup Setup(params IEnumerable<(string Name, string Value)> options) => new()
    {
        Metric = "load",
        Time = Clock,
        Timeout = TimeSpan.FromSeconds(10),
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
    };

    public static IMetricSource Open(string kind, params IEnumerable<(string Name, string Value)> options) =>
        MetricKinds.Open(kind, Setup(options));

    /// <summary>What opening refuses, a line each.</summary>
    public static string Refusals(string kind, params IEnumerable<(string Name, string Value)> options) =>
        string.Join('\n', Assert.Throws<InputException>(() => Open(kind, options)).Errors.Select(error => error.ToString()).Order());

    /// <summary>What a read fails with, for all or for the first.</summary>
    public static async Task<string> FailureAsync(IMetricSource source, params MetricScope[] groups)
    {
        try
        {
            var answers = await source.ReadAsync(
                groups is [] ? [Group("web")] : [.. groups], TestContext.Current.CancellationToken);
            return answers[0].Failure ?? $"no failure, but {string.Join(", ", answers[0].Samples)}";
        }
        catch (MetricException error)
        {
            return error.Message;
        }
    }

    /// <summary>The samples of one group.</summary>
    public static async Task<ImmutableArray<MetricSample>> SamplesAsync(IMetricSource source, MetricScope? group = null)
    {
        var answer = Assert.Single(await source.ReadAsync([group ?? Group("web")], TestContext.Current.CancellationToken));
        Assert.Null(answer.Failure);
        return answer.Samples;
    }
}
