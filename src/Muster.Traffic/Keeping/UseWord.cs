using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>What is known against that traffic reaches a group's instances by one source. Safe to share.</summary>
/// <param name="group">The group: checked again where that is news.</param>
/// <param name="source">The source.</param>
/// <param name="parts">What all groups share.</param>
internal sealed class UseWord(KeptTraffic group, string source, TrafficParts parts)
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private bool _isTried;
    private bool _isAwaited;
    private string? _why;

    /// <summary>The word; null for nothing.</summary>
    /// <param name="isAwaited">Whether the group is to be checked once the source was asked for the first time.</param>
    public TrafficWord? Of(bool isAwaited)
    {
        lock (_gate)
        {
            if (_isTried)
            {
                return _why is null ? null : new(_why, IsKnown: true);
            }

            _isAwaited |= isAwaited;
            return new($"traffic source {source} has not been asked yet", IsKnown: false);
        }
    }

    /// <summary>Takes in why a source does not say what it holds: where it gives no answer, what was known stands.</summary>
    public void Failed(TrafficException error)
    {
        if (error.Kind is TrafficErrorKind.Unavailable)
        {
            Unknown();
        }
        else
        {
            Say(error.Message);
        }
    }

    /// <summary>The source cannot be asked: what was known stands.</summary>
    public void Unknown() => Take(_ => _);

    /// <summary>Takes in why somebody in service surely gets nothing; null where nobody is known to.</summary>
    public void Say(string? why)
    {
        var word = why is null ? null : $"traffic source {source}: {why}";
        Take(_ => word?.Length > TrafficWord.WhyMax ? word[..TrafficWord.WhyMax] : word);
    }

    /// <summary>Who is in service and surely gets nothing, and why; null where nobody is.</summary>
    /// <param name="wanted">What is wanted of all members.</param>
    /// <param name="placeOf">Where one stands; null where nobody knows. What it holds must not change meanwhile.</param>
    public static string? Unreached(ImmutableArray<Wanted> wanted, Func<Wanted, Place?> placeOf)
    {
        var serving = wanted.Where(one => one is { Want: Want.Join, Member.IsUnproven: false }).ToList();
        var refused = serving.Select(placeOf).Where(place => place is { IsRefused: true, Problem: not null }).ToList();
        return refused.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture, $"{refused.Count} of {serving.Count} in service get no traffic: {refused[0]!.Problem}");
    }

    private void Take(Func<string?, string?> next)
    {
        bool isNews;
        lock (_gate)
        {
            var word = next(_why);
            isNews = word != _why || (!_isTried && _isAwaited);
            (_why, _isTried) = (word, true);
        }

        if (isNews)
        {
            parts.Wake(group.Id);
        }
    }
}
