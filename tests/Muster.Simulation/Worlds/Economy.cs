using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>What instances cost in a world, and what its accounts may spend. Most worlds have neither; in some, prices change.</summary>
internal sealed class Economy : IPrices
{
    private readonly SimulationLoop _loop;
    private readonly IStore _store;
    private readonly RandomStream _random;
    private readonly Referee _referee;
    private readonly Trace _trace;
    private readonly bool _changes;
    private readonly ImmutableArray<(string Cloud, ImmutableArray<decimal> Amounts)> _ranges;
    private readonly ImmutableArray<(Account Account, decimal Max)> _limits;

    public Economy(ulong seed, Scene scene, SimulationLoop loop, IStore store, Referee referee, Trace trace)
    {
        (_loop, _store, _referee, _trace) = (loop, store, referee, trace);

        // Of a stream of its own: worlds without prices are as they were.
        _random = RandomStream.For(seed, "prices");
        if (!_random.Chance(0.25))
        {
            return;
        }

        HasPrices = true;
        _changes = _random.Chance(0.5);
        _ranges = [.. scene.Clouds.Select(cloud => (cloud.Name, DrawRange()))];
        _limits =
        [
            .. scene.Accounts.Where(_ => _random.Chance(0.7))
                .Select(account => (account, _ranges.Max(range => range.Amounts.Max()) * _random.NextInt(1, 12))),
        ];
        Current = Draw();
    }

    /// <summary>Whether anything has a price.</summary>
    public bool HasPrices { get; }

    /// <inheritdoc/>
    public PriceBook Current { get; private set; } = PriceBook.Empty;

    /// <inheritdoc/>
    public ImmutableArray<string> Troubles => [];

    /// <summary>The lowest price that a cloud ever has here: nothing ever costs less.</summary>
    public decimal LowestOn(string cloud) => _ranges.First(range => range.Cloud == cloud).Amounts.Min();

    /// <summary>The layout as it is, or by prices.</summary>
    public Layout WithPrices(Layout layout) => HasPrices && _random.Chance(0.5)
        ? layout with
        {
            Distribution = DistributionKind.Cheapest,
            Placements = [.. layout.Placements.Select(spec => spec with { Rank = null, Weight = null })],
        }
        : layout;

    /// <summary>Sets the limits, before anybody checks anything.</summary>
    public async Task SettleAsync()
    {
        foreach (var (account, max) in HasPrices ? _limits : [])
        {
            await _store.ChangeAccountAsync(account.Id, new() { SpendPerHourMax = max }, CancellationToken.None);
            _referee.SpendLimited(account.Id, max, LowestOn);
            _trace.Add("world", $"{account.Name} may spend {Money.Text(max)}; prices change: {_changes}");
        }
    }

    /// <summary>Changes prices, until then.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (HasPrices && _changes && _loop.Now < until)
        {
            await Task.Delay(_random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)), _loop.OutsideTime);
            Current = Draw();
            _trace.Add("world", $"prices: {string.Join(", ", Current.Said.Select(price => $"{price.Cloud} {Money.Text(price.Amount)}"))}");
        }
    }

    /// <summary>Lifts the limits: with them, no group need ever be at its level.</summary>
    public async Task PutInOrderAsync()
    {
        foreach (var (account, _) in HasPrices ? _limits : [])
        {
            await _store.ChangeAccountAsync(
                account.Id, new() { SpendPerHourMax = PriceRules.NoLimit }, CancellationToken.None);
            _referee.SpendUnlimited(account.Id);
        }
    }

    private ImmutableArray<decimal> DrawRange() =>
        [.. Enumerable.Range(0, _changes ? 3 : 1).Select(_ => _random.Pick(0.01m, 0.02m, 0.03m, 0.1m, 0.25m))];

    private PriceBook Draw() => PriceBook.Of(
        [.. _ranges.Select(range => new Price { Cloud = range.Cloud, Amount = _random.Pick([.. range.Amounts]), Currency = "EUR" })]);
}
