using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Prices;

namespace Muster.Core.Governing;

/// <summary>
/// What people say that instances cost, and what clouds tell where people say nothing. Each cloud that tells prices is asked now and then;
/// while one does not answer, what it told last stays in force.
/// </summary>
/// <param name="said">What people say.</param>
/// <param name="clouds">Whom to ask.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="say">Gets each line for the log, once.</param>
public sealed class CloudPrices(IPrices said, ICloudDirectory clouds, TimeProvider timeProvider, Action<string> say) : IPrices
{
    /// <summary>Time between two times that clouds are asked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Longest that one cloud is waited for; well below <see cref="Interval"/>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Somebody waited for the first answers as long as it allowed.
    private volatile bool _isWaitOver;

    // Written under the gate and swapped whole.
    private volatile Merged _merged = new(PriceBook.Empty, ImmutableArray<Price>.Empty, PriceBook.Empty, []);
    private ImmutableSortedDictionary<string, ImmutableArray<Price>> _told =
        ImmutableSortedDictionary.Create<string, ImmutableArray<Price>>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, string> _silent = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public PriceBook Current
    {
        get
        {
            var (book, merged) = (said.Current, _merged);
            return ReferenceEquals(book, merged.Said) ? merged.Book : Merge();
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Troubles
    {
        get
        {
            _ = Current;
            lock (_gate)
            {
                return [.. said.Troubles, .. _silent.Values, .. _merged.Troubles];
            }
        }
    }

    /// <inheritdoc/>
    public bool AreKnown => _asked.Task.IsCompleted || _isWaitOver;

    /// <summary>Asks until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            do
            {
                await RefreshAsync(stopping);
                _asked.TrySetResult();
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped: what was told stays.
        }
    }

    /// <summary>
    /// Ends once <see cref="RunAsync"/> has asked every cloud once, or has tried for so long: whoever decides without prices holds back
    /// what they would allow.
    /// </summary>
    public async Task WaitAsync(TimeSpan max, CancellationToken stopping)
    {
        await Task.WhenAny(_asked.Task, Task.Delay(max, timeProvider, stopping));
        if (!_asked.Task.IsCompleted && !stopping.IsCancellationRequested)
        {
            _isWaitOver = true;
            say(string.Create(
                CultureInfo.InvariantCulture, $"not every cloud told its prices within {max.TotalSeconds} seconds: going on without them"));
        }
    }

    /// <summary>Asks every cloud that tells prices, each once, and none waits for another.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => Task.WhenAll(
        clouds.Entries.DistinctBy(entry => entry.Name)
            .Where(entry => entry.Cloud.Prices is not null)
            .Select(entry => AskAsync(entry.Name, entry.Cloud.Prices!, cancellationToken)));

    private async Task AskAsync(string cloud, IPricedCloud priced, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var told = await priced.ListPricesAsync(asking.Token);
            lock (_gate)
            {
                _told = _told.SetItem(cloud, [.. told.Select(price => PriceOf(cloud, price))]);
                _silent = _silent.Remove(cloud);
            }

            Merge();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Silent(cloud, string.Create(CultureInfo.InvariantCulture, $"no answer within {Patience.TotalMinutes:0} minutes"));
        }
        catch (CloudException error)
        {
            Silent(cloud, error.Message);
        }
        catch (Exception error)
        {
            // Also what nobody foresaw, in a cloud's adapter or in a plugin's answer: it is that cloud's matter, and it is asked again.
            Silent(cloud, $"{error.GetType().Name}: {error.Message}");
        }
    }

    private void Silent(string cloud, string why)
    {
        var trouble = $"cloud {cloud} does not tell its prices, and those that it told last stay in force: {why}";
        lock (_gate)
        {
            if (_silent.GetValueOrDefault(cloud) == trouble)
            {
                return;
            }

            _silent = _silent.SetItem(cloud, trouble);
        }

        say(trouble);
    }

    private PriceBook Merge()
    {
        Merged merged;
        ImmutableArray<string> fresh;
        lock (_gate)
        {
            var book = said.Current;
            ImmutableArray<Price> told = [.. _told.Values.SelectMany(prices => prices)];
            if (ReferenceEquals(book, _merged.Said) && told.SequenceEqual(_merged.Told))
            {
                return _merged.Book;
            }

            var wrong = new List<(string Cloud, InputError Error)>();

            // The first price decides which currency it is: the one that is in force stays until nobody tells a price in it.
            var currency = _merged.Book.Currency;
            var whole = book.With(
                [.. told.OrderBy(price => price.Currency != currency)], (price, error) => wrong.Add((price.Cloud, error)));
            merged = new(book, told, whole, [.. wrong.GroupBy(one => one.Cloud).Select(WordsOf)]);
            fresh = [.. merged.Troubles.Except(_merged.Troubles)];
            _merged = merged;
        }

        foreach (var trouble in fresh)
        {
            say(trouble);
        }

        return merged.Book;
    }

    private static string WordsOf(IGrouping<string, (string Cloud, InputError Error)> wrong) => string.Create(
        CultureInfo.InvariantCulture,
        $"{wrong.Count()} of what cloud {wrong.Key} tells of its prices is left out, the first: {wrong.First().Error}");

    private static Price PriceOf(string cloud, CloudPrice told) => new()
    {
        Cloud = cloud,
        Zone = told.Zone,
        Size = told.Size,
        IsInterruptible = told.IsInterruptible,
        Amount = told.Amount,
        Currency = told.Currency,
    };

    /// <param name="Said">What people said when it was put together.</param>
    /// <param name="Told">What clouds had told.</param>
    /// <param name="Book">Both.</param>
    /// <param name="Troubles">What is left out, and why.</param>
    private sealed record Merged(PriceBook Said, ImmutableArray<Price> Told, PriceBook Book, ImmutableArray<string> Troubles);
}
