namespace Muster.Health.Probes;

/// <summary>Looks for a text in bytes that come piece by piece, and keeps no more of them than the text is long.</summary>
/// <param name="wanted">The text; nothing is found at once.</param>
internal sealed class TextFinder(byte[] wanted)
{
    // What of the bytes so far may be the beginning of the text.
    private readonly byte[] _tail = new byte[Math.Max(0, wanted.Length - 1)];
    private int _tailLength;

    /// <summary>Whether it was found.</summary>
    public bool IsFound { get; private set; } = wanted.Length == 0;

    /// <summary>Takes the next piece in.</summary>
    public void Read(ReadOnlySpan<byte> piece)
    {
        if (IsFound || piece.IsEmpty)
        {
            return;
        }

        // Across the seam: the end of what was there, and as much of the piece as could complete the text.
        var across = new byte[_tailLength + Math.Min(piece.Length, _tail.Length)];
        _tail.AsSpan(0, _tailLength).CopyTo(across);
        piece[..(across.Length - _tailLength)].CopyTo(across.AsSpan(_tailLength));
        IsFound = across.AsSpan().IndexOf(wanted) >= 0 || piece.IndexOf(wanted) >= 0;
        var end = piece.Length >= _tail.Length ? piece : across;
        _tailLength = Math.Min(end.Length, _tail.Length);
        end[^_tailLength..].CopyTo(_tail);
    }
}
