namespace Muster.Traffic.Kit;

/// <summary>A secret in a file. Read anew for each call, so that one that was rotated is used without a restart.</summary>
/// <param name="path">The file.</param>
internal sealed class SecretText(string path)
{
    /// <summary>More than any token.</summary>
    private const int LengthMax = 64 * 1024;

    /// <summary>The secret without the end of its last line. Never to be shown.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string Read()
    {
        using var reader = new StreamReader(path);
        var text = new char[LengthMax];
        var length = reader.ReadBlock(text);
        return length == LengthMax
            ? throw new IOException($"{path} is longer than a secret")
            : new string(text, 0, length).TrimEnd('\r', '\n');
    }

    /// <summary>Tells the path, and never the secret.</summary>
    public override string ToString() => path;
}
