namespace Muster.EndToEnd.Support;

/// <summary>The native executable under test: what users run.</summary>
internal static class MusterExe
{
    /// <summary>This checkout.</summary>
    public static string Root => FindRoot(AppContext.BaseDirectory);

    /// <summary>Where it is: <c>MUSTER_EXE</c>, else <c>out/muster</c> of this checkout, as <c>./build</c> leaves it.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_EXE") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"MUSTER_EXE names {named}, which is not there");
        }

        var built = System.IO.Path.Combine(Root, "out", "muster");
        return File.Exists(built) ? built : throw new FileNotFoundException($"{built} is not there: run ./build first");
    }

    private static string FindRoot(string folder) => File.Exists(System.IO.Path.Combine(folder, "Muster.slnx"))
        ? folder
        : FindRoot(System.IO.Path.GetDirectoryName(folder)
            ?? throw new FileNotFoundException("Muster.slnx is in no parent directory: not in a checkout"));
}
