using System.Globalization;

using Muster.Core.Schedules;

namespace Muster.Core.Steering;

/// <summary>What a group's policies come to together; see docs/decisions/0200.</summary>
/// <param name="Level">How many there are before.</param>
/// <param name="Wanted">How many there are to be, within the frame; the level before where nothing moves.</param>
/// <param name="Winner">The policy that decided; null where none did.</param>
/// <param name="Reason">Why, in a sentence: the winner's own, where there is one.</param>
public sealed record Meeting(int Level, int Wanted, string? Winner, string Reason)
{
    /// <summary>Whether the level is to move.</summary>
    public bool Moves => Wanted != Level;

    /// <summary>The sentence with the name of the policy that decided.</summary>
    public string Conclusion => Winner is null ? Reason : $"{Winner}: {Reason}";

    /// <summary>
    /// Has the policies meet. Pure: the order in which they come says nothing, and a second meeting on the result moves nothing.
    /// </summary>
    /// <remarks>
    /// The highest wins for growing, at once. The group shrinks to the highest of all that are wanted, if a policy that is on asks for
    /// fewer and none that is followed is blind. Those that grow only are floors. What comes out lies within the frame, except that
    /// nobody moves a level that is outside of it already: the frame does that by itself.
    /// </remarks>
    /// <param name="level">How many there are to be now, launches in flight among them.</param>
    /// <param name="frame">What schedules and persons allow.</param>
    /// <param name="voices">What the policies say; those that are not followed are passed over.</param>
    public static Meeting Of(int level, Frame frame, params ReadOnlySpan<Voice> voices)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Voice? highest = null, asking = null, blind = null;
        foreach (var voice in voices)
        {
            if (voice.Wants is { } count)
            {
                highest = Higher(highest, voice, count);
                asking = count < level && voice.Mode is PolicyMode.On ? Higher(asking, voice, count) : asking;
            }
            else if (voice.IsBlind && (blind is not { } other || string.CompareOrdinal(voice.Policy, other.Policy) < 0))
            {
                blind = voice;
            }
        }

        if (highest is not { } winner)
        {
            return blind is null
                ? new(level, level, Winner: null, "no policy asks for more or fewer")
                : Stays(level, blind.Value);
        }

        var wanted = winner.Wants!.Value;
        if (wanted >= level)
        {
            // At the level itself it keeps the others from shrinking, and is named where they would.
            return wanted > level ? Framed(level, wanted, frame, winner)
                : asking is null && blind is not null ? Stays(level, blind.Value)
                : Stays(level, winner);
        }

        return blind is not null ? Stays(level, blind.Value)
            : asking is null ? Stays(level, winner, ": it only grows")
            : Framed(level, wanted, frame, winner);
    }

    /// <summary>What must be remembered of a policy after the meeting.</summary>
    /// <remarks>
    /// That it has moved the level counts only when the level moved the way that it asked for: by whomever, since its call was answered.
    /// </remarks>
    /// <param name="voice">The policy.</param>
    /// <param name="before">What was remembered before.</param>
    /// <param name="after">What is to be remembered if it is followed; see <see cref="Recommender"/>.</param>
    public PolicyMemory Remember(Voice voice, PolicyMemory before, PolicyMemory after) =>
        voice.Wants is { } count && Moves && Math.Sign(count - Level) == Math.Sign(Wanted - Level)
        && (count > Level || voice.Mode is PolicyMode.On)
            ? after
            : before;

    private static Voice Higher(Voice? best, Voice voice, int count) =>
        best is not { } other || count > other.Wants
        || (count == other.Wants && string.CompareOrdinal(voice.Policy, other.Policy) < 0)
            ? voice
            : other;

    private static Meeting Stays(int level, Voice voice, string why = "") =>
        new(level, level, voice.Policy, voice.Recommendation.Reason + why);

    private static Meeting Framed(int level, int wanted, Frame frame, Voice voice)
    {
        var within = frame.Clamp(wanted);
        var reason = voice.Recommendation.Reason;
        if (within == wanted)
        {
            return new(level, within, voice.Policy, reason);
        }

        // Not beyond the level either: where the frame has moved since the level was read, it is the frame that moves it.
        within = wanted > level ? Math.Max(level, within) : Math.Min(level, within);
        var bound = wanted > frame.Clamp(wanted) ? "at most" : "at least";
        return new(
            level,
            within,
            voice.Policy,
            string.Create(CultureInfo.InvariantCulture, $"{reason}, and {bound} {frame.Clamp(wanted)} are allowed"));
    }
}
