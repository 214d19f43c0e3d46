using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Storage.Rows;

/// <summary>Whether the installation is paused, as three facts about the store itself: each a key and a text.</summary>
internal static class PauseFacts
{
    /// <summary>The key of the pause. Nothing is deleted: the empty text is no pause.</summary>
    public const string Paused = "paused";

    /// <summary>The key of the strangers that somebody has seen.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>The key of the strangers that hold an account back.</summary>
    public const string Held = "held";

    /// <summary>What these facts say. Other facts are passed over.</summary>
    public static PauseState Read(IEnumerable<KeyValuePair<string, string>> facts)
    {
        var state = PauseState.None;
        foreach (var (key, value) in facts)
        {
            state = key switch
            {
                Paused when value.Length > 0 => state with { Pause = StoreJson.ReadPause(value) },
                Acknowledged => state with { Acknowledged = [.. StoreJson.ReadTexts(value)] },
                Held => state with { Held = [.. StoreJson.ReadTexts(value)] },
                _ => state,
            };
        }

        return state;
    }

    /// <summary>The facts that a change makes other than they were.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Changed(PauseState before, PauseState after)
    {
        var facts = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        if (after.Pause != before.Pause)
        {
            facts.Add(new(Paused, after.Pause is { } pause ? StoreJson.Write(pause) : ""));
        }

        if (after.Acknowledged != before.Acknowledged)
        {
            facts.Add(new(Acknowledged, Write(after.Acknowledged)));
        }

        if (after.Held != before.Held)
        {
            facts.Add(new(Held, Write(after.Held)));
        }

        return facts.ToImmutable();
    }

    private static string Write(ImmutableHashSet<string> texts) => StoreJson.Write([.. texts.Order(StringComparer.Ordinal)]);
}
