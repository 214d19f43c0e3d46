namespace Muster.Cli.Rendering;

/// <summary>How a word is coloured where colours may be used; the word itself says the same without.</summary>
internal enum Tone
{
    /// <summary>As everything.</summary>
    Plain,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>On its way.</summary>
    Busy,

    /// <summary>Something is wrong.</summary>
    Bad,

    /// <summary>Beside the point.</summary>
    Dim,
}
