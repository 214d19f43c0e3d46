namespace Muster.Clouds.Kit.Launching;

/// <summary>Which names a cloud takes for instances.</summary>
internal sealed record NameRule
{
    // What a name begins with where the cloud does not take its first character.
    private const char Start = 'i';

    /// <summary>Longest name that the cloud takes.</summary>
    public required int LengthMax { get; init; }

    /// <summary>Which characters a name may begin with.</summary>
    public Predicate<char> First { get; init; } = char.IsAsciiLetterOrDigit;

    /// <summary>Which characters may follow; null where it takes all that Muster gives.</summary>
    public Predicate<char>? Rest { get; init; }

    /// <summary>Longest name to ask for: one character is kept for what may have to be put in front.</summary>
    public int AskedMax => LengthMax - 1;

    /// <summary>
    /// The name with what the cloud does not take replaced by dashes. Still unique, since its end is a part of the launch id.
    /// </summary>
    public string For(string name)
    {
        var taken = Rest is null ? name : string.Concat(name.Select(c => Rest(c) ? c : '-'));
        return First(taken[0]) ? taken : Start + taken;
    }

    /// <summary>Whether an instance can have the name: one that none can have must not become a part of a path.</summary>
    public bool CanBe(string name) => name.Length >= 1 && name.Length <= LengthMax && name.All(c => Rest is null || Rest(c));
}
