using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering;

/// <summary>Readings that a test makes.</summary>
internal sealed class Readings : IReadings
{
    private readonly Dictionary<string, List<Reading>> _byMetric = [];

    public ReadOnlySpan<Reading> Recent(string metric) =>
        _byMetric.TryGetValue(metric, out var readings) ? readings.ToArray() : default(ReadOnlySpan<Reading>);

    public ReadOnlySpan<Reading> Hours(string metric) => [];

    public Readings With(string metric, DateTimeOffset at, double value, int instances = 0)
    {
        if (!_byMetric.TryGetValue(metric, out var readings))
        {
            _byMetric[metric] = readings = [];
        }

        readings.Add(new(at, value, instances));
        return this;
    }

    /// <summary>One reading each 15 seconds for so long, up to now.</summary>
    public static Readings Steady(string metric, double value, TimeSpan span, int instances = 0)
    {
        var readings = new Readings();
        for (var ago = span; ago >= TimeSpan.Zero; ago -= TimeSpan.FromSeconds(15))
        {
            readings.With(metric, Some.Now - ago, value, instances);
        }

        return readings;
    }

    public PolicyContext At(int desired, int? running = null, PolicyMemory? memory = null, TimeSpan? boot = null) => new()
    {
        Now = Some.Now,
        Desired = desired,
        Running = running ?? desired,
        BootTime = boot,
        Memory = memory ?? PolicyMemory.None,
        Readings = this,
    };

    public static Policy Policy(PolicyRule rule, PolicyMode mode = PolicyMode.On, string name = "p") => new()
    {
        Name = name,
        Rule = rule,
        Mode = mode,
        Version = 1,
        CreatedAt = Some.Now,
        UpdatedAt = Some.Now,
    };

    public static (Recommendation Recommendation, PolicyMemory Memory) Ask(PolicyRule rule, PolicyContext context) =>
        Recommender.Recommend(Policy(rule), context);
}
