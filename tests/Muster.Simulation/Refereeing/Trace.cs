using System.Globalization;

using Muster.Simulation.Time;

namespace Muster.Simulation.Refereeing;

/// <summary>
/// What happened in a world, line by line: the last lines for people, a hash of all of them for proof that a run repeats.
/// </summary>
/// <param name="loop">For the time of each line.</param>
/// <param name="sink">Is told each line as it comes; null for nobody.</param>
public sealed class Trace(SimulationLoop loop, Action<string>? sink = null)
{
    /// <summary>Lines kept: enough to see a whole check of every group before a failure.</summary>
    private const int TailLines = 120;

    private readonly Queue<(TimeSpan At, string Who, string What)> _tail = new(TailLines);
    private ulong _hash = 14695981039346656037UL;

    /// <summary>FNV-1a over every line.</summary>
    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Lines so far.</summary>
    public long Lines { get; private set; }

    /// <summary>The last lines.</summary>
    public IEnumerable<string> Tail => _tail.Select(Format);

    /// <summary>Adds a line.</summary>
    public void Add(string who, string what)
    {
        Lines++;
        Mix((ulong)loop.Now.Ticks);
        Mix(who);
        Mix(what);
        if (_tail.Count == TailLines)
        {
            _tail.Dequeue();
        }

        _tail.Enqueue((loop.Now, who, what));
        sink?.Invoke(Format((loop.Now, who, what)));
    }

    private static string Format((TimeSpan At, string Who, string What) line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.At:hh\\:mm\\:ss\\.fff} {line.Who,-9} {line.What}");

    private void Mix(string text)
    {
        foreach (var character in text)
        {
            Mix(character);
        }
    }

    private void Mix(ulong value) => _hash = (_hash ^ value) * 1099511628211UL;
}
