using System.Runtime.InteropServices;

namespace Muster.Clouds.Kit.Programs;

/// <summary>Finds what the first word of an image runs.</summary>
/// <param name="searchPath">Directories to look in, separated by colons, as in <c>PATH</c>.</param>
/// <param name="selfPath">What the word <c>muster</c> means when it is not on the path; null for nothing.</param>
internal sealed partial class ExecutableFinder(string searchPath, string? selfPath)
{
    private const string Self = "muster";

    // X_OK of access(2).
    private const int ExecutePermission = 1;

    /// <summary>Finds the absolute path of <paramref name="word"/>.</summary>
    /// <param name="word">A name to be found on the path, or an absolute path.</param>
    /// <param name="path">Where it is; empty when refused.</param>
    /// <param name="error">What is wrong; null when nothing is.</param>
    public bool TryFind(string word, out string path, out string? error)
    {
        (path, error) = word.Contains('/', StringComparison.Ordinal) ? AtPath(word) : OnSearchPath(word);
        return error is null;
    }

    private static (string Path, string? Error) AtPath(string word)
    {
        // Relative to what? The server's directory is not the user's, and the instance has its own.
        if (!Path.IsPathFullyQualified(word))
        {
            return ("", $"'{word}' is relative: give an absolute path or a name on PATH");
        }

        if (!Path.Exists(word))
        {
            return ("", $"'{word}' does not exist");
        }

        return IsProgram(word) ? (word, null) : ("", $"'{word}' is not an executable file");
    }

    private (string Path, string? Error) OnSearchPath(string word)
    {
        if (word.Length == 0)
        {
            return ("", "the first word is empty: give a program");
        }

        // An empty or relative entry means "here" to a shell; here is nowhere in a server.
        var found = searchPath.Split(':')
            .Where(Path.IsPathFullyQualified)
            .Select(directory => Path.Combine(directory, word))
            .FirstOrDefault(IsProgram);
        found ??= word == Self && selfPath is not null && IsProgram(selfPath) ? selfPath : null;
        return found is null ? ("", $"'{word}' is not an executable on PATH ({searchPath})") : (found, null);
    }

    /// <summary>Whether this process may run it: a file, and not a directory.</summary>
    public static bool IsProgram(string path) => File.Exists(path) && Access(path, ExecutePermission) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
