namespace Muster.Cli.Wording;

/// <summary>The words a user may choose from, for an enum's values.</summary>
/// <remarks>Written out and not derived from the names: the words are a promise, and need no reflection.</remarks>
internal sealed class Choices<T>(params (string Word, T Value)[] choices) where T : struct, Enum
{
    /// <summary>Every word, in the order of help.</summary>
    public IEnumerable<string> Words => choices.Select(choice => choice.Word);

    /// <summary>What is allowed, for messages.</summary>
    public string Allowed => choices.Length == 1
        ? choices[0].Word
        : $"{string.Join(", ", Words.SkipLast(1))} or {choices[^1].Word}";

    /// <summary>The value of a word.</summary>
    public bool TryParse(string word, out T value)
    {
        foreach (var choice in choices)
        {
            if (choice.Word == word)
            {
                value = choice.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The word of a value.</summary>
    public string Word(T value) =>
        choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word;
}
