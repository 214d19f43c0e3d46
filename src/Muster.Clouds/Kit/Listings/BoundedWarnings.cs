namespace Muster.Clouds.Kit.Listings;

/// <summary>
/// Says what is odd at a cloud, and not at every look: a listing may come each second, and be odd in the same way for days.
/// </summary>
/// <param name="say">Gets each sentence.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class BoundedWarnings(Action<string> say, TimeProvider timeProvider)
{
    /// <summary>After this time what is still odd is said again.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Different things in one period; a cloud where more are odd is odd as a whole.</summary>
    private const int SentencesMax = 20;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private long _since = timeProvider.GetTimestamp();

    /// <summary>Says it, unless it was said within the hour.</summary>
    public void Tell(string sentence)
    {
        lock (_gate)
        {
            if (timeProvider.GetElapsedTime(_since) >= Period)
            {
                _said.Clear();
                _since = timeProvider.GetTimestamp();
            }

            if (_said.Count > SentencesMax || !_said.Add(sentence))
            {
                return;
            }

            if (_said.Count > SentencesMax)
            {
                sentence = $"more than {SentencesMax} different things are odd; the rest is not told for an hour";
            }
        }

        say(sentence);
    }
}
