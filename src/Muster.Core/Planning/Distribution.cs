using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Prices;

namespace Muster.Core.Planning;

/// <summary>How many instances each placement of a group is to have, and why.</summary>
/// <param name="Shares">One for each place, in the order of the places.</param>
/// <param name="Unplaced">How many find no room anywhere.</param>
/// <param name="HeldBack">How many wait, since what died or was lost at once is filled in batches.</param>
/// <param name="Batch">How large a batch is where any waits.</param>
/// <param name="Moves">New launches for members that move, beyond the level.</param>
/// <remarks>
/// <para>
/// Pure. It begins with what is held and changes no more than it must: what is missing is added where the rule of the group says, what
/// is too much is taken from where it says, and nothing moves because another sharing would be more beautiful. Members move only away from
/// where a person wants them gone or a bound forbids them, and back to where they would be, had their placement not been closed.
/// </para>
/// <para>
/// Whoever moves is launched at the new place first. The sum is then more than the level, by a surge at most, until the new ones run; who
/// is too many after that is the next distribution's matter.
/// </para>
/// </remarks>
public sealed record Distribution(ImmutableArray<Share> Shares, int Unplaced, int HeldBack, int Batch, int Moves)
{
    /// <summary>Distributes.</summary>
    /// <param name="level">How many there are to be.</param>
    /// <param name="places">The placements; their order says nothing.</param>
    /// <param name="surplus">How many of those that are held are certainly too many, so that they may end.</param>
    /// <param name="replacing">Launches under way, of which a batch may be one.</param>
    /// <param name="surge">Members that may move at once.</param>
    /// <param name="returns">Members that may move back now; 0 while the group is not well, or has moved enough.</param>
    /// <param name="onDemandPercent">
    /// Beyond the bases, so many percent belong where instances are not interruptible, and the others where they are; null for no such
    /// rule.
    /// </param>
    /// <param name="isCheapest">Whether the cheapest is filled first; else tiers and weights count.</param>
    /// <param name="currency">What prices are in, for the words; null where no price is known.</param>
    public static Distribution Of(
        int level, ImmutableArray<Place> places, int surplus, int replacing, int surge, int returns, int? onDemandPercent = null,
        bool isCheapest = false, string? currency = null)
    {
        if (!isCheapest && IsSettled(level, places))
        {
            return new([.. places.Select(place => new Share(place.Name, place.Held, Why: null, Owed: 0))], 0, 0, 0, 0);
        }

        var work = new Work(
            level,
            onDemandPercent,
            isCheapest,
            currency,
            isCheapest ? ByPrice(places) : [.. places.OrderBy(place => place.Tier).ThenBy(place => place.Order)]);
        work.LeaveAndBound(surge);
        var (heldBack, batch) = work.HoldBack(replacing);
        var unplaced = work.Add(heldBack);
        work.Drain(surplus);
        var moves = work.MoveToMin(surge) is var forced && forced > 0 ? forced : work.Return(Math.Min(surge, returns));
        var shares = work.Shares(heldBack);
        return new([.. places.Select(place => shares[place.Name])], unplaced, heldBack, batch, moves);
    }

    /// <summary>
    /// Whether each has what it may keep, nobody is to go anywhere, and together they are at the level: most often, and then nothing has to
    /// be worked out.
    /// </summary>
    private static bool IsSettled(int level, ImmutableArray<Place> places)
    {
        long held = 0;
        foreach (var place in places)
        {
            if (place is not { IsLost: false, IsLeaving: false, IsEarlier: false, Vacant: 0, Owed: 0, Room: > 0 }
                || place.Held > place.Max || place.Held < Math.Max(place.Min, place.Base))
            {
                return false;
            }

            held += place.Held;
        }

        return held == level;
    }

    /// <summary>A quarter, at least one: what a mistaken alarm may cost at most before somebody sees it.</summary>
    public static int BatchOf(int lost) => Math.Max(1, (lost + 3) / 4);

    /// <summary>
    /// Each in a tier of its own, the cheapest first: of equal ones the user's first, and at the end those without a price.
    /// </summary>
    private static Place[] ByPrice(ImmutableArray<Place> places) =>
    [
        .. places.OrderBy(place => place.IsEarlier)
            .ThenBy(place => place.Price ?? decimal.MaxValue)
            .ThenBy(place => place.Order)
            .Select((place, tier) => place with { Tier = tier, Weight = 1 }),
    ];

    /// <summary>One distribution in the making. Arrays go by the places' order.</summary>
    private sealed class Work
    {
        private readonly int _level;
        private readonly int? _onDemandPercent;
        private readonly bool _isCheapest;
        private readonly string? _currency;
        private readonly Place[] _places;

        /// <summary>What each is to have, so far.</summary>
        private readonly int[] _wanted;

        /// <summary>What each would have of the level, were all open and nothing there yet.</summary>
        private readonly int[] _ideal;

        /// <summary>The same, did those that are left or lost count again.</summary>
        private readonly int[] _restored;

        private readonly string?[] _why;

        /// <summary>How many move already.</summary>
        private int _leaving;

        private const string Unpriced = "its price is not known, so it counts as the dearest";

        public Work(int level, int? onDemandPercent, bool isCheapest, string? currency, Place[] places)
        {
            (_level, _onDemandPercent, _isCheapest, _currency, _places) = (level, onDemandPercent, isCheapest, currency, places);
            _wanted = [.. places.Select(place => place.IsLost ? 0 : place.Held)];
            _why = new string?[places.Length];
            _ideal = new int[places.Length];
            Fill(_ideal, level, index => IsHome(index) ? places[index].Max : 0);
            if (places.Any(place => place.IsLeaving || place.IsLost))
            {
                _restored = new int[places.Length];
                Fill(_restored, level, index => places[index].IsEarlier ? 0 : places[index].Max);
            }
            else
            {
                _restored = _ideal;
            }
        }

        private int Sum => _wanted.Sum();

        /// <summary>
        /// Whether a batch of moves may begin: those that are held beside the level are one on its way, until as many have ended.
        /// </summary>
        private bool MayBegin => Sum == _level && _places.Sum(place => place.IsLost ? 0 : (long)place.Held) <= _level;

        /// <summary>Those that are to leave, or are beyond a bound, go in batches, unless a person says that they are dead.</summary>
        public void LeaveAndBound(int surge)
        {
            var left = surge;
            for (var i = 0; i < _places.Length; i++)
            {
                var place = _places[i];
                var over = place.IsLost ? 0 : place.IsLeaving ? _wanted[i] : Math.Max(0, _wanted[i] - place.Max);
                var batch = place.LeavesAtOnce ? over : Math.Min(left, over);
                if (batch > 0)
                {
                    _wanted[i] -= batch;
                    _leaving += batch;
                    left -= place.LeavesAtOnce ? 0 : batch;
                    _why[i] = place.IsLeaving ? "its members move away, since a person wants them gone" : Text($"{place.Max} at most");
                }
            }
        }

        /// <summary>How many of the missing wait for their batch, and how large it is.</summary>
        public (int HeldBack, int Batch) HoldBack(int replacing)
        {
            var vacant = _places.Sum(place => place.Vacant + (place is { IsLost: true, IsLeaving: false } ? place.Held : 0));
            var missing = Math.Max(0, _level - Sum);
            if (vacant == 0 || missing == 0)
            {
                return (0, 0);
            }

            var batch = BatchOf(vacant);
            return (Math.Max(0, Math.Min(vacant, missing) - Math.Max(0, batch - replacing)), batch);
        }

        /// <summary>Adds what is missing; returns how many find no room.</summary>
        public int Add(int heldBack)
        {
            var before = _wanted.ToArray();
            var unplaced = Fill(_wanted, Sum + Math.Max(0, _level - Sum - heldBack), index => before[index] + RoomAt(index));
            for (var i = 0; i < _places.Length; i++)
            {
                if (_wanted[i] > before[i])
                {
                    _why[i] = WhyMore(i);
                }
            }

            return unplaced;
        }

        /// <summary>Takes away what is too much: not more than is certainly there beside the level.</summary>
        public void Drain(int surplus)
        {
            var tooMany = Math.Min(surplus, Sum - _level);
            if (tooMany <= 0)
            {
                return;
            }

            var before = _wanted.ToArray();

            // Those outside of the list first; then only what is beyond its share: else who moved home would be what ends for it.
            tooMany = Take(tooMany, index => _places[index].IsEarlier, _ => 0);
            Take(tooMany, _ => true, index => _ideal[index]);
            for (var i = 0; i < _places.Length; i++)
            {
                if (_wanted[i] < before[i])
                {
                    _why[i] ??= _places[i].IsEarlier ? "no placement of the group any more"
                        : Priced(i) is { } price ? $"the dearest goes first, {price}"
                        : null;
                }
            }
        }

        /// <summary>Launches where a lower bound is not met although the level is; returns how many.</summary>
        public int MoveToMin(int surge)
        {
            var left = MayBegin ? surge - _leaving : 0;
            var moves = 0;
            for (var i = 0; i < _places.Length && left > 0; i++)
            {
                var place = _places[i];
                var need = NeedOf(i) - _wanted[i];
                var more = Math.Min(Math.Min(need, left), RoomAt(i));
                if (more > 0)
                {
                    _wanted[i] += more;
                    (left, moves) = (left - more, moves + more);
                    _why[i] = Text($"{Math.Max(place.Min, place.Base)} at least, launched before others end");
                }
            }

            return moves;
        }

        /// <summary>Launches members anew where they belong; returns how many.</summary>
        public int Return(int returns)
        {
            var left = MayBegin ? returns - _leaving : 0;
            var moves = 0;
            for (var i = 0; i < _places.Length && left > 0; i++)
            {
                var place = _places[i];
                var back = Math.Min(Math.Min(place.Owed, place.MayReturn), Math.Min(_ideal[i] - _wanted[i], left));
                var more = Math.Min(back, RoomAt(i));
                if (more > 0)
                {
                    _wanted[i] += more;
                    (left, moves) = (left - more, moves + more);
                    _why[i] = Text($"available again: {more} of {place.Owed} that live elsewhere move back, launched before others end")
                        + (Priced(i) is { } price ? $", {price}" : "");
                }
            }

            return moves;
        }

        /// <param name="heldBack">Those that wait for their batch: they are still wanted where they died.</param>
        public Dictionary<string, Share> Shares(int heldBack)
        {
            for (var i = 0; i < _places.Length && heldBack > 0; i++)
            {
                var waiting = Math.Min(heldBack, _places[i].Vacant);
                (_wanted[i], heldBack) = (_wanted[i] + waiting, heldBack - waiting);
            }

            var shares = new Dictionary<string, Share>(_places.Length, StringComparer.Ordinal);
            for (var i = 0; i < _places.Length; i++)
            {
                var place = _places[i];
                var ideal = place.IsLeaving || place.IsLost ? _restored[i] : _ideal[i];

                // By what is held: a move that is only planned may not come to be.
                var away = Math.Max(0, ideal - (place.IsLost ? 0 : place.Held));
                var owed = place.IsEarlier ? 0
                    : place.Room == 0 ? Math.Max(Math.Min(place.Owed, ideal), away)
                    : Math.Min(place.Owed, away);
                shares.Add(place.Name, new(place.Name, place.IsLost ? place.Held : _wanted[i], Why(i), owed));
            }

            return shares;
        }

        /// <summary>How many must be there before any share is worked out, as far as the level reaches for it.</summary>
        private int NeedOf(int index) => Math.Min(Math.Max(_places[index].Min, _places[index].Base), _ideal[index]);

        /// <summary>Whether instances belong there: it is in the list, and nobody wants it empty.</summary>
        private bool IsHome(int index) => _places[index] is { IsEarlier: false, IsLeaving: false, IsLost: false };

        /// <summary>How many more than so far may be launched there; at most the level, beyond which nothing is ever added.</summary>
        private int RoomAt(int index)
        {
            var place = _places[index];
            var room = IsHome(index)
                ? Math.Min((long)place.Room - Math.Max(0, _wanted[index] - place.Held), (long)place.Max - _wanted[index])
                : 0;
            return (int)Math.Clamp(room, 0, Math.Max(_level, 0));
        }

        private string? WhyMore(int index)
        {
            // More than its own share: then others have not what would be theirs.
            var spilled = _wanted[index] <= _ideal[index] ? null : _places.FirstOrDefault(other =>
                other is { Closed: not null, IsEarlier: false } && other.Order != _places[index].Order
                && (_onDemandPercent is not null || other.Tier <= _places[index].Tier));
            if (!_isCheapest)
            {
                return spilled is null ? null : $"instead of in {spilled.Name}: {spilled.Closed}";
            }

            var instead = spilled is null ? null
                : $"instead of in {spilled.Name}{(Priced(spilled) is { } price ? $", {price}" : "")}: {spilled.Closed}";
            var here = Priced(index) is not { } own ? null
                : _wanted[index] <= NeedOf(index) ? Text($"{_wanted[index]} at least, {own}")
                : $"the cheapest with room{(_onDemandPercent is null ? "" : " of its kind")}, {own}";
            return instead is null || here is null ? instead ?? here : $"{instead}; {here}";
        }

        /// <summary>What is said of a place; of one that counts as the dearest, that it does.</summary>
        private string? Why(int index) => !_isCheapest || _places[index] is not { Price: null, IsEarlier: false } ? _why[index]
            : _why[index] is { } why ? $"{why}; {Unpriced}"
            : Unpriced;

        private string? Priced(int index) => Priced(_places[index]);

        /// <summary>The price in words; null where there is none, or where prices do not count.</summary>
        private string? Priced(Place place) => _isCheapest && place.Price is { } price && _currency is { } currency
            ? $"at {Money.AnHour(price, currency)}"
            : null;

        /// <summary>
        /// Raises what each has to a sum: lower bounds and bases first, then tier after tier. Returns what finds no room.
        /// </summary>
        private int Fill(int[] taken, int sum, Func<int, int> max)
        {
            var most = new int[_places.Length];
            for (var i = 0; i < most.Length; i++)
            {
                most[i] = Math.Max(taken[i], max(i));
            }

            var missing = sum - taken.Sum();
            for (var i = 0; i < taken.Length && missing > 0; i++)
            {
                var need = Math.Min(Math.Max(_places[i].Min, _places[i].Base), most[i]) - taken[i];
                var more = Math.Clamp(need, 0, missing);
                (taken[i], missing) = (taken[i] + more, missing - more);
            }

            // What finds no room on one kind goes to the other.
            foreach (var (isInterruptible, part) in Kinds(taken, sum))
            {
                var more = Math.Clamp(part - SumOf(taken, isInterruptible), 0, missing);
                missing -= more - FillTiers(taken, most, more, index => IsOf(index, isInterruptible));
            }

            return FillTiers(taken, most, missing, _ => true);
        }

        /// <summary>Raises some by so many in all, tier after tier. Returns what finds no room.</summary>
        private int FillTiers(int[] taken, int[] most, int missing, Func<int, bool> of)
        {
            foreach (var tier in Tiers())
            {
                if (missing == 0)
                {
                    break;
                }

                int[] some = [.. tier.Where(of)];
                var room = some.Sum(i => (long)most[i] - taken[i]);
                var more = (int)Math.Min(room, missing);
                Even(some, taken, taken, most, some.Sum(i => taken[i]) + more);
                missing -= more;
            }

            return missing;
        }

        /// <summary>
        /// How many of a sum belong on each kind of place: the bases, and of what is beyond them the rule's part, rounded up for those
        /// that are not interruptible. What lives outside of the list is of neither kind. Nothing where there is no such rule.
        /// </summary>
        private IEnumerable<(bool IsInterruptible, int Part)> Kinds(int[] taken, int sum)
        {
            if (_onDemandPercent is not { } percent)
            {
                return [];
            }

            var outside = 0;
            long bases = 0, onDemand = 0;
            for (var i = 0; i < _places.Length; i++)
            {
                var place = _places[i];
                outside += place.IsEarlier ? taken[i] : 0;
                bases += place.Base;
                onDemand += place.IsInterruptible ? 0 : place.Base;
            }

            sum -= outside;
            var beyond = Math.Max(0, sum - bases);
            var part = (int)Math.Min(sum, onDemand + (((beyond * percent) + 99) / 100));
            return [(false, part), (true, sum - part)];
        }

        private bool IsOf(int index, bool isInterruptible) =>
            !_places[index].IsEarlier && _places[index].IsInterruptible == isInterruptible;

        private int SumOf(int[] taken, bool isInterruptible)
        {
            var sum = 0;
            for (var i = 0; i < taken.Length; i++)
            {
                sum += IsOf(i, isInterruptible) ? taken[i] : 0;
            }

            return sum;
        }

        /// <summary>Takes so many away from these, the last tier first, none below its floor. Returns what could not be taken.</summary>
        private int Take(int count, Func<int, bool> from, Func<int, int> floor)
        {
            foreach (var tier in Tiers().Reverse())
            {
                int[] some = [.. tier.Where(from)];
                var least = new int[_places.Length];
                foreach (var i in some)
                {
                    least[i] = Math.Min(_wanted[i], floor(i));
                }

                var less = Math.Min(count, some.Sum(i => _wanted[i] - least[i]));
                if (less > 0)
                {
                    Even(some, _wanted, least, _wanted, some.Sum(i => _wanted[i]) - less);
                    count -= less;
                }
            }

            return count;
        }

        /// <summary>Indices of the places, tier after tier.</summary>
        private IEnumerable<int[]> Tiers() => Enumerable.Range(0, _places.Length)
            .GroupBy(i => _places[i].Tier).OrderBy(tier => tier.Key).Select(tier => tier.ToArray());

        /// <summary>
        /// Gives each of some places a number from its least to its most, with that sum, as near to its weight's share above its base as
        /// can be; what shares leave over goes to the largest remainders.
        /// </summary>
        private void Even(int[] some, int[] result, int[] least, int[] most, int sum)
        {
            var (low, high) = (Bound(some, least), Bound(some, most));
            var pinned = some.Select((i, k) => (int)At(i, 0, low[k], high[k])).ToArray();
            if (pinned.Sum() > sum)
            {
                // Less than the bases together: the first come first.
                var rest = sum - low.Sum();
                for (var k = 0; k < some.Length; k++)
                {
                    var more = Math.Min(rest, pinned[k] - low[k]);
                    (result[some[k]], rest) = (low[k] + more, rest - more);
                }

                return;
            }

            double lambda = Share(some, low, high, sum);
            var left = sum;
            var shares = new (int Index, int Whole, double Remainder)[some.Length];
            for (var k = 0; k < some.Length; k++)
            {
                var share = At(some[k], lambda, low[k], high[k]);
                var whole = (int)Math.Floor(share + 1e-9);
                shares[k] = (k, whole, Math.Round(share - whole, 9));
                left -= whole;
            }

            foreach (var (k, whole, _) in shares
                .OrderByDescending(share => share.Remainder)
                .ThenBy(share => _places[some[share.Index]].Order))
            {
                var more = left > 0 && whole < high[k] ? 1 : 0;
                left -= more;
                result[some[k]] = whole + more;
            }

            // Weights of nothing have no share: what is left goes where there is room, in order.
            for (var k = 0; k < some.Length && left > 0; k++)
            {
                var more = Math.Min(left, high[k] - result[some[k]]);
                (result[some[k]], left) = (result[some[k]] + more, left - more);
            }
        }

        private static int[] Bound(int[] some, int[] all) => [.. some.Select(i => all[i])];

        /// <summary>The multiple of the weights at which the shares have that sum.</summary>
        private double Share(int[] some, int[] low, int[] high, int sum)
        {
            double from = 0, to = sum;
            for (var step = 0; step < 64; step++)
            {
                var middle = (from + to) / 2;
                double total = 0;
                for (var k = 0; k < some.Length; k++)
                {
                    total += At(some[k], middle, low[k], high[k]);
                }

                (from, to) = total > sum ? (from, middle) : (middle, to);
            }

            return from;
        }

        private double At(int index, double lambda, int low, int high) =>
            Math.Clamp(_places[index].Base + (_places[index].Weight * lambda), low, high);

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>What one placement is to have.</summary>
/// <param name="Name">Which.</param>
/// <param name="Wanted">How many.</param>
/// <param name="Why">Why so many, in words that end a sentence; null where the group's rule alone says so.</param>
/// <param name="Owed">Members that belong there and live elsewhere, after this.</param>
public sealed record Share(string Name, int Wanted, string? Why, int Owed);
